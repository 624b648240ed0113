/** What the guards find out about a request, step by step, and hand to the route's handler. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { Route, RouteId } from '../../contract/routes.ts';
import type { Settings } from '../../contract/settings.ts';
import type { Budgets } from '../domain/budgets.ts';
import type { CurrentSession } from '../domain/context.ts';
import type { AccountRecord, AccountStore, Clock, Metrics } from '../domain/ports.ts';
import type { Viewer } from '../domain/sessions.ts';
import type { RequestVerdict } from '../domain/slo/judge-request.ts';

export type HttpEvent = APIGatewayProxyEventV2;
export type HttpAnswer = APIGatewayProxyStructuredResultV2;

/** Filled by the guards in the order of `pipeline.ts`; a later one may rely on what an earlier one set. */
export interface HttpCall {
  readonly event: HttpEvent;
  readonly requestId: string;
  /** Header values by lower-case name, as API Gateway joins them. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  routeId?: RouteId;
  route?: Route;
  viewer: Viewer;
  siteOrigin: string;
  /** Set when the request's origin is an allowed one other than the site's own. */
  corsOrigin?: string;
  /** Parsed JSON, later checked by the route's schema. */
  body?: unknown;
  session?: CurrentSession;
  account?: AccountRecord;
}

/** What the guards need: the same in every function that serves HTTP. */
export interface PipelineServices {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly accounts?: AccountStore;
  /** Of functions with routes that have one. */
  readonly budgets?: Budgets;
  readonly isStaff: (normalisedEmail: string) => boolean;
  /** @returns whether this is the value that our edge sends */
  readonly isOriginSecret: (presented: string) => Promise<boolean>;
  readonly telemetry: Telemetry;
}

export interface Telemetry extends Metrics {
  /** Counts a request for the service level objectives. */
  countRequest(verdict: RequestVerdict): void;
  log(level: 'INFO' | 'WARN' | 'ERROR', event: string, fields?: Readonly<Record<string, string | number | boolean | undefined>>): void;
}

/** A guard lets the call pass, or answers it. */
export type Guard = (call: HttpCall, services: PipelineServices) => Promise<HttpAnswer | undefined> | HttpAnswer | undefined;

export type RouteHandler = (call: HttpCall, lambda: Context) => Promise<HttpAnswer>;
