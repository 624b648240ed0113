/** The event of a Lambda proxy integration, payload format 2.0. */
import type { RouteMatch } from './routes.ts';

/** A request as it arrives at the API's own endpoint. */
export interface GatewayRequest {
  readonly method: string;
  /** As sent: still percent-encoded, starting with `/`. */
  readonly path: string;
  /** Without `?`; empty when there is none. */
  readonly query: string;
  /** Names in lower case; several values of a name in order. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: Buffer;
  /** Address that opened the connection to the endpoint: the edge's, never the viewer's. */
  readonly sourceIp: string;
}

export interface ApiIdentity {
  readonly apiId: string;
  readonly accountId: string;
  readonly domainName: string;
  readonly stage: string;
}

/** Bodies of these types are text to API Gateway; everything else is handed over in base64. */
const textType = /^(text\/|application\/(json|javascript|xml|[\w.-]+\+(json|xml))\s*(;|$))/i;

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * @param path decoded path
 * @param now milliseconds since the epoch, by the system's clock
 */
export function createEvent(
  request: GatewayRequest,
  api: ApiIdentity,
  match: Pick<RouteMatch<unknown>, 'routeKey' | 'pathParameters'>,
  path: string,
  requestId: string,
  now: number,
): Record<string, unknown> {
  const headers: Record<string, string> = {};
  let cookies: string[] | undefined;
  for (const [name, values] of request.headers) {
    // Cookies travel in a list of their own, one element a cookie.
    if (name === 'cookie') cookies = values.flatMap((value) => value.split(';').map((cookie) => cookie.trim()));
    else headers[name] = values.join(',');
  }
  headers.host = api.domainName;
  headers['x-forwarded-for'] =
    headers['x-forwarded-for'] === undefined ? request.sourceIp : `${headers['x-forwarded-for']}, ${request.sourceIp}`;
  headers['x-forwarded-port'] = '443';
  headers['x-forwarded-proto'] = 'https';
  if (request.body.length > 0) headers['content-length'] = String(request.body.length);

  const isText = textType.test(headers['content-type'] ?? '');
  return {
    version: '2.0',
    routeKey: match.routeKey,
    rawPath: path,
    rawQueryString: request.query,
    ...(cookies !== undefined && { cookies }),
    headers,
    ...(request.query !== '' && { queryStringParameters: parseQuery(request.query) }),
    requestContext: {
      accountId: api.accountId,
      apiId: api.apiId,
      domainName: api.domainName,
      domainPrefix: api.domainName.split('.')[0],
      http: { method: request.method, path, protocol: 'HTTP/1.1', sourceIp: request.sourceIp, userAgent: headers['user-agent'] ?? '' },
      requestId,
      routeKey: match.routeKey,
      stage: api.stage,
      time: formatTime(now),
      timeEpoch: now,
    },
    ...(match.pathParameters !== undefined && { pathParameters: match.pathParameters }),
    ...(request.body.length > 0 && { body: request.body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: request.body.length > 0 && !isText,
  };
}

/** Values of a repeated name are joined with commas, as the format wants it. */
function parseQuery(query: string): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    parameters[name] = Object.hasOwn(parameters, name) ? `${parameters[name]},${value}` : value;
  }
  return parameters;
}

/** `12/Mar/2020:19:03:58 +0000` */
export function formatTime(milliseconds: number): string {
  const iso = new Date(milliseconds).toISOString();
  return `${iso.slice(8, 10)}/${months[Number(iso.slice(5, 7)) - 1]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}
