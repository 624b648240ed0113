/** Addresses of both families, one spelling each. What is rare is ipaddr.js's to parse. */
import ipaddr from 'ipaddr.js';

export class Address {
  readonly family: 4 | 6;
  /** Most significant first, 32 bits each: one for IPv4, four for IPv6. */
  readonly words: readonly number[];
  #text: string | undefined;

  constructor(family: 4 | 6, words: readonly number[], text?: string) {
    this.family = family;
    this.words = words;
    this.#text = text;
  }

  /** Canonical: two spellings of an address have the same one. Written when it is asked for, which for most addresses is never. */
  get text(): string {
    this.#text ??= this.family === 4 ? formatIpv4(this.words[0] as number) : formatGroups(this.words);
    return this.#text;
  }
}

/** `undefined` for whatever is not exactly an address: no ports, zones, octal or shortened IPv4. */
export function parseAddress(text: string): Address | undefined {
  const ipv4 = parseIpv4(text);
  if (ipv4 !== undefined) return new Address(4, [ipv4], text);
  const words = parseGroups(text) ?? parseMixed(text);
  return words === undefined ? undefined : fromWords(words);
}

/** The hot path: four decimal parts without leading zeros, which other parsers would take for octal. */
function parseIpv4(text: string): number | undefined {
  const { length } = text;
  if (length < 7 || length > 15) return undefined;
  let address = 0;
  let part = 0;
  let digits = 0;
  let dots = 0;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code === 46) {
      if (digits === 0 || dots === 3) return undefined;
      address = address * 256 + part;
      part = 0;
      digits = 0;
      dots++;
    } else {
      if (code < 48 || code > 57 || (digits > 0 && part === 0)) return undefined;
      part = part * 10 + code - 48;
      digits++;
      if (part > 255) return undefined;
    }
  }
  return dots === 3 && digits > 0 ? address * 256 + part : undefined;
}

/** Of the address that is being read: one for all of them, for nothing is read while another is. */
const scratch = new Uint16Array(8);

/** The hot path of IPv6, many times as fast as the library: groups of up to four hexadecimal digits, `::` at most once. */
function parseGroups(text: string): number[] | undefined {
  const { length } = text;
  if (length < 2 || length > 39) return undefined;
  let count = 0;
  let gap = -1;
  let value = 0;
  let digits = 0;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code !== 58) {
      const digit = hexadecimalDigit(code);
      if (digit < 0 || digits === 4 || count === 8) return undefined;
      value = value * 16 + digit;
      digits++;
      continue;
    }
    const isGap = text.charCodeAt(index + 1) === 58;
    if (digits > 0) scratch[count++] = value;
    else if (index > 0 || !isGap) return undefined;
    value = 0;
    digits = 0;
    if (isGap) {
      if (gap >= 0) return undefined;
      gap = count;
      index++;
    } else if (index === length - 1) {
      return undefined;
    }
  }
  if (digits > 0) scratch[count++] = value;
  if (gap < 0) return count === 8 ? wordsOf(scratch) : undefined;
  if (count > 7) return undefined;
  scratch.copyWithin(gap + 8 - count, gap, count);
  scratch.fill(0, gap, gap + 8 - count);
  return wordsOf(scratch);
}

function hexadecimalDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/** The rarer spelling that ends in a dotted IPv4 address. */
function parseMixed(text: string): number[] | undefined {
  const isCandidate = text.includes(':') && text.includes('.') && !text.includes('%') && ipaddr.IPv6.isValid(text);
  return isCandidate ? wordsOf(ipaddr.IPv6.parse(text).parts) : undefined;
}

/** An IPv4-mapped address (RFC 4291, 2.5.5.2) is the IPv4 client it stands for: else `::ffff:` would walk around every IPv4 rule. */
function fromWords(words: readonly number[]): Address {
  return isMapped(words) ? new Address(4, [words[3] as number]) : new Address(6, words);
}

/** ::ffff:0:0/96 */
export function isMapped(words: readonly number[]): boolean {
  return words[2] === 0xffff && words[0] === 0 && words[1] === 0;
}

/** Eight groups of 16 bits as four words of 32. */
export function wordsOf(groups: ArrayLike<number>): number[] {
  return [wordOf(groups, 0), wordOf(groups, 2), wordOf(groups, 4), wordOf(groups, 6)];
}

function wordOf(groups: ArrayLike<number>, index: number): number {
  return (groups[index] as number) * 65_536 + (groups[index + 1] as number);
}

function formatIpv4(word: number): string {
  return [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255].join('.');
}

/** RFC 5952: lower case, no leading zeros, `::` for the first of the longest runs of two zero groups or more. */
function formatGroups(words: readonly number[]): string {
  const groups = words.flatMap((word) => [word >>> 16, word & 0xffff]);
  let gap = 0;
  let gapLength = 1;
  for (let from = 0; from < 8; from++) {
    let to = from;
    while (to < 8 && groups[to] === 0) to++;
    if (to - from > gapLength) {
      gap = from;
      gapLength = to - from;
    }
    if (to > from) from = to;
  }
  let text = '';
  for (let index = 0; index < 8; index++) {
    if (gapLength > 1 && index === gap) {
      text += '::';
      index += gapLength - 1;
    } else {
      text += text === '' || text.endsWith('::') ? (groups[index] as number).toString(16) : `:${(groups[index] as number).toString(16)}`;
    }
  }
  return text;
}
