/** API Gateway events (payload format 2.0) as our edge and gateway make them. */
import { securityPolicy } from '../../contract/security-policy.ts';
import type { HttpEvent } from '../../lambda/http/call.ts';

export const ORIGIN_SECRET = 'the origin secret';
export const SITE = 'https://id.example.com';

export interface EventOptions {
  readonly headers?: Record<string, string>;
  readonly cookies?: string[];
  readonly body?: unknown;
  readonly rawBody?: string;
  readonly isBase64Encoded?: boolean;
  readonly routeKey?: string;
  readonly pathParameters?: Record<string, string>;
}

/** @param request method and path, e.g. `POST /v1/sign-in` */
export function httpEvent(request: string, options: EventOptions = {}): HttpEvent {
  const [method = 'GET', rawPath = '/'] = request.split(' ');
  const text = options.rawBody ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  return {
    version: '2.0',
    routeKey: options.routeKey ?? request,
    rawPath,
    rawQueryString: '',
    headers: {
      [securityPolicy.edgeHeaders.originSecret]: ORIGIN_SECRET,
      [securityPolicy.edgeHeaders.viewerAddress]: '203.0.113.7:52100',
      ...(text === undefined ? {} : { 'content-type': 'application/json' }),
      ...(method === 'GET' ? {} : { origin: SITE }),
      ...options.headers,
    },
    ...(options.cookies ? { cookies: options.cookies } : {}),
    ...(options.pathParameters ? { pathParameters: options.pathParameters } : {}),
    ...(text === undefined ? {} : { body: text }),
    isBase64Encoded: options.isBase64Encoded ?? false,
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      domainName: 'api.execute-api.eu-south-1.amazonaws.com',
      domainPrefix: 'api',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '198.51.100.1', userAgent: '' },
      requestId: 'request-1',
      routeKey: options.routeKey ?? request,
      stage: '$default',
      time: '15/Jan/2026:12:00:00 +0000',
      timeEpoch: 0,
    },
  };
}
