import { createHmac, createSecretKey, hash } from 'node:crypto';
import type { Checksum, SourceData } from '@smithy/types';

/**
 * SHA-256 and its HMAC for the SDK's signer, by Node's OpenSSL as the SDK's own, with less around it: a digest in one call, and
 * keys as key objects, for asking whether bytes are one costs Node five times the HMAC.
 */
export class Sha256 implements Checksum {
  readonly #secret: SourceData | undefined;
  #data: Buffer[] = [];

  constructor(secret?: SourceData) {
    this.#secret = secret;
  }

  update(data: SourceData): void {
    this.#data.push(toBuffer(data));
  }

  async digest(): Promise<Uint8Array> {
    const data = this.#data.length === 1 ? (this.#data[0] as Buffer) : Buffer.concat(this.#data);
    if (this.#secret === undefined) return hash('sha256', data, 'buffer');
    return createHmac('sha256', createSecretKey(toBuffer(this.#secret)))
      .update(data)
      .digest();
  }

  reset(): void {
    this.#data = [];
  }
}

function toBuffer(data: SourceData): Buffer {
  if (typeof data === 'string') return Buffer.from(data, 'utf8');
  if (ArrayBuffer.isView(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.from(data);
}
