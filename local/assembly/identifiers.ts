/**
 * Names and ids in the shapes that AWS gives them. They are derived from where the resource stands in the assembly, so
 * that each run gives the same ones and finds the data of the run before.
 */
import { createHash } from 'node:crypto';

/** Where a resource stands: what its generated names are derived from. */
export interface ResourcePlace {
  readonly account: string;
  readonly region: string;
  readonly stack: string;
  readonly logicalId: string;
}

const upperCaseAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const lowerCaseAlphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/**
 * Characters derived from a place.
 *
 * @param purpose keeps several ids of one resource apart
 */
function derivedCharacters(place: ResourcePlace, purpose: string, length: number, alphabet: string): string {
  const bytes = digest(place, purpose);
  return Array.from({ length }, (_, index) => alphabet[(bytes[index % bytes.length] ?? 0) % alphabet.length]).join('');
}

function digest(place: ResourcePlace, purpose: string): Buffer {
  return createHash('sha512')
    .update(JSON.stringify([place.account, place.region, place.stack, place.logicalId, purpose]))
    .digest();
}

export function upperCaseId(place: ResourcePlace, purpose: string, length: number): string {
  return derivedCharacters(place, purpose, length, upperCaseAlphabet);
}

export function lowerCaseId(place: ResourcePlace, purpose: string, length: number): string {
  return derivedCharacters(place, purpose, length, lowerCaseAlphabet);
}

/** A version 4 UUID in shape. */
export function uuid(place: ResourcePlace, purpose: string): string {
  const hex = digest(place, purpose).toString('hex');
  const variant = '89ab'[Number.parseInt(hex[16] ?? '0', 16) % 4];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Hexadecimal digits. */
export function hexId(place: ResourcePlace, purpose: string, length: number): string {
  return digest(place, purpose).toString('hex').slice(0, length);
}

/** `STACK-LOGICALID-RANDOM`, as CloudFormation names what has no name of its own, shortened as it does. */
export function generatedName(place: ResourcePlace, maximumLength = 128): string {
  const suffix = upperCaseId(place, 'name', 12);
  const room = maximumLength - suffix.length - 2;
  const stack = place.stack.slice(0, Math.max(Math.floor(room / 2), room - place.logicalId.length));
  return `${stack}-${place.logicalId.slice(0, room - stack.length)}-${suffix}`;
}
