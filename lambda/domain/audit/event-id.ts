/**
 * Ids of events: when, by which writer, and how many events that writer had written. Whoever removes an event before it is sealed
 * leaves a hole in its writer's numbers, which nothing fills: only the last events of a writer that has ended can go unnoticed.
 */
import { securityPolicy } from '../../../contract/security-policy.ts';

export interface EventId {
  /** Milliseconds. */
  readonly at: number;
  /** A running instance of a function, or a run of an operator's command: 64 random bits. */
  readonly writer: string;
  /** From 1. */
  readonly number: number;
}

const form = /^(\d{14})-([0-9a-f]{16})-(\d{6,})$/;
const HOUR = 3600_000;

export function formatEventId({ at, writer, number }: EventId): string {
  return `${String(at).padStart(14, '0')}-${writer}-${String(number).padStart(6, '0')}`;
}

/** @returns undefined for what is no id of an event */
export function parseEventId(text: string): EventId | undefined {
  const [, at, writer, number] = form.exec(text) ?? [];
  return at === undefined || writer === undefined ? undefined : { at: Number(at), writer, number: Number(number) };
}

/** Where the index `by-hour` has it: writers are spread, so that no partition takes every write. */
export function hourOf({ at, writer }: Pick<EventId, 'at' | 'writer'>): string {
  return shardOfHour(at, Number.parseInt(writer.slice(-4), 16) % securityPolicy.auditTrail.shards);
}

export function shardOfHour(at: number, shard: number): string {
  return `${new Date(at).toISOString().slice(0, 13)}#${shard}`;
}

/** @returns the beginning of each hour from the one of `from` to the one of `until` */
export function hoursBetween(from: number, until: number): number[] {
  const first = Math.floor(from / HOUR);
  return Array.from({ length: Math.max(0, Math.floor(until / HOUR) - first + 1) }, (_, index) => (first + index) * HOUR);
}

/** `2026-11`: where the index `acts` has what staff and operators did. */
export function monthOf(at: number): string {
  return new Date(at).toISOString().slice(0, 7);
}
