/** What a function's answer becomes on the wire, by API Gateway's rules for payload format 2.0. */

export interface GatewayResponse {
  readonly status: number;
  /** Names in lower case, in order; `set-cookie` may repeat. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** API Gateway's own answers carry this and nothing of the function. */
export function gatewayMessage(status: number, message: string): GatewayResponse {
  return { status, headers: [['content-type', 'application/json']], body: Buffer.from(JSON.stringify({ message })) };
}

/** Headers that the gateway itself decides; a function's own are dropped or renamed by AWS. */
const ownHeaders = new Set(['connection', 'content-length', 'host', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade']);
const headerName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const maximumPayloadBytes = 6 * 1024 * 1024;

/**
 * @param payload JSON that the function answered with
 * @returns undefined for an answer that can't be mapped: the caller gets a 500 of the gateway
 */
export function mapAnswer(payload: string): GatewayResponse | undefined {
  if (payload.length > maximumPayloadBytes) return undefined;
  const answer: unknown = JSON.parse(payload);
  if (typeof answer !== 'object' || answer === null || !('statusCode' in answer)) {
    // An answer without a status code is a body.
    const body = typeof answer === 'string' ? answer : payload;
    return { status: 200, headers: [['content-type', 'application/json']], body: Buffer.from(body) };
  }
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded = false } = answer as Record<string, unknown>;
  const status = typeof statusCode === 'string' ? Number(statusCode) : statusCode;
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 100 || status > 599) return undefined;
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) return undefined;
  if (!Array.isArray(cookies) || typeof isBase64Encoded !== 'boolean') return undefined;
  if (typeof body !== 'string' && body !== null) return undefined;

  const mapped: [string, string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (value === null || value === undefined) continue;
    if (!['string', 'number', 'boolean'].includes(typeof value) || !headerName.test(name) || !isHeaderValue(String(value)))
      return undefined;
    const lower = name.toLowerCase();
    if (!ownHeaders.has(lower)) mapped.push([lower, String(value)]);
  }
  for (const cookie of cookies as unknown[]) {
    if (typeof cookie !== 'string' || !isHeaderValue(cookie)) return undefined;
    mapped.push(['set-cookie', cookie]);
  }
  const hasBody = body !== null && body !== '';
  if (hasBody && !mapped.some(([name]) => name === 'content-type')) mapped.push(['content-type', 'text/plain; charset=utf-8']);
  return { status, headers: mapped, body: hasBody ? Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8') : Buffer.alloc(0) };
}

/** Visible characters, spaces and tabs: a line break in a value would let a function's data forge headers. */
function isHeaderValue(value: string): boolean {
  for (let index = 0; index < value.length; index += 1) {
    const code = value.charCodeAt(index);
    if ((code < 0x20 && code !== 0x09) || code === 0x7f || code > 0xff) return false;
  }
  return true;
}
