/** What is news, and when it goes out. Pure; the use case moves the state by compare-and-swap before anything is put on the queue. */
import type { Incident, Maintenance } from '../../../contract/incidents.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';
import { instant } from '../sessions.ts';
import { isOver } from '../status/component-status.ts';
import type { AnnouncementState, Told } from './ports.ts';

const policy = securityPolicy.statusSubscriptions;
const HOUR_MILLISECONDS = 3_600_000;

export const nothingTold: AnnouncementState = { version: 0, told: {}, batches: [] };

/**
 * One batch of everything that is due: incidents that come together are told together.
 *
 * What is new is told at once, and so is that something is over; what is said in between waits until `betweenSeconds` have passed. What
 * is older than a day when it is first seen is taken for told: a page that has been there for a month is no news to anybody.
 *
 * @returns what to store; without `pending` there is nothing to send. undefined: nothing has changed
 */
export function planAnnouncements(
  state: AnnouncementState,
  events: readonly (Incident | Maintenance)[],
  now: number,
  newBatchId: () => string,
): AnnouncementState | undefined {
  const seen = new Map(events.map((event) => [event.id, event]));
  const told: Record<string, Told> = {};
  for (const [id, entry] of Object.entries(state.told)) {
    if (seen.has(id) || now < entry.at + policy.toldSeconds * 1000) told[id] = entry;
  }
  let isChanged = false;
  for (const event of events) {
    if (told[event.id] !== undefined || now < Date.parse(event.createdAt) + policy.staleSeconds * 1000) continue;
    told[event.id] = { updates: event.updates.length, isOver: isOver(event), at: now };
    isChanged = true;
  }

  const batches = state.batches.filter((at) => now < at + HOUR_MILLISECONDS);
  const due = batches.length < policy.mailsPerHour ? events.filter((event) => isDue(event, told[event.id], now)) : [];
  if (due.length === 0) return isChanged ? { version: state.version + 1, told, batches } : undefined;

  const news = due.map(({ id, updates }) => ({
    id, // An incident that is full of updates ends without one: its last word is then told again.
    from: Math.max(0, Math.min(told[id]?.updates ?? 0, updates.length - 1)),
    to: updates.length,
  }));
  for (const event of due) told[event.id] = { updates: event.updates.length, isOver: isOver(event), at: now };
  const pending = { id: newBatchId(), at: instant(now), news };
  return { version: state.version + 1, told, batches: [...batches, now], pending };
}

function isDue(event: Incident | Maintenance, told: Told | undefined, now: number): boolean {
  if (told === undefined) return event.updates.length > 0;
  if (isOver(event) && !told.isOver) return true;
  return event.updates.length > told.updates && now >= told.at + policy.betweenSeconds * 1000;
}
