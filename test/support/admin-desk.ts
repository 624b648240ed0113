/** The function `admin`: its real routes and guards, over memory, with whoever calls them. */
import type { Context } from 'aws-lambda';
import { type Route, type RouteId, routes } from '../../contract/routes.ts';
import { computeCsrfToken, mintSession, openAs, serialiseToken } from '../../lambda/domain/sessions.ts';
import { createRoutes } from '../../lambda/handlers/admin.handler.ts';
import type { HttpAnswer } from '../../lambda/http/call.ts';
import { createPipeline } from '../../lambda/http/pipeline.ts';
import { settings } from './api.ts';
import { httpEvent, ORIGIN_SECRET } from './http-event.ts';
import { EMAIL } from './people.ts';
import { createStaffDoor, REASON } from './staff.ts';

export const adminRoutes = Object.entries<Route>(routes).filter(([, { function: owner }]) => owner === 'admin') as [RouteId, Route][];
/** Those that change something. */
export const acts = adminRoutes.filter(([, { stepUp }]) => stepUp).map(([id]) => id);

export async function createAdmin(policy: Partial<typeof settings.secondFactor> = {}, staffNetworks?: readonly string[]) {
  const door = createStaffDoor();
  const services = {
    ...door.services,
    cspReports: { list: async () => [] },
    acts: { readActs: async () => ({ events: [], next: undefined }) },
    blockRecords: { listBlocks: async () => [] },
    blockRequests: { send: async () => {} },
    blocklist: { feeds: [], allow: [], blockableReserved: [] },
    settings: {
      ...settings,
      secondFactor: { ...settings.secondFactor, ...policy },
      ...(staffNetworks && { staffNetworks: [...staffNetworks] }),
    },
    isOriginSecret: async (presented: string) => presented === ORIGIN_SECRET,
    telemetry: { log: () => undefined, count: () => undefined, countRequest: () => undefined },
  };
  const pipeline = createPipeline(
    routes,
    createRoutes(() => services),
    () => services,
  );
  const anna = await door.person(EMAIL);

  /** Somebody signed in, who calls admin routes. */
  async function visitor(email: string, { withFactor = true, steppedUp = true } = {}) {
    const accountId = await door.person(email, withFactor);
    const minted = mintSession(door.services.random, accountId, { address: '', userAgent: '' }, door.now());
    const { sessionId } = minted.token;
    const stored = { ...openAs(minted.stored, door.staff.has(email)), ...(steppedUp ? { steppedUpAt: door.now() } : {}) };
    door.change(accountId, { sessions: { [sessionId]: stored } });
    return {
      accountId,
      /** What somebody who reads along could send again. */
      captured() {
        const cookies = [`__Host-session=${serialiseToken(minted.token)}`];
        return { sessionId, cookies, headers: { 'x-csrf-token': computeCsrfToken(minted.token.secret) } };
      },
      /** Signs in anew, and steps up. */
      stepUp() {
        const account = door.account(accountId);
        const session = { ...stored, createdAt: door.now(), lastSeenAt: door.now(), steppedUpAt: door.now() };
        door.change(accountId, { sessions: { ...account.sessions, [sessionId]: session } });
      },
      async send(routeId: RouteId, more: { id?: string; body?: unknown; headers?: Record<string, string>; cookies?: string[] } = {}) {
        const route: Route = routes[routeId];
        const id = more.id ?? anna;
        const cidr = routeId.startsWith('admin.ip-blocks.') ? { cidr: '203.0.113.0/24' } : {};
        const asked: Partial<Record<RouteId, object>> = {
          'admin.accounts.find': { email: EMAIL },
          'admin.audit.find': { act: 'account.viewed' },
        };
        const usual = asked[routeId] ?? { ...cidr, reason: REASON };
        const body = more.body === undefined ? usual : more.body;
        const event = httpEvent(`${route.method} ${route.path.replace('{id}', id)}`, {
          routeKey: `${route.method} ${route.path}`,
          pathParameters: { id },
          ...(route.body ? { body } : {}),
          cookies: more.cookies ?? [`__Host-session=${serialiseToken(minted.token)}`],
          headers: { 'x-csrf-token': computeCsrfToken(minted.token.secret), ...more.headers },
        });
        const answered = (await pipeline(event, { awsRequestId: 'lambda-1' } as Context)) as HttpAnswer;
        const json = answered.body === undefined ? undefined : JSON.parse(answered.body);
        return { status: answered.statusCode, code: json?.code as string | undefined, detail: json?.detail as string | undefined, json };
      },
    };
  }
  return { door, anna, visitor, state: () => structuredClone([...door.stores.accounts.items.entries()]) };
}
