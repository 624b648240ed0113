/** Who writes about incidents, and what of it is written down. */

import type { WrittenText } from '../../../contract/incident-bodies.ts';
import type { BilingualText } from '../../../contract/incidents.ts';
import type { Refusal } from '../context.ts';
import type { IncidentEventType } from '../ports.ts';
import type { IncidentServices } from './ports.ts';

export interface Author {
  /** Account id of a member of staff, or the name of an operator. */
  readonly actor: string;
  readonly address: string;
  readonly userAgent: string;
  readonly requestId: string;
  /** Of staff: their own history says what they did. */
  readonly session?: { readonly accountId: string; readonly sessionId: string };
}

export type WriteRefusal = Extract<Refusal, { readonly kind: 'not_found' | 'conflict' | 'invalid_request' }>;

/** Before the act: what could not be written down is not done. */
export async function recordAct(
  { events, clock }: Pick<IncidentServices, 'events' | 'clock'>,
  author: Author,
  type: IncidentEventType,
  target: string,
  reason: string,
): Promise<void> {
  const { actor, address, userAgent, requestId, session } = author;
  const common = { at: clock.now(), address, userAgent, requestId, actor, target, reason: reason.slice(0, reasonLength) };
  await events.append({ ...common, subject: 'incident', type });
  if (session === undefined) return;
  const { accountId, sessionId } = session;
  await events.append({ ...common, subject: accountId, type: 'staff.acted', act: type, sessionId });
}

const reasonLength = 300;

/** What was written in one language only stands in both: better the other language than nothing. */
export function inBothLanguages({ en, it }: WrittenText): BilingualText {
  return { en: en ?? it ?? '', it: it ?? en ?? '' };
}

export function conflict(detail: string): WriteRefusal {
  return { kind: 'conflict', detail };
}

export function invalid(path: string, message: string): WriteRefusal {
  return { kind: 'invalid_request', errors: [{ path, message }] };
}

export const notFound: WriteRefusal = { kind: 'not_found' };
