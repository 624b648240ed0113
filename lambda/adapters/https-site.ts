import { canaryUserAgent } from '../../contract/canary.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import type { Site, SiteAnswer, SiteRequest } from '../domain/canary/ports.ts';

const policy = securityPolicy.canary;
/** Pages are some ten kilobytes: whatever sends more is not our site, and must not fill the memory. */
const longestAnswer = 512 * 1024;

/** The site by its public address, over TLS that is checked, with no way in of its own. */
export class HttpsSite implements Site {
  readonly #origin: string;

  /** @param origin `https://host[:port]` */
  constructor(origin: string) {
    this.#origin = origin;
  }

  async ask(method: 'GET' | 'POST', path: string, { body, cookies = [], csrfToken }: SiteRequest = {}): Promise<SiteAnswer> {
    const response = await fetch(this.#origin + path, {
      method,
      headers: {
        'User-Agent': canaryUserAgent,
        Accept: '*/*',
        ...(method === 'POST' ? { Origin: this.#origin } : {}),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(cookies.length === 0 ? {} : { Cookie: cookies.join('; ') }),
        ...(csrfToken === undefined ? {} : { 'X-CSRF-Token': csrfToken }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'error',
      // Of the whole exchange, a body that trickles included.
      signal: AbortSignal.timeout(policy.requestTimeoutSeconds * 1000),
    });
    const text = await readLimited(response);
    const requestId = response.headers.get('x-request-id');
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? '',
      json: parseObject(text),
      text,
      cookies: response.headers.getSetCookie().map(nameAndValue),
      ...(requestId === null ? {} : { requestId }),
    };
  }
}

async function readLimited(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > longestAnswer) throw new Error('the answer is too long');
  }
  return text + decoder.decode();
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function nameAndValue(setCookie: string): readonly [string, string] {
  const [pair = ''] = setCookie.split(';');
  const at = pair.indexOf('=');
  return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
}
