/** What people do with their sessions: see them, end one, end the others, sign out. */
import { type Call, type CurrentSession, event, type Refusal, type SessionServices } from './context.ts';
import { withoutRefusedSessions } from './history.ts';
import { computeExpiry, describeSession, lifetimesFor } from './sessions.ts';

export async function signOut(services: SessionServices, call: Call, session: CurrentSession): Promise<void> {
  const { sessionId } = session.token;
  await Promise.all([
    services.accounts.endSessions(session.accountId, [sessionId]),
    services.events.append(event(call, session.accountId, 'sign_out.completed', services.clock.now(), { sessionId })),
  ]);
}

/** Live sessions, the one seen last first. */
export async function listSessions(services: SessionServices, session: CurrentSession) {
  const account = await services.accounts.read(session.accountId);
  const now = services.clock.now();
  const lifetimes = lifetimesFor(session.isStaff);
  return Object.entries(account?.sessions ?? {})
    .filter(([, stored]) => computeExpiry(stored, lifetimes) > now)
    .sort(([, a], [, b]) => b.lastSeenAt - a.lastSeenAt)
    .map(([id, stored]) => describeSession(id, stored, id === session.token.sessionId, session.isStaff));
}

export async function endSession(
  services: SessionServices,
  call: Call,
  session: CurrentSession,
  sessionId: string,
): Promise<{ readonly kind: 'ended' } | Extract<Refusal, { kind: 'not_found' }>> {
  if (!/^[\w-]{22}$/.test(sessionId) || !(await services.accounts.endSessions(session.accountId, [sessionId]))) {
    return { kind: 'not_found' };
  }
  await services.events.append(event(call, session.accountId, 'session.ended', services.clock.now(), { sessionId }));
  return { kind: 'ended' };
}

export async function endOtherSessions(
  services: SessionServices,
  call: Call,
  session: CurrentSession,
): Promise<{ readonly kind: 'ended' } | Extract<Refusal, { kind: 'conflict' }>> {
  const kept = await services.accounts.endOtherSessions(session.accountId, {
    sessionId: session.token.sessionId,
    secretHash: session.stored.secretHash,
    session: session.stored,
  });
  if (!kept) return { kind: 'conflict' };
  await services.events.append(event(call, session.accountId, 'session.others_ended', services.clock.now()));
  return { kind: 'ended' };
}

export async function listEvents(services: SessionServices, session: CurrentSession) {
  const events = await services.events.list(session.accountId, 100);
  return withoutRefusedSessions(events).map((stored) => ({
    id: stored.eventId,
    type: stored.type,
    at: new Date(stored.at).toISOString(),
    address: stored.address,
    userAgent: stored.userAgent,
    // That it was staff, not who.
    ...(stored.actor !== undefined && stored.type !== 'staff.acted' ? { byStaff: true as const } : {}),
  }));
}
