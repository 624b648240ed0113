/**
 * From Node's parsers to a `ViewerRequest`, or to a refusal. The parsers already refuse what can't be framed (both
 * lengths, bad chunks); here stands what they let through and CloudFront does not.
 */
import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import { type EdgeResponse, edgeAnswer, type HeaderList, type ViewerRequest } from './wire.ts';

export type NodeRequest = IncomingMessage | Http2ServerRequest;

/** CloudFront's quotas, as far as they bound what one request may cost. */
const maximumUrlLength = 8192;
const maximumHeaders = 100;
/** API Gateway's quota: no origin here takes more. */
export const maximumBodyBytes = 10 * 1024 * 1024;
/** Bodies that all requests together may hold in memory. */
const maximumBufferedBytes = 256 * 1024 * 1024;
/** A whole body within this time: a trickle must not hold a place for ever. */
export const bodyMilliseconds = 15_000;

export function readRequest(incoming: NodeRequest, isSecure: boolean): ViewerRequest | EdgeResponse {
  const { method = '', url = '', rawHeaders, socket } = incoming;
  const headers: HeaderList = [];
  let host: string | undefined;
  let cookies: string | undefined;
  let hosts = 0;
  let hasBody = false;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    const value = rawHeaders[index + 1] as string;
    if (name.startsWith(':')) {
      if (name === ':authority') host = value;
      continue;
    }
    switch (name.toLowerCase()) {
      case 'host':
        hosts += 1;
        if (host !== undefined && host !== value) return edgeAnswer(400, 'The request names two hosts.', true);
        host = value;
        continue;
      case 'cookie':
        // RFC 9113 8.2.3: an HTTP/2 viewer may send its cookies in pieces.
        cookies = cookies === undefined ? value : `${cookies}; ${value}`;
        continue;
      case 'transfer-encoding':
        if (value.toLowerCase() !== 'chunked') return edgeAnswer(400, 'The transfer encoding is not chunked.', true);
        hasBody = true;
        break;
      case 'content-length':
        hasBody ||= value !== '0';
        break;
    }
    headers.push([name, value]);
  }
  if (host === undefined || hosts > 1) return edgeAnswer(400, 'The request must name exactly one host.', true);
  headers.unshift(['host', host]);
  if (cookies !== undefined) headers.push(['cookie', cookies]);

  if (headers.length > maximumHeaders) return edgeAnswer(431, 'The request has too many headers.', true);
  if (url.length > maximumUrlLength) return edgeAnswer(414, 'The address of the request is too long.', true);
  if (!url.startsWith('/') || url.includes('#')) return edgeAnswer(400, 'The request target must be a path.', true);
  if (incoming.httpVersion === '1.0' || incoming.httpVersion === '1.1' || incoming.httpVersion === '2.0') {
    const mark = url.indexOf('?');
    return {
      method,
      path: mark < 0 ? url : url.slice(0, mark),
      query: mark < 0 ? '' : url.slice(mark + 1),
      headers,
      host: host.toLowerCase(),
      address: socket?.remoteAddress ?? '',
      port: socket?.remotePort ?? 0,
      httpVersion: incoming.httpVersion,
      isSecure,
      // An HTTP/2 body needs no length: only the end of the stream says that there is none.
      hasBody: hasBody || ('stream' in incoming && !incoming.stream.endAfterHeaders),
    };
  }
  return edgeAnswer(505, 'The HTTP version is not supported.', true);
}

let bufferedBytes = 0;

/** @returns the body, or the refusal to answer with; undefined when the viewer went away */
export function readBody(incoming: NodeRequest): Promise<Buffer | EdgeResponse | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (outcome: Buffer | EdgeResponse | undefined) => {
      clearTimeout(timer);
      incoming.removeAllListeners('data');
      incoming.removeAllListeners('end');
      bufferedBytes -= size;
      size = 0;
      resolve(outcome);
    };
    const timer = setTimeout(() => finish(edgeAnswer(408, 'The body did not arrive in time.', true)), bodyMilliseconds);
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      bufferedBytes += chunk.length;
      if (size > maximumBodyBytes) return finish(edgeAnswer(413, 'The body is too large.', true));
      if (bufferedBytes > maximumBufferedBytes) return finish(edgeAnswer(503, 'Too many bodies are under way.', true));
      chunks.push(chunk);
    });
    incoming.on('end', () => finish(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    incoming.on('close', () => finish(undefined));
    incoming.on('error', () => finish(undefined));
  });
}
