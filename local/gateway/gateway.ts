/** The HTTP API of the assembly: one call in process stands for one HTTPS request to its execute-api endpoint. */
import { randomUUID } from 'node:crypto';
import type { Assembly, Resource } from '../assembly/model.ts';
import type { Functions } from '../functions/functions.ts';
import type { InvocationResult } from '../functions/instance.ts';
import { compileAccessLog } from './access-log.ts';
import { createEvent, formatTime, type GatewayRequest } from './event.ts';
import { type GatewayResponse, gatewayMessage, mapAnswer } from './response.ts';
import { createRouteTable } from './routes.ts';
import { createThrottle, type Throttle } from './throttle.ts';

export interface GatewayMetric {
  readonly apiId: string;
  readonly stage: string;
  readonly status: number;
  readonly latencyMilliseconds: number;
  readonly integrationLatencyMilliseconds: number;
}

export interface Gateway {
  /** Host of its endpoint: `ID.execute-api.REGION.amazonaws.com`. */
  readonly domainName: string;
  handle(request: GatewayRequest): Promise<GatewayResponse>;
}

export interface GatewayOptions {
  readonly assembly: Assembly;
  readonly functions: Pick<Functions, 'invoke'>;
  readonly now: () => number;
  readonly accessLog: (line: string) => void;
  readonly record: (metric: GatewayMetric) => void;
}

/** Quota of HTTP APIs. */
const maximumBodyBytes = 10 * 1024 * 1024;
const defaultIntegrationTimeoutMilliseconds = 30_000;

/** What becomes known of a request on its way, for the access log and the metrics. */
interface Trace {
  routeKey?: string;
  integrationMilliseconds: number;
  functionRequestId?: string;
  error?: string;
}

interface Integration {
  readonly functionReference: string;
  readonly timeoutMilliseconds: number;
}

/** One gateway for each AWS::ApiGatewayV2::Api with a `$default` stage. */
export function createGateways(options: GatewayOptions): Gateway[] {
  return options.assembly.ofType('AWS::ApiGatewayV2::Api').map((api) => createGateway(api, options));
}

