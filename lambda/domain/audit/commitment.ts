/**
 * What the trail keeps of an event: a hash, and nothing that the hash can be guessed from.
 *
 * Two parts, each with a salt of its own. What its owner may see is hashed as it is; the rest (private reason, who of our staff, what
 * they did to whom) goes in as a hash, so that people can check their own history without being shown it. The salts lie beside the
 * event alone: once the event is erased, the hash that stays says nothing about anybody, and the chain still holds.
 */
import { hash } from 'node:crypto';
import type { SecurityEvent } from '../ports.ts';
import { canonicalise } from './canonical-json.ts';

type PrivateField = 'act' | 'actor' | 'addressKind' | 'reason' | 'requestId' | 'target';

/** 128 bits each, in hex: an address or a reason is quickly tried out, a salt never is. */
export interface Salts {
  readonly salt: string;
  readonly privateSalt: string;
}

export interface ShownPart extends Omit<SecurityEvent, PrivateField> {
  readonly eventId: string;
  readonly salt: string;
}

/** @returns what the event's owner may see of it */
export function shownPart(event: SecurityEvent & { readonly eventId: string }, salt: string): ShownPart {
  const { address, at, eventId, sessionId, subject, type, userAgent } = event;
  return { address, at, eventId, salt, ...(sessionId !== undefined && { sessionId }), subject, type, userAgent };
}

/** @returns SHA-256 in hex of the part that is not the owner's to see */
export function hashPrivatePart(event: Pick<SecurityEvent, PrivateField>, privateSalt: string): string {
  const { act, actor, addressKind, reason, requestId, target } = event;
  return sha256(canonicalise({ act, actor, addressKind, reason, requestId, salt: privateSalt, target }));
}

/** @returns SHA-256 in hex of an event, from what its owner may see and the hash of the rest */
export function commitToParts(shown: ShownPart, privateHash: string): string {
  return sha256(canonicalise({ private: privateHash, shown }));
}

export function commit(event: SecurityEvent & { readonly eventId: string }, { salt, privateSalt }: Salts): string {
  return commitToParts(shownPart(event, salt), hashPrivatePart(event, privateSalt));
}

export function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}
