/** Holes in the numbers of a writer: events that were removed, or never written, before they could be sealed. */
import type { Entry } from './block.ts';
import { parseEventId } from './event-id.ts';

export interface Gap {
  readonly writer: string;
  /** The numbers that are missing, both inclusive. */
  readonly from: number;
  readonly until: number;
  /** The event behind the hole, and its time in milliseconds. */
  readonly eventId: string;
  readonly at: number;
}

/** @param entries of a stretch of the trail; a writer may have begun before it */
export function findGaps(entries: Iterable<Entry>, isFromTheBeginning = false): Gap[] {
  const tracker = createGapTracker(isFromTheBeginning);
  for (const { eventId } of entries) tracker.add(eventId);
  return tracker.gaps();
}

/** Holds, of each writer, no more than its numbers behind the first hole: most have none. */
export function createGapTracker(isFromTheBeginning: boolean) {
  const contiguous = new Map<string, number>();
  const ahead = new Map<string, Map<number, string>>();

  function advance(writer: string, upTo: number): void {
    const waiting = ahead.get(writer);
    let last = upTo;
    while (waiting?.delete(last + 1)) last++;
    if (waiting?.size === 0) ahead.delete(writer);
    contiguous.set(writer, last);
  }

  return {
    add(eventId: string): void {
      const id = parseEventId(eventId);
      if (id === undefined) return;
      const last = contiguous.get(id.writer) ?? (isFromTheBeginning ? 0 : undefined);
      if (last === undefined || id.number === last + 1) {
        advance(id.writer, id.number);
        return;
      }
      if (id.number <= last) return;
      const waiting = ahead.get(id.writer) ?? new Map<number, string>();
      waiting.set(id.number, eventId);
      ahead.set(id.writer, waiting);
    },
    gaps(): Gap[] {
      return [...ahead].flatMap(([writer, ids]) => {
        let last = contiguous.get(writer) ?? 0;
        return [...ids]
          .sort(([left], [right]) => left - right)
          .flatMap(([number, eventId]) => {
            const from = last + 1;
            last = number;
            return number > from ? [{ writer, from, until: number - 1, eventId, at: parseEventId(eventId)?.at ?? 0 }] : [];
          });
      });
    },
  };
}
