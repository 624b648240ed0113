/** AWS::CloudFront::Function, runtime 2.0: viewer-request and viewer-response, in a JavaScript context of their own. */
import vm from 'node:vm';
import type { Resource } from '../assembly/model.ts';
import { type EdgeResponse, edgeAnswer, type HeaderList, type ViewerRequest } from './wire.ts';

/** A function's view of headers and query parameters: names in lower case, further values in `multiValue`. */
type Values = Record<string, { value: string; multiValue?: { value: string }[]; attributes?: string }>;

interface FunctionRequest {
  method: string;
  uri: string;
  querystring: Values;
  headers: Values;
  cookies: Values;
}

interface FunctionResponse {
  statusCode: number;
  statusDescription?: string;
  headers?: Values;
  cookies?: Values;
  body?: string | { encoding: 'text' | 'base64'; data: string };
}

/** What goes on to the origin after the function has seen it. */
export interface EditedRequest {
  readonly path: string;
  readonly query: string;
  readonly headers: HeaderList;
}

export interface EdgeFunction {
  onRequest(request: ViewerRequest, distributionId: string): Promise<EditedRequest | EdgeResponse>;
  onResponse(request: ViewerRequest, response: EdgeResponse, distributionId: string): Promise<EdgeResponse>;
}

/** CloudFront's quota for the code. */
const maximumCodeBytes = 10 * 1024;
/** Against a loop without an end only: a busy machine may be slow. */
const loadMilliseconds = 5000;

/**
 * The context is made once: a fresh one costs 4 ms, and `vm`'s time limit 0.6 ms, on a way that is walked thousands of
 * times a second. The code is the deployment's own and loading it is time-limited; nothing of Node is within its reach.
 *
 * @throws Error when the code is too large, or can't run under runtime 2.0
 */
export function compileEdgeFunction(resource: Resource, log: (line: string) => void): EdgeFunction {
  const code = String(resource.properties.FunctionCode);
  const runtime = String(resource.properties.FunctionConfig?.Runtime);
  if (Buffer.byteLength(code) > maximumCodeBytes)
    throw new Error(`the CloudFront function ${resource.logicalId} is over CloudFront's 10 KB`);
  if (runtime !== 'cloudfront-js-2.0')
    throw new Error(`the CloudFront function ${resource.logicalId} wants the runtime ${runtime}, not cloudfront-js-2.0`);
  const context = vm.createContext(
    { print: (text: string) => log(`${resource.logicalId}: ${text}`) },
    { codeGeneration: { strings: false, wasm: false } },
  );
  const call = new vm.Script(
    `'use strict'; (() => {
      const print = globalThis.print; delete globalThis.print;
      globalThis.console = { log: (...values) => print(values.join(' ')) };
      ${code}
      return (input) => {
        const output = handler(JSON.parse(input));
        return typeof output?.then === 'function' ? output.then(JSON.stringify) : JSON.stringify(output);
      };
    })()`,
    { filename: `${resource.logicalId}.js` },
  ).runInContext(context, { timeout: loadMilliseconds }) as (input: string) => string | Promise<string>;

  async function run(event: object): Promise<Record<string, unknown> | undefined> {
    try {
      const output: unknown = JSON.parse((await call(JSON.stringify(event))) ?? 'null');
      if (typeof output === 'object' && output !== null) return output as Record<string, unknown>;
      log(`${resource.logicalId}: returned neither a request nor a response`);
    } catch (error) {
      log(`${resource.logicalId}: ${String(error)}`);
    }
    return undefined;
  }

  const describeEvent = (request: ViewerRequest, eventType: string, distributionId: string) => ({
    version: '1.0',
    context: { distributionDomainName: request.host, distributionId, eventType, requestId: '' },
    viewer: { ip: request.address },
  });

  return {
    async onRequest(request, distributionId) {
      const given = toFunctionRequest(request);
      const output = await run({ ...describeEvent(request, 'viewer-request', distributionId), request: given });
      if (output === undefined) return functionFailed();
      if ('statusCode' in output) return fromFunctionResponse(output as unknown as FunctionResponse, Buffer.alloc(0)) ?? functionFailed();
      return fromFunctionRequest(request, given, output as unknown as FunctionRequest) ?? functionFailed();
    },
    async onResponse(request, response, distributionId) {
      const headers: Values = Object.create(null);
      for (const [name, value] of response.headers) if (name !== 'set-cookie') addValue(headers, name, value);
      const event = {
        ...describeEvent(request, 'viewer-response', distributionId),
        request: toFunctionRequest(request),
        response: { statusCode: response.status, statusDescription: '', headers, cookies: {} },
      };
      const output = await run(event);
      const edited = output === undefined ? undefined : fromFunctionResponse(output as unknown as FunctionResponse, response.body);
      if (edited === undefined) return functionFailed();
      // Cookies that the origin set pass by unseen: no attribute of theirs can be lost on the way.
      return { ...edited, headers: [...edited.headers, ...response.headers.filter(([name]) => name === 'set-cookie')] };
    },
  };
}

