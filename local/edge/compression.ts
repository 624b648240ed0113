/** CloudFront's automatic compression: text types between 1,000 bytes and 10 MB, Brotli before gzip. */
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { type EdgeResponse, type HeaderList, headerValue } from './wire.ts';

const compressible =
  /^(text\/|application\/(javascript|json|xml|manifest\+json|wasm|vnd\.ms-fontobject|x-javascript)|image\/svg\+xml|font\/(ttf|otf))/;

/** Bodies that came from files are few and always the same buffers: each is compressed once. */
const compressed = new WeakMap<Buffer, { br?: Buffer; gzip?: Buffer }>();

export function compress(response: EdgeResponse, acceptEncoding: string | undefined): EdgeResponse {
  const { status, headers, body } = response;
  if (acceptEncoding === undefined || (status !== 200 && status !== 403 && status !== 404)) return response;
  if (body.length < 1000 || body.length > 10_000_000 || headerValue(headers, 'content-encoding') !== undefined) return response;
  if (!compressible.test(headerValue(headers, 'content-type') ?? '')) return response;
  const encoding = accepts(acceptEncoding, 'br') ? 'br' : accepts(acceptEncoding, 'gzip') ? 'gzip' : undefined;
  if (encoding === undefined) return response;

  let forms = compressed.get(body);
  if (forms === undefined) {
    forms = {};
    compressed.set(body, forms);
  }
  forms[encoding] ??= encoding === 'br' ? brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }) : gzipSync(body);
  const edited: HeaderList = headers.map(([name, value]) => [name, name === 'etag' && !value.startsWith('W/') ? `W/${value}` : value]);
  return {
    ...response,
    headers: [...edited, ['content-encoding', encoding], ['vary', 'accept-encoding']],
    body: forms[encoding] as Buffer,
  };
}

function accepts(header: string, encoding: string): boolean {
  return header.split(',').some((part) => {
    const [name, quality] = part.split(';');
    return name?.trim() === encoding && !/q=0(\.0*)?\s*$/.test(quality ?? '');
  });
}
