import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import type { ReportKey, ReportVault, SealPurpose } from '../domain/disclosure/ports.ts';
import { Unavailable } from '../domain/ports.ts';
import { clientOptions } from './client-options.ts';
import { kmsFault } from './kms-fault.ts';

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Envelope encryption: a data key of our own for each report and purpose, wrapped by KMS under a key of reports alone, with both as
 * encryption context, by which roles are told apart: whoever may only wrap can't read what others have sealed. The texts are sealed
 * with AES-256-GCM; a data key seals some hundred of them, far under what random nonces allow (NIST SP 800-38D section 8.3).
 */
export class KmsReportVault implements ReportVault {
  readonly #keyArn: string | undefined;
  readonly #client: KMSClient;

  /** @param keyArn absent: only opens; what is wrapped names its key itself */
  constructor(keyArn: string | undefined, client: KMSClient = new KMSClient(clientOptions)) {
    this.#keyArn = keyArn;
    this.#client = client;
  }

  async create(reportId: string, purpose: SealPurpose): Promise<ReportKey> {
    const key = randomBytes(keyBytes);
    const EncryptionContext = { reportId, purpose };
    const { CiphertextBlob } = await this.#call(
      this.#client.send(new EncryptCommand({ KeyId: this.#keyArn, Plaintext: key, EncryptionContext })),
    );
    if (!CiphertextBlob) throw new Unavailable('kms');
    return new SealingKey(key, CiphertextBlob, `${reportId}:${purpose}`);
  }

  async open(reportId: string, purpose: SealPurpose, wrapped: Uint8Array): Promise<ReportKey> {
    const EncryptionContext = { reportId, purpose };
    const { Plaintext } = await this.#call(
      this.#client.send(
        new DecryptCommand({ CiphertextBlob: wrapped, EncryptionContext, ...(this.#keyArn !== undefined && { KeyId: this.#keyArn }) }),
      ),
    );
    if (!Plaintext) throw new Unavailable('kms');
    return new SealingKey(Plaintext, wrapped, `${reportId}:${purpose}`);
  }

  async #call<T>(call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (cause) {
      throw kmsFault(cause);
    }
  }
}

class SealingKey implements ReportKey {
  readonly wrapped: Uint8Array;
  readonly #key: Uint8Array;
  readonly #boundTo: string;

  constructor(key: Uint8Array, wrapped: Uint8Array, boundTo: string) {
    this.#key = key;
    this.wrapped = wrapped;
    this.#boundTo = boundTo;
  }

  /** @returns nonce, tag, text */
  seal(place: string, text: string): Uint8Array {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(this.#associated(place));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  }

  open(place: string, sealed: Uint8Array): string {
    const bytes = Buffer.from(sealed);
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
    decipher.setAAD(this.#associated(place)).setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]).toString('utf8');
  }

  #associated(place: string): Buffer {
    return Buffer.from(`${this.#boundTo}:${place}`, 'utf8');
  }
}
