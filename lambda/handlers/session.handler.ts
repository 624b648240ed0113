/** Function `session`: what a signed-in person sees and ends. */
import { routes } from '../../contract/routes.ts';
import { documentClient } from '../adapters/aws-clients.ts';
import { DynamoTrail } from '../adapters/dynamo-trail.ts';
import { readResource } from '../adapters/settings.ts';
import { exportHistory } from '../domain/audit/export-history.ts';
import { endOtherSessions, endSession, listEvents, listSessions, signOut } from '../domain/session-control.ts';
import { computeCsrfToken, describeAccount, describeSession } from '../domain/sessions.ts';
import { refuse } from '../http/answers.ts';
import { expiredSessionCookie } from '../http/cookies.ts';
import { createPipeline } from '../http/pipeline.ts';
import { answer } from '../http/responses.ts';
import { currentAccount, currentSession, domainCall } from '../http/session-call.ts';
import { once } from './once.ts';
import { sessionServices } from './services.ts';

const services = once(sessionServices);
const trail = once(() => new DynamoTrail(documentClient(), readResource('table', 'audit-trail')));

export const handler = createPipeline(
  routes,
  {
    'session.read': async (call) => {
      const session = currentSession(call);
      return answer(call, 200, {
        account: describeAccount(currentAccount(call), session.isStaff, services().factorPolicy, services().clock.now()),
        session: describeSession(session.token.sessionId, session.stored, true, session.isStaff),
        csrfToken: computeCsrfToken(session.token.secret),
      });
    },
    'account.read': async (call) =>
      answer(
        call,
        200,
        describeAccount(currentAccount(call), currentSession(call).isStaff, services().factorPolicy, services().clock.now()),
      ),
    'account.events': async (call) => answer(call, 200, { events: await listEvents(services(), currentSession(call)) }),
    'account.events.export': async (call) => {
      const file = await exportHistory({ ...services(), trail: trail() }, currentSession(call).accountId);
      return answer(call, 200, file, { headers: { 'Content-Disposition': 'attachment; filename="security-history.json"' } });
    },
    'sessions.list': async (call) => answer(call, 200, { sessions: await listSessions(services(), currentSession(call)) }),
    'sessions.end': async (call) => {
      const session = currentSession(call);
      const sessionId = call.event.pathParameters?.id ?? '';
      const outcome = await endSession(services(), domainCall(call), session, sessionId);
      if (outcome.kind !== 'ended') return refuse(call, outcome);
      const own = sessionId === session.token.sessionId && session.delivery === 'cookie';
      return answer(call, 204, undefined, own ? { cookies: [expiredSessionCookie()] } : {});
    },
    'sessions.end-others': async (call) => {
      const outcome = await endOtherSessions(services(), domainCall(call), currentSession(call));
      return outcome.kind === 'ended' ? answer(call, 204) : refuse(call, outcome);
    },
    'sign-out': async (call) => {
      await signOut(services(), domainCall(call), currentSession(call));
      // Not `"cookies"`: it would forget the known device too, and leave its owner a stranger.
      return answer(call, 204, undefined, {
        headers: { 'Clear-Site-Data': '"cache", "storage"' },
        cookies: [expiredSessionCookie()],
      });
    },
  },
  services,
);
