/** The way of a request through a function: an onion of middy middlewares, a guard each, around the route's handler. */
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { isCanaryRequest } from '../../contract/canary.ts';
import type { RouteId, routes } from '../../contract/routes.ts';
import { Unavailable } from '../domain/ports.ts';
import { judgeRequest } from '../domain/slo/judge-request.ts';
import type { Guard, HttpAnswer, HttpCall, HttpEvent, PipelineServices, RouteHandler, Telemetry } from './call.ts';
import { checkSchema, parseBody } from './guards/body.ts';
import { spendBudget } from './guards/budget.ts';
import { noteCorsOrigin, requireAllowedOrigin } from './guards/origin.ts';
import { requireOriginSecret } from './guards/origin-secret.ts';
import { requireRequiredFactor } from './guards/required-factor.ts';
import { nameRoute } from './guards/route.ts';
import { requireCsrfToken, requireSession, requireStepUp } from './guards/session.ts';
import { requireStaff } from './guards/staff.ts';
import { problem } from './responses.ts';

/** Behind the origin secret. The order is part of the security: nothing costly or telling happens before a cheaper guard had its say. */
const guards = (table: typeof routes): readonly Guard[] => [
  noteCorsOrigin,
  nameRoute(table),
  parseBody,
  requireAllowedOrigin,
  requireSession,
  requireStaff,
  requireRequiredFactor,
  requireCsrfToken,
  requireStepUp,
  checkSchema,
  spendBudget,
];

/** The call of each event under way: middy hands its handler the event, and nothing else of ours. */
const calls = new WeakMap<HttpEvent, HttpCall>();

/**
 * @param table `contract/routes.ts`, of which a bundle has the rows that API Gateway sends to it (`lib/bundling/contract-of-function.ts`)
 * @param handlers the routes of this function; one of the table that is missing here is a fault
 * @param services made on the first request, so that a failing dependency is answered with 503 and not with a crash
 * @param watchers guards of this function alone, right behind the origin secret
 */
export function createPipeline(
  table: typeof routes,
  handlers: Partial<Record<RouteId, RouteHandler>>,
  services: () => PipelineServices,
  watchers: readonly Guard[] = [],
) {
  const pipeline = middy<HttpEvent, HttpAnswer, Error, Context>().use({
    onError: (request) => {
      request.response = answerFault(callOf(request.event, request.context), request.error, services);
    },
  });
  // A guard that answers ends the onion: middy takes what `before` returns for the response.
  for (const guard of [requireOriginSecret, ...watchers, ...guards(table)]) {
    pipeline.use({ before: async (request) => guard(callOf(request.event, request.context), services()) });
  }
  const onion = pipeline.handler(async (event, context) => {
    const call = callOf(event, context);
    const handler = call.routeId && handlers[call.routeId];
    if (!handler) throw new Error(`no handler for route ${call.routeId}`);
    return handler(call, context);
  });
  return async (event: HttpEvent, context: Context): Promise<HttpAnswer> => {
    const began = performance.now();
    const answered: HttpAnswer = await onion(event, context);
    judge(callOf(event, context), answered.statusCode ?? 200, performance.now() - began, services().telemetry);
    return answered;
  };
}

/** The canary has metrics of its own: real requests are real people's. */
function judge(call: HttpCall, status: number, milliseconds: number, telemetry: Telemetry): void {
  const verdict = isCanaryRequest(call.headers['user-agent']) ? undefined : judgeRequest(call.routeId, status, milliseconds);
  if (verdict) telemetry.countRequest(verdict);
}

function callOf(event: HttpEvent, context: Context): HttpCall {
  const known = calls.get(event);
  if (known) return known;
  const call = newCall(event, context);
  calls.set(event, call);
  return call;
}

function newCall(event: HttpEvent, context: Context): HttpCall {
  return {
    event,
    requestId: event.requestContext.requestId || context.awsRequestId,
    headers: event.headers,
    viewer: { address: '', userAgent: '' },
    siteOrigin: '',
  };
}

/** Exceptions are faults: opaque to the caller, named in the log without anything that came from the request. */
function answerFault(call: HttpCall, fault: Error | null, services: () => PipelineServices): HttpAnswer {
  const { telemetry } = services();
  if (fault instanceof Unavailable) {
    telemetry.log('ERROR', 'dependency.unavailable', { requestId: call.requestId, part: fault.part, cause: causeName(fault) });
    return problem(call, 'unavailable', { retryAfterSeconds: 5 });
  }
  telemetry.log('ERROR', 'request.failed', { requestId: call.requestId, error: fault?.name, message: fault?.message, stack: fault?.stack });
  return problem(call, 'internal');
}

function causeName(fault: Unavailable): string | undefined {
  return fault.cause instanceof Error ? fault.cause.name : undefined;
}
