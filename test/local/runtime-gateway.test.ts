import type { InvocationResult } from '../../local/functions/instance.ts';
import { compileAccessLog } from '../../local/gateway/access-log.ts';
import type { GatewayRequest } from '../../local/gateway/event.ts';
import { createGateways, type GatewayMetric } from '../../local/gateway/gateway.ts';
import { mapAnswer } from '../../local/gateway/response.ts';
import { createRouteTable } from '../../local/gateway/routes.ts';
import { createThrottle } from '../../local/gateway/throttle.ts';
import { sketchAssembly } from './runtime-assembly.ts';

const noon = Date.UTC(2026, 2, 12, 12, 0, 5);

function request(changes: Partial<GatewayRequest> = {}): GatewayRequest {
  return { method: 'GET', path: '/v1/items/42', query: '', headers: new Map(), body: Buffer.alloc(0), sourceIp: '127.0.0.1', ...changes };
}

function build(
  answer: (event: Record<string, unknown>) => InvocationResult | Promise<InvocationResult>,
  stage: Record<string, unknown> = {},
) {
  const ApiId = 'api1';
  const assembly = sketchAssembly([
    { logicalId: 'Api', type: 'AWS::ApiGatewayV2::Api', ref: ApiId, properties: {} },
    { logicalId: 'Stage', type: 'AWS::ApiGatewayV2::Stage', properties: { ApiId, StageName: '$default', ...stage } },
    {
      logicalId: 'Integration',
      type: 'AWS::ApiGatewayV2::Integration',
      ref: 'integration1',
      properties: { ApiId, IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0', IntegrationUri: 'arn:items', TimeoutInMillis: 50 },
    },
    {
      logicalId: 'One',
      type: 'AWS::ApiGatewayV2::Route',
      properties: { ApiId, RouteKey: 'GET /v1/items/{id}', Target: 'integrations/integration1' },
    },
    {
      logicalId: 'Post',
      type: 'AWS::ApiGatewayV2::Route',
      properties: { ApiId, RouteKey: 'POST /v1/items', Target: 'integrations/integration1' },
    },
  ]);
  const events: Record<string, unknown>[] = [];
  const lines: string[] = [];
  const metrics: GatewayMetric[] = [];
  const [gateway] = createGateways({
    assembly,
    functions: {
      invoke: async (_reference, payload) => {
        const event = JSON.parse(payload);
        events.push(event);
        return await answer(event);
      },
    },
    now: () => noon,
    accessLog: (line) => lines.push(line),
    record: (metric) => metrics.push(metric),
  });
  if (gateway === undefined) throw new Error('no gateway');
  return { gateway, events, lines, metrics };
}

const success = (value: unknown): InvocationResult => ({
  kind: 'success',
  requestId: 'r',
  payload: JSON.stringify(value),
  milliseconds: 1,
});

describe('route selection', () => {
  const routes = createRouteTable([
    ['GET /v1/sessions', 'list'],
    ['DELETE /v1/sessions/{id}', 'end'],
    ['GET /v1/sessions/current', 'current'],
    ['GET /v1/sessions/{id}', 'one'],
    ['ANY /v1/files/{proxy+}', 'files'],
    ['$default', 'fallback'],
  ]);

  test.each([
    ['GET', '/v1/sessions', 'list', undefined],
    ['GET', '/v1/sessions/current', 'current', undefined],
    ['GET', '/v1/sessions/abc', 'one', { id: 'abc' }],
    ['DELETE', '/v1/sessions/abc', 'end', { id: 'abc' }],
    ['DELETE', '/v1/sessions/abc/def', 'fallback', undefined],
    ['DELETE', '/v1/sessions/', 'fallback', undefined],
    ['PUT', '/v1/files/a/b.txt', 'files', { proxy: 'a/b.txt' }],
    ['POST', '/v1/sessions', 'fallback', undefined],
  ])('%s %s goes to %s', (method, path, target, pathParameters) => {
    const match = routes.select(method, path);

    expect(match?.target).toBe(target);
    expect(match?.pathParameters).toEqual(pathParameters);
  });

  test('without a default route, an unknown path has no target', () => {
    const bare = createRouteTable([['GET /a', 'a']]);

    expect(bare.select('GET', '/b')).toBeUndefined();
  });
});

describe('the event', () => {
  test('has headers in lower case joined by commas, cookies apart, and decoded path parameters', async () => {
    const { gateway, events } = build(() => success({ statusCode: 204 }));
    const headers = new Map([
      ['accept', ['text/html', 'text/plain']],
      ['cookie', ['a=1; b=2']],
      ['x-forwarded-for', ['9.9.9.9, 127.0.0.3']],
    ]);

    await gateway.handle(request({ path: '/v1/items/a%20b', query: 'x=1&x=2&y=%C3%A8', headers }));

    expect(events[0]).toMatchObject({
      version: '2.0',
      routeKey: 'GET /v1/items/{id}',
      rawPath: '/v1/items/a b',
      rawQueryString: 'x=1&x=2&y=%C3%A8',
      queryStringParameters: { x: '1,2', y: 'è' },
      pathParameters: { id: 'a b' },
      cookies: ['a=1', 'b=2'],
      headers: {
        accept: 'text/html,text/plain',
        host: 'api1.execute-api.eu-south-1.amazonaws.com',
        'x-forwarded-for': '9.9.9.9, 127.0.0.3, 127.0.0.1',
      },
      requestContext: {
        stage: '$default',
        time: '12/Mar/2026:12:00:05 +0000',
        timeEpoch: noon,
        http: { method: 'GET', sourceIp: '127.0.0.1' },
      },
      isBase64Encoded: false,
    });
    expect(events[0]).not.toHaveProperty('headers.cookie');
    expect(events[0]).not.toHaveProperty('body');
  });

  test.each([
    ['application/json; charset=utf-8', '{"a":"è"}', false],
    ['text/plain', '{"a":"è"}', false],
    ['application/x-www-form-urlencoded', Buffer.from('{"a":"è"}').toString('base64'), true],
    [undefined, Buffer.from('{"a":"è"}').toString('base64'), true],
  ])('a body of type %s arrives as %s', async (type, body, isBase64Encoded) => {
    const { gateway, events } = build(() => success({ statusCode: 204 }));
    const headers = new Map(type === undefined ? [] : [['content-type', [type]]]);

    await gateway.handle(request({ method: 'POST', path: '/v1/items', headers, body: Buffer.from('{"a":"è"}') }));

    expect(events[0]).toMatchObject({ body, isBase64Encoded });
  });
});

describe('the answer', () => {
  test('cookies become headers of their own and the body is decoded', () => {
    const answer = mapAnswer(
      JSON.stringify({
        statusCode: 200,
        headers: { 'Content-Type': 'image/png' },
        cookies: ['a=1', 'b=2'],
        body: 'AAE=',
        isBase64Encoded: true,
      }),
    );

    expect(answer).toEqual({
      status: 200,
      headers: [
        ['content-type', 'image/png'],
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ],
      body: Buffer.from([0, 1]),
    });
  });

  test('an answer without a status code is the body', () => {
    expect(mapAnswer('{"a":1}')).toMatchObject({ status: 200, body: Buffer.from('{"a":1}') });
  });

  test.each([
    ['a status of 99', { statusCode: 99 }],
    ['a status that is no number', { statusCode: 'ok' }],
    ['headers that are a list', { statusCode: 200, headers: [] }],
    ['a header value with a line break', { statusCode: 200, headers: { location: '/a\r\nset-cookie: x=1' } }],
    ['a cookie with a line break', { statusCode: 200, cookies: ['a=1\r\nx: y'] }],
    ['a header name with a colon', { statusCode: 200, headers: { 'a:b': 'c' } }],
    ['a body that is an object', { statusCode: 200, body: {} }],
  ])('%s can not be mapped', (_title, answer) => {
    expect(mapAnswer(JSON.stringify(answer))).toBeUndefined();
  });
});

describe('the gateway', () => {
  test.each([
    ['a malformed answer', success({ statusCode: 'x' }), 500],
    [
      'an error of the function',
      { kind: 'failure', requestId: 'r', error: { errorType: 'E', errorMessage: 'secret' }, milliseconds: 1 } as const,
      500,
    ],
    ['a throttled function', { kind: 'throttled' } as const, 503],
  ])('%s gives its own answer, which tells nothing', async (_title, result, status) => {
    const { gateway } = build(() => result);

    const answer = await gateway.handle(request());

    expect(answer.status).toBe(status);
    expect(answer.body.toString()).not.toContain('secret');
  });

  test('a function that does not answer in time gives 503', async () => {
    const { gateway, lines } = build(() => new Promise<InvocationResult>(() => {}), {
      AccessLogSettings: { Format: '$context.integration.error' },
    });

    const answer = await gateway.handle(request());

    expect(answer.status).toBe(503);
    expect(lines).toEqual(['integration timed out']);
  });

  test.each([
    ['an unknown route', request({ path: '/nowhere' }), 404],
    ['a path that is not valid percent-encoding', request({ path: '/v1/items/%zz' }), 400],
    ['a body over 10 MB', request({ method: 'POST', path: '/v1/items', body: Buffer.alloc(10 * 1024 * 1024 + 1) }), 413],
  ])('%s reaches no function', async (_title, asked, status) => {
    const { gateway, events } = build(() => success({ statusCode: 200 }));

    const answer = await gateway.handle(asked);

    expect(answer.status).toBe(status);
    expect(events).toEqual([]);
  });

  test('over the burst of the stage, requests get 429 and reach no function', async () => {
    const { gateway, events, metrics } = build(() => success({ statusCode: 200 }), {
      DefaultRouteSettings: { ThrottlingRateLimit: 0.001, ThrottlingBurstLimit: 2 },
    });

    const answers = [await gateway.handle(request()), await gateway.handle(request()), await gateway.handle(request())];

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(events).toHaveLength(2);
    expect(metrics.map(({ status }) => status)).toEqual([200, 200, 429]);
  });

  test('a value in the access log can not leave the text it stands in', () => {
    const format = compileAccessLog('{"agent":"$context.identity.userAgent","status":$context.status}');

    const line = format({ 'identity.userAgent': 'x","status":200}\n{"forged":"', status: 404 });

    expect(JSON.parse(line)).toEqual({ agent: 'x","status":200}\n{"forged":"', status: 404 });
    expect(line).not.toContain('\n');
  });
});

test('a token bucket fills again at its rate and never over its burst', () => {
  let now = 0;
  const throttle = createThrottle(2, 3, () => now);
  const take = (count: number) => Array.from({ length: count }, () => throttle.take());

  const first = take(4);
  now = 500;
  const second = take(2);
  now = 60_000;
  const third = take(4);

  expect([first, second, third]).toEqual([
    [true, true, true, false],
    [true, false],
    [true, true, true, false],
  ]);
});