function functionFailed(): EdgeResponse {
  return edgeAnswer(503, 'The function at the edge failed.');
}

function addValue(values: Values, name: string, value: string): void {
  const entry = values[name];
  if (entry === undefined) {
    values[name] = { value };
    return;
  }
  entry.multiValue ??= [{ value: entry.value }];
  entry.multiValue.push({ value });
}

function toFunctionRequest({ method, path, query, headers }: ViewerRequest): FunctionRequest {
  // Without prototypes: a viewer chooses these names.
  const request: FunctionRequest = {
    method,
    uri: path,
    querystring: Object.create(null),
    headers: Object.create(null),
    cookies: Object.create(null),
  };
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (lower !== 'cookie') addValue(request.headers, lower, value);
    else for (const cookie of value.split(';')) addPair(request.cookies, cookie.trim());
  }
  if (query !== '') for (const pair of query.split('&')) addPair(request.querystring, pair);
  return request;
}

function addPair(values: Values, pair: string): void {
  if (pair === '') return;
  const mark = pair.indexOf('=');
  addValue(values, mark < 0 ? pair : pair.slice(0, mark), mark < 0 ? '' : pair.slice(mark + 1));
}

function* eachValue(values: Values | undefined): Generator<[string, string]> {
  for (const [name, entry] of Object.entries(values ?? {})) {
    for (const { value } of entry.multiValue ?? [entry]) yield [name, String(value)];
  }
}

const lineBreak = /[\r\n\0]/;

function fromFunctionRequest(request: ViewerRequest, given: FunctionRequest, edited: FunctionRequest): EditedRequest | undefined {
  const headers: HeaderList = [...eachValue(edited.headers)];
  if (typeof edited.uri !== 'string' || !edited.uri.startsWith('/') || headers.some(([, value]) => lineBreak.test(value))) return undefined;
  // Untouched cookies and queries go on byte by byte as they came.
  if (isSame(given.cookies, edited.cookies)) headers.push(...request.headers.filter(([name]) => name === 'cookie'));
  else headers.push(['cookie', [...eachValue(edited.cookies)].map(([name, value]) => `${name}=${value}`).join('; ')]);
  const query = isSame(given.querystring, edited.querystring)
    ? request.query
    : [...eachValue(edited.querystring)].map(([name, value]) => (value === '' ? name : `${name}=${value}`)).join('&');
  return { path: edited.uri, query, headers };
}

function isSame(before: Values, after: Values | undefined): boolean {
  return JSON.stringify(before) === JSON.stringify(after ?? {});
}

function fromFunctionResponse(response: FunctionResponse, originBody: Buffer): EdgeResponse | undefined {
  const status = Number(response.statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) return undefined;
  const headers: HeaderList = [...eachValue(response.headers)].map(([name, value]) => [name.toLowerCase(), value]);
  for (const [name, { value, attributes }] of Object.entries(response.cookies ?? {})) {
    headers.push(['set-cookie', `${name}=${value}${attributes === undefined ? '' : `; ${attributes}`}`]);
  }
  if (headers.some(([, value]) => lineBreak.test(value))) return undefined;
  const { body } = response;
  if (body === undefined) return { status, headers, body: originBody };
  return {
    status,
    headers,
    body: typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.data, body.encoding === 'base64' ? 'base64' : 'utf8'),
  };
}
