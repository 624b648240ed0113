import type { Feed } from '../../contract/blocks.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import type { FeedReader, FetchedFeed, Validators } from '../domain/blocklist/ports.ts';

const policy = securityPolicy.blocklist.feeds;

/** Fetches feeds over HTTPS, only if they have changed, and never more of them than the policy allows. */
export class HttpsFeedReader implements FeedReader {
  readonly #timeoutMilliseconds: number;

  constructor(timeoutMilliseconds: number = policy.timeoutSeconds * 1000) {
    this.#timeoutMilliseconds = timeoutMilliseconds;
  }

  async fetch(feed: Feed, { etag, lastModified }: Validators): Promise<FetchedFeed> {
    try {
      const response = await fetch(feed.url, {
        headers: {
          'User-Agent': 'Portiere blocklist',
          ...(etag !== undefined && { 'If-None-Match': etag }),
          ...(lastModified !== undefined && { 'If-Modified-Since': lastModified }),
        },
        // Where a list moves to is for whoever configured it to say.
        redirect: 'error',
        // Of the whole exchange, a body that trickles included.
        signal: AbortSignal.timeout(this.#timeoutMilliseconds),
      });
      if (response.status === 304) return { kind: 'unchanged' };
      if (response.status !== 200) return await refuse(response, `it answered ${response.status}`);
      const text = await readLimited(response);
      if (text === undefined) return { kind: 'failed', reason: `it is larger than ${policy.maximumBytes} bytes` };
      return { kind: 'document', text, validators: validatorsOf(response.headers) };
    } catch (error) {
      return { kind: 'failed', reason: describe(error) };
    }
  }
}

async function refuse(response: Response, reason: string): Promise<FetchedFeed> {
  await response.body?.cancel();
  return { kind: 'failed', reason };
}

/** @returns undefined when there is more: counted after decompression, so that a small bomb is a large body */
async function readLimited(response: Response): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > policy.maximumBytes) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function validatorsOf(headers: Headers): Validators {
  const etag = headers.get('etag');
  const lastModified = headers.get('last-modified');
  return { ...(etag !== null && { etag }), ...(lastModified !== null && { lastModified }) };
}

/** One reason for one cause, the same every hour: an event is written when it changes. */
function describe(error: unknown): string {
  const { name = 'Error', cause } = Object(error) as { name?: string; cause?: { code?: string; message?: string } };
  if (name === 'TimeoutError') return 'it did not answer in time';
  return `it could not be fetched (${cause?.code ?? cause?.message ?? name})`;
}