function createGateway(api: Resource, { assembly, functions, now, accessLog, record }: GatewayOptions): Gateway {
  const apiId = api.ref;
  const belongs = (resource: Resource) => String(resource.properties.ApiId) === apiId;
  const stage = assembly
    .ofType('AWS::ApiGatewayV2::Stage')
    .find((resource) => belongs(resource) && resource.properties.StageName === '$default');
  if (stage === undefined) throw new Error(`the HTTP API ${api.logicalId} has no $default stage: nothing would be reachable on AWS either`);
  if (api.properties.CorsConfiguration !== undefined) {
    throw new Error(
      `the HTTP API ${api.logicalId} has a CorsConfiguration, which the local gateway does not know: let the functions answer preflights`,
    );
  }

  const integrations = new Map(
    assembly
      .ofType('AWS::ApiGatewayV2::Integration')
      .filter(belongs)
      .map((resource) => [resource.ref, readIntegration(resource)]),
  );
  const routes = createRouteTable(
    assembly
      .ofType('AWS::ApiGatewayV2::Route')
      .filter(belongs)
      .map(({ logicalId, properties }) => {
        const integration = integrations.get(String(properties.Target).replace(/^integrations\//, ''));
        if (integration === undefined) throw new Error(`the route ${logicalId} has no integration`);
        return [String(properties.RouteKey), integration] as const;
      }),
  );
  const throttleFor = readThrottles(stage);
  const format = stage.properties.AccessLogSettings?.Format as string | undefined;
  const formatLine = format === undefined ? undefined : compileAccessLog(format);
  const domainName = `${apiId}.execute-api.${assembly.region}.amazonaws.com`;
  const identity = { apiId, accountId: assembly.account, domainName, stage: '$default' };

  async function answer(request: GatewayRequest, requestId: string, trace: Trace) {
    if (request.body.length > maximumBodyBytes) return gatewayMessage(413, 'Request Entity Too Large');
    const path = decodePath(request.path);
    if (path === undefined) return gatewayMessage(400, 'Bad Request');
    const match = routes.select(request.method, path);
    if (match === undefined) return gatewayMessage(404, 'Not Found');
    trace.routeKey = match.routeKey;
    if (!throttleFor(match.routeKey).take()) return gatewayMessage(429, 'Too Many Requests');

    const { functionReference, timeoutMilliseconds } = match.target;
    const started = performance.now();
    const event = createEvent(request, identity, match, path, requestId, now());
    const result = await within(timeoutMilliseconds, functions.invoke(functionReference, JSON.stringify(event)));
    trace.integrationMilliseconds = performance.now() - started;
    if (result === undefined || result.kind === 'throttled') {
      trace.error = result === undefined ? 'integration timed out' : 'function throttled';
      return gatewayMessage(503, 'Service Unavailable');
    }
    trace.functionRequestId = result.requestId;
    if (result.kind === 'failure') {
      trace.error = `${result.error.errorType}: ${result.error.errorMessage}`;
      return gatewayMessage(500, 'Internal Server Error');
    }
    const mapped = mapAnswer(result.payload);
    if (mapped === undefined) trace.error = 'malformed answer of the function';
    return mapped ?? gatewayMessage(500, 'Internal Server Error');
  }

  return {
    domainName,
    async handle(request) {
      const started = performance.now();
      const requestId = randomUUID();
      const trace: Trace = { integrationMilliseconds: 0 };
      const response = await answer(request, requestId, trace);
      const latencyMilliseconds = performance.now() - started;
      record({
        apiId,
        stage: '$default',
        status: response.status,
        latencyMilliseconds,
        integrationLatencyMilliseconds: trace.integrationMilliseconds,
      });
      if (formatLine !== undefined) {
        accessLog(
          formatLine({
            requestId,
            extendedRequestId: requestId,
            apiId,
            stage: '$default',
            accountId: identity.accountId,
            domainName,
            routeKey: trace.routeKey,
            httpMethod: request.method,
            path: request.path,
            protocol: 'HTTP/1.1',
            status: response.status,
            responseLength: response.body.length,
            responseLatency: Math.round(latencyMilliseconds),
            integrationLatency: Math.round(trace.integrationMilliseconds),
            'integration.requestId': trace.functionRequestId,
            'integration.latency': Math.round(trace.integrationMilliseconds),
            integrationErrorMessage: trace.error,
            'integration.error': trace.error,
            'error.message': trace.error,
            'error.messageString': trace.error,
            requestTime: formatTime(now()),
            requestTimeEpoch: now(),
            'identity.sourceIp': request.sourceIp,
            'identity.userAgent': request.headers.get('user-agent')?.[0],
          }),
        );
      }
      return { ...response, headers: [...response.headers, ['apigw-requestid', requestId]] };
    },
  };
}

function readIntegration({ logicalId, properties }: Resource): Integration {
  if (properties.IntegrationType !== 'AWS_PROXY' || properties.PayloadFormatVersion !== '2.0') {
    throw new Error(`the integration ${logicalId} is not a Lambda proxy with payload format 2.0: the local gateway knows no other`);
  }
  const uri = String(properties.IntegrationUri);
  return {
    functionReference: /\/functions\/(.+)\/invocations$/.exec(uri)?.[1] ?? uri,
    timeoutMilliseconds: Number(properties.TimeoutInMillis ?? defaultIntegrationTimeoutMilliseconds),
  };
}

const unlimited: Throttle = { take: () => true };

function readThrottles(stage: Resource): (routeKey: string) => Throttle {
  const read = (settings: Record<string, unknown> | undefined) =>
    settings?.ThrottlingRateLimit === undefined
      ? undefined
      : createThrottle(Number(settings.ThrottlingRateLimit), Number(settings.ThrottlingBurstLimit ?? settings.ThrottlingRateLimit));
  // Routes without settings of their own share the stage's bucket.
  const shared = read(stage.properties.DefaultRouteSettings) ?? unlimited;
  const own = new Map(
    Object.entries(stage.properties.RouteSettings ?? {}).map(([key, settings]) => [key, read(settings as Record<string, unknown>)]),
  );
  return (routeKey) => own.get(routeKey) ?? shared;
}

function decodePath(path: string): string | undefined {
  try {
    return path.includes('%') ? decodeURIComponent(path) : path;
  } catch {
    return undefined;
  }
}

async function within(milliseconds: number, result: Promise<InvocationResult>): Promise<InvocationResult | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, milliseconds, undefined);
  });
  try {
    return await Promise.race([result, expiry]);
  } finally {
    clearTimeout(timer);
  }
}
