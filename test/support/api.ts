/** The pipeline over memory, with a handler that notes what reached it behind every route. */
import type { Context } from 'aws-lambda';
import { type RouteId, routes } from '../../contract/routes.ts';
import type { Settings } from '../../contract/settings.ts';
import { computeCsrfToken, mintSession, serialiseToken } from '../../lambda/domain/sessions.ts';
import type { RequestVerdict } from '../../lambda/domain/slo/judge-request.ts';
import type { HttpAnswer, HttpCall, PipelineServices } from '../../lambda/http/call.ts';
import { createPipeline } from '../../lambda/http/pipeline.ts';
import { answer } from '../../lambda/http/responses.ts';
import { createFrontDoor } from './front-door.ts';
import { type EventOptions, httpEvent, ORIGIN_SECRET, SITE } from './http-event.ts';

export const settings: Settings = {
  productName: 'Acme Desk',
  siteOrigin: SITE,
  allowedOrigins: ['https://app.example.com'],
  passwordProfile: 'page',
  bcryptCost: 10,
  staff: ['staff@example.com'],
  secondFactor: { requiredFor: 'nobody', since: '2026-01-01T00:00:00Z', graceDays: 14, rememberDevices: true, staffPasskeys: false },
  sender: 'no-reply@example.com',
};

export function createApi(overrides: Partial<PipelineServices> = {}) {
  const door = createFrontDoor();
  const seen: HttpCall[] = [];
  const logged: string[] = [];
  const counted: string[] = [];
  const judged: RequestVerdict[] = [];
  const services: PipelineServices = {
    settings,
    clock: door.services.clock,
    accounts: door.services.accounts,
    budgets: door.services.budgets,
    isStaff: () => false,
    isOriginSecret: async (presented) => presented === ORIGIN_SECRET,
    telemetry: {
      log: (...line) => void logged.push(JSON.stringify(line)),
      count: (metric) => void counted.push(metric),
      countRequest: (verdict) => void judged.push(verdict),
    },
    ...overrides,
  };
  const handlers = Object.fromEntries(
    Object.keys(routes).map((id) => [
      id,
      async (call: HttpCall) => {
        seen.push(call);
        return answer(call, 200, { reached: id });
      },
    ]),
  ) as Record<RouteId, (call: HttpCall) => Promise<HttpAnswer>>;
  const pipeline = createPipeline(routes, handlers, () => services);
  return {
    door,
    seen,
    logged,
    counted,
    judged,
    handlers,
    async send(request: string, options: EventOptions = {}) {
      const response = (await pipeline(httpEvent(request, options), { awsRequestId: 'lambda-1' } as Context)) as HttpAnswer;
      return { ...response, json: response.body === undefined ? undefined : JSON.parse(response.body) };
    },
    /** @param isSteppedUp whether its owner has just proved once more who they are */
    async session(email = 'anna@example.com', isSteppedUp = false) {
      await door.createAccount(email, 'correct horse battery');
      const account = [...door.stores.accounts.items.values()].at(-1);
      if (!account) throw new Error('no account');
      const { token, stored } = mintSession(door.services.random, account.accountId, { address: '', userAgent: '' }, door.now());
      await door.services.accounts.addSession(account.accountId, {
        credentialVersion: 1,
        emailKey: account.emailKey,
        sessionId: token.sessionId,
        session: isSteppedUp ? { ...stored, steppedUpAt: door.now() } : stored,
      });
      return {
        cookie: `__Host-session=${serialiseToken(token)}`,
        bearer: serialiseToken(token),
        csrf: computeCsrfToken(token.secret),
        stored,
        account,
      };
    },
  };
}

export const signInBody = { email: 'anna@example.com', password: 'secret password' };
