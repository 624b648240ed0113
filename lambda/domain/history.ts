/** What the events of an account say to people. */
import type { SecurityEvent } from './ports.ts';

/** Written instead of a session that the account refused, with its id. */
const refusals: readonly SecurityEvent['type'][] = ['sign_in.failed', 'sign_in.password_accepted', 'second_factor.refused'];
const openings: readonly SecurityEvent['type'][] = ['sign_in.succeeded', 'second_factor.accepted'];

export function opensSession({ type }: Pick<SecurityEvent, 'type'>): boolean {
  return openings.includes(type);
}

/**
 * What opens a session is written at the same time as the session, which saves a round trip and leaves nobody with a session
 * that has none. Where the account then refuses the session (it asks for a second factor, its password has just changed, or
 * another answer to the same challenge came first), the event that follows names it: there was no such sign-in.
 */
export function withoutRefusedSessions<Event extends Pick<SecurityEvent, 'type' | 'sessionId'>>(events: readonly Event[]): Event[] {
  const refused = new Set(events.filter(({ type }) => refusals.includes(type)).map(({ sessionId }) => sessionId));
  return events.filter((event) => !opensSession(event) || event.sessionId === undefined || !refused.has(event.sessionId));
}
