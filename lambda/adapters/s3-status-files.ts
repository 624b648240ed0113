import { statusSnapshot } from '../../contract/status.ts';
import { Unavailable } from '../domain/ports.ts';
import type { LastSnapshot, StatusFiles } from '../domain/status/ports.ts';
import type { PublishedFile } from '../domain/status/render.ts';
import { SignedClient, type SignedClientOptions } from './signed-client.ts';

/** The bucket of the status page, in its own region. */
export class S3StatusFiles implements StatusFiles {
  readonly #bucket: string;
  readonly #client: SignedClient;

  constructor(bucket: string, options: Omit<SignedClientOptions, 'service'>) {
    this.#bucket = bucket;
    this.#client = new SignedClient({ ...options, service: 's3' });
  }

  async readSnapshot(): Promise<LastSnapshot> {
    const { status, body, etag } = await this.#send({ method: 'GET', path: '/snapshot.json' });
    // S3 tells a missing object from a forbidden one only to those who may list: to this role the first publication looks like the second.
    if (status === 404 || status === 403) return { snapshot: undefined, version: undefined };
    if (status !== 200) throw new Unavailable('status-files', { cause: new Error(`S3 answered ${status}`) });
    // One of an earlier version may lack something: then the page is made afresh.
    const parsed = statusSnapshot.safeParse(parseJson(body));
    return { snapshot: parsed.success ? parsed.data : undefined, version: etag };
  }

  async write(file: PublishedFile): Promise<void> {
    await this.#put(file, {});
  }

  async writeSnapshot(file: PublishedFile, version: string | undefined): Promise<boolean> {
    return await this.#put(file, version === undefined ? { 'if-none-match': '*' } : { 'if-match': version });
  }

  /** @returns false when the condition did not hold, or somebody writes at this moment */
  async #put({ key, body, contentType, cacheControl }: PublishedFile, condition: Readonly<Record<string, string>>): Promise<boolean> {
    const headers = { 'content-type': contentType, 'cache-control': cacheControl, ...condition };
    const { status } = await this.#send({ method: 'PUT', path: `/${key}`, headers, body });
    if (status === 412 || status === 409) return false;
    if (status !== 200) throw new Unavailable('status-files', { cause: new Error(`S3 answered ${status} for ${key}`) });
    return true;
  }

  async #send(request: Omit<Parameters<SignedClient['send']>[0], 'bucket'>) {
    try {
      return await this.#client.send({ ...request, bucket: this.#bucket });
    } catch (cause) {
      throw new Unavailable('status-files', { cause });
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
