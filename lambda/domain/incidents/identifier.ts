/** Ids of incidents and maintenance: their instant of creation in front, so that they sort by it. */

/** Enough digits of base 36 until the year 5138. */
const digits = 9;

/** @param random at least 10 bytes: an id stands in public addresses, and must not be guessed before it is published */
export function createIdentifier(at: number, random: Uint8Array): string {
  return `${createdFrom(at)}-${Buffer.from(random).toString('base64url')}`;
}

/** What the id of everything created at or after this instant is not smaller than. */
export function createdFrom(at: number): string {
  return Math.max(0, Math.floor(at)).toString(36).padStart(digits, '0');
}
