/** What staff and operators did, for staff to look at: newest first, in pages. */
import { securityPolicy } from '../../../contract/security-policy.ts';
import { monthOf, parseEventId } from './event-id.ts';
import type { ProvableEvent } from './export-format.ts';

export interface ActFilter {
  readonly actor?: string;
  readonly target?: string;
  readonly act?: string;
}

export interface ListedAct {
  readonly id: string;
  readonly at: string;
  /** Account id of the member of staff, or the name of the operator. */
  readonly actor: string;
  readonly act: string;
  readonly target: string;
  readonly reason: string;
  /** Where from; empty for operators. */
  readonly address: string;
}

export interface ActList {
  readonly acts: ListedAct[];
  /** Ask with it for older ones; null when there are none. */
  readonly before: string | null;
}

export interface ActReader {
  readActs(month: string, limit: number, before?: string): Promise<{ readonly events: ProvableEvent[]; readonly next: string | undefined }>;
}

const readAtOnce = 200;
/** Pages of the store that one answer may cost: a filter that nothing fits must not read a year. */
const pagesAtMost = 30;

export async function listActs(reader: ActReader, filter: ActFilter, now: number, limit: number, before?: string): Promise<ActList> {
  const acts: ListedAct[] = [];
  let cursor = before;
  let pages = 0;
  for (const month of monthsBack(parseEventId(before ?? '')?.at ?? now)) {
    for (;;) {
      if (pages++ >= pagesAtMost) return { acts, before: cursor ?? firstOf(month) };
      const { events, next } = await reader.readActs(month, readAtOnce, cursor);
      for (const event of events) {
        cursor = event.eventId;
        const act = describe(event);
        if (!fits(act, filter)) continue;
        acts.push(act);
        if (acts.length === limit) return { acts, before: cursor };
      }
      if (next === undefined) break;
    }
  }
  return { acts, before: null };
}

function describe({ eventId, at, actor = '', act, type, target, address, reason = '', subject }: ProvableEvent): ListedAct {
  // A block's address is what was blocked, not who did it.
  const isOfAddresses = subject === 'ip-block' || subject === 'ip-feed';
  return {
    id: eventId,
    at: new Date(at).toISOString(),
    actor,
    act: act ?? type,
    target: target ?? (isOfAddresses ? address : ''),
    reason,
    address: isOfAddresses ? '' : address,
  };
}

function fits(listed: ListedAct, filter: ActFilter): boolean {
  return (['actor', 'target', 'act'] as const).every((name) => filter[name] === undefined || listed[name] === filter[name]);
}

function monthsBack(at: number): string[] {
  const newest = new Date(at);
  return Array.from({ length: securityPolicy.auditTrail.listedMonths }, (_, index) =>
    monthOf(Date.UTC(newest.getUTCFullYear(), newest.getUTCMonth() - index, 1)),
  );
}

/** An id before all of the month: what is older is in the months before. */
function firstOf(month: string): string {
  return `${String(Date.parse(`${month}-01`)).padStart(14, '0')}-${'0'.repeat(16)}-000000`;
}
