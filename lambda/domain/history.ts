/** What the events of an account say to people. */
import type { EventType, SecurityEvent } from './ports.ts';

/** Written instead of a session that the account refused, with its id. */
const refusals: readonly EventType[] = ['sign_in.failed', 'sign_in.password_accepted'];

/**
 * `sign_in.succeeded` is written at the same time as its session, which saves a round trip and leaves nobody with a session
 * that has none. Where the account then refuses the session (it asks for a second factor, or its password has just changed), the
 * event that follows names it: there was no such sign-in.
 */
export function withoutRefusedSessions<Event extends Pick<SecurityEvent, 'type' | 'sessionId'>>(events: readonly Event[]): Event[] {
  const refused = new Set(events.filter(({ type }) => refusals.includes(type)).map(({ sessionId }) => sessionId));
  return events.filter(({ type, sessionId }) => type !== 'sign_in.succeeded' || sessionId === undefined || !refused.has(sessionId));
}
