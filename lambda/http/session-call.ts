import type * as z from 'zod/mini';
import type { RouteId, routes } from '../../contract/routes.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import type { Call, CurrentSession } from '../domain/context.ts';
import type { AccountRecord } from '../domain/ports.ts';
import type { HttpCall } from './call.ts';
import { readCookies } from './cookies.ts';

/** What the domain is told about a request. */
export function domainCall(call: HttpCall): Call {
  const [device, ...more] = readCookies(call.event, securityPolicy.cookies.device);
  return {
    viewer: call.viewer,
    requestId: call.requestId,
    siteOrigin: call.siteOrigin,
    deviceCookie: more.length === 0 ? device : undefined,
  };
}

/** @throws when the route's row does not ask for a session: a fault of ours */
export function currentSession(call: HttpCall): CurrentSession {
  if (!call.session) throw new Error(`route ${call.routeId} has no session`);
  return call.session;
}

export function currentAccount(call: HttpCall): AccountRecord {
  if (!call.account) throw new Error(`route ${call.routeId} has no account`);
  return call.account;
}

type BodyOf<Id extends RouteId> = (typeof routes)[Id] extends { readonly body: infer Schema extends z.core.$ZodType }
  ? z.output<Schema>
  : never;

/** The body that `checkSchema` has let pass, under the type of the route's schema. */
export function bodyOf<Id extends RouteId>(call: HttpCall, routeId: Id): BodyOf<Id> {
  if (call.routeId !== routeId) throw new Error(`the body of ${routeId} was asked for in ${call.routeId}`);
  return call.body as BodyOf<Id>;
}
