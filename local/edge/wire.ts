/** The shapes that requests and responses have inside the edge. */

export type HeaderList = [name: string, value: string][];

/** A request that has passed the checks of HTTP itself. */
export interface ViewerRequest {
  readonly method: string;
  /** As sent, percent-encoded, starting with `/`. */
  readonly path: string;
  /** Without `?`; empty when there is none. */
  readonly query: string;
  /** As sent and in order; HTTP/2 pseudo headers left out, `host` always there. */
  readonly headers: HeaderList;
  /** `host[:port]` in lower case. */
  readonly host: string;
  /** The other end of the connection: what a viewer claims in headers counts for nothing. */
  readonly address: string;
  readonly port: number;
  readonly httpVersion: string;
  readonly isSecure: boolean;
  /** Whether a body is announced. */
  readonly hasBody: boolean;
}

export interface EdgeResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: HeaderList;
  readonly body: Buffer;
  /** WAF's own answer: no response headers policy is put on it, so that it shows what headers its rule brings. */
  readonly isRefusalOfFirewall?: boolean;
  /** The connection can't be trusted with another request. */
  readonly close?: boolean;
}

/** What the edge says on its own behalf. */
export function edgeAnswer(status: number, sentence: string, close = false): EdgeResponse {
  return {
    status,
    headers: [
      ['content-type', 'text/plain; charset=utf-8'],
      ['cache-control', 'no-store'],
    ],
    body: Buffer.from(`${sentence}\n`),
    ...(close && { close }),
  };
}

export function headerValue(headers: HeaderList, name: string): string | undefined {
  for (const header of headers) if (header[0] === name) return header[1];
  return undefined;
}
