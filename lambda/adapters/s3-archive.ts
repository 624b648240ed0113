import { hash } from 'node:crypto';
import type { Archive } from '../domain/audit/ports.ts';
import { Unavailable } from '../domain/ports.ts';
import { SignedClient, type SignedClientOptions } from './signed-client.ts';

/** The bucket whose objects nobody can delete while they are locked. */
export class S3Archive implements Archive {
  readonly #bucket: string;
  readonly #client: SignedClient;

  constructor(bucket: string, options: Omit<SignedClientOptions, 'service'> = {}) {
    this.#bucket = bucket;
    this.#client = new SignedClient({ ...options, service: 's3' });
  }

  async put(name: string, text: string): Promise<'kept' | 'kept before' | 'another'> {
    const headers = {
      'content-type': 'application/json',
      // The bucket's policy refuses a write without it.
      'if-none-match': '*',
      // S3 locks no object that came without a checksum.
      'x-amz-checksum-sha256': hash('sha256', text, 'base64'),
    };
    const { status } = await this.#send({ method: 'PUT', path: `/${name}`, headers, body: text });
    if (status === 200) return 'kept';
    // 409: another run writes it at this moment.
    if (status !== 412 && status !== 409) throw new Unavailable('audit-archive', { cause: new Error(`S3 answered ${status} for ${name}`) });
    const kept = await this.#send({ method: 'GET', path: `/${name}` });
    return kept.status === 200 && kept.body === text ? 'kept before' : 'another';
  }

  async #send(request: Omit<Parameters<SignedClient['send']>[0], 'bucket'>) {
    try {
      return await this.#client.send({ ...request, bucket: this.#bucket });
    } catch (cause) {
      throw new Unavailable('audit-archive', { cause });
    }
  }
}
