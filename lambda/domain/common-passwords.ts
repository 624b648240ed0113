import { hash } from 'node:crypto';

/**
 * The common passwords, as the sorted list of the first 30 bits of their SHA-256, written as gaps: 15 bits a password, with no
 * false negatives, and one false positive in about 11,000 for 100,000 passwords (their number divided by 2^30).
 *
 * Format: 257 bit offsets (32 bits, little-endian), one for each value of the upper 8 bits and one for the end; then, for each
 * such bucket, the gaps between the lower 22 bits in Golomb-Rice code: quotient in unary (ones, then a zero), 13 bits of remainder.
 */
const lowBits = 22;
const buckets = 1 << 8;
const remainderBits = 13;
const headerBytes = 4 * (buckets + 1);

/**
 * Look-up in a list made by {@link encodeCommonPasswords}: about ten microseconds.
 *
 * Upper and lower case are not told apart: changing them is the first thing that a guessing program does with a list.
 *
 * @throws when the bytes are not such a list
 */
export function createCommonPasswordFilter(list: Uint8Array): (password: string) => boolean {
  const header = new DataView(list.buffer, list.byteOffset, list.byteLength);
  if (list.byteLength < headerBytes || Math.ceil(header.getUint32(headerBytes - 4, true) / 8) !== list.byteLength - headerBytes) {
    throw new Error('The list of common passwords is damaged: build the functions again');
  }
  const stream = list.subarray(headerBytes);
  const byte = (index: number) => stream[index] ?? 0;
  const bit = (position: number) => (byte(position >>> 3) >>> (7 - (position & 7))) & 1;
  /** 13 bits, wherever they start, lie within three bytes. */
  const remainder = (position: number) => {
    const index = position >>> 3;
    const bits = (byte(index) << 16) | (byte(index + 1) << 8) | byte(index + 2);
    return (bits >>> (24 - remainderBits - (position & 7))) & ((1 << remainderBits) - 1);
  };

  return (password) => {
    const wanted = fingerprint(password);
    const bucket = wanted >>> lowBits;
    const low = wanted & ((1 << lowBits) - 1);
    const end = header.getUint32(4 * (bucket + 1), true);

    let position = header.getUint32(4 * bucket, true);
    let value = -1;
    while (position < end && value < low) {
      let quotient = 0;
      while (bit(position++)) quotient++;
      value += ((quotient << remainderBits) | remainder(position)) + 1;
      position += remainderBits;
    }
    return value === low;
  };
}

/** The list of these passwords, for {@link createCommonPasswordFilter}; the same passwords in any order give the same bytes. */
export function encodeCommonPasswords(passwords: Iterable<string>): Uint8Array {
  const fingerprints = [...new Set(Array.from(passwords, fingerprint))].sort((a, b) => a - b);
  const bits: number[] = [];
  const offsets = new Uint32Array(buckets + 1);
  let bucket = 0;
  let previous = -1;
  for (const value of fingerprints) {
    while (bucket < value >>> lowBits) {
      offsets[++bucket] = bits.length;
      previous = -1;
    }
    const low = value & ((1 << lowBits) - 1);
    writeGap(bits, low - previous - 1);
    previous = low;
  }
  while (bucket < buckets) offsets[++bucket] = bits.length;

  const list = new Uint8Array(headerBytes + Math.ceil(bits.length / 8));
  const header = new DataView(list.buffer);
  offsets.forEach((offset, index) => {
    header.setUint32(4 * index, offset, true);
  });
  const stream = list.subarray(headerBytes);
  bits.forEach((value, position) => {
    stream[position >>> 3] = (stream[position >>> 3] ?? 0) | (value << (7 - (position & 7)));
  });
  return list;
}

function writeGap(bits: number[], gap: number): void {
  for (let quotient = gap >>> remainderBits; quotient > 0; quotient--) bits.push(1);
  bits.push(0);
  for (let index = remainderBits - 1; index >= 0; index--) bits.push((gap >>> index) & 1);
}

/** NFC, as passwords are compared everywhere here, and lower case by Unicode's own rules, not a locale's. */
function fingerprint(password: string): number {
  return hash('sha256', password.normalize('NFC').toLowerCase(), 'buffer').readUInt32BE() >>> 2;
}
