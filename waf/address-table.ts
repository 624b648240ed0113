/** A map from addresses: by their words, so that no text is written for an address that only counts. */
import { randomBytes } from 'node:crypto';
import type { Address } from './addresses.ts';

/** Four words of the address, and behind them the position of its value in `#values`, counted from 1; 0 where there is none. */
const width = 5;
const smallest = 16;

/** Open addressing with linear probing, at most half full. One row is found in one or two lines of the processor's cache. */
export class AddressTable<Value> {
  /** Whoever chooses addresses must not choose where they collide. */
  readonly #seed = randomBytes(4).readInt32LE();
  #rows = new Int32Array(smallest * width);
  #mask = smallest - 1;
  /** `undefined` for what was taken out: rows stay until the table goes. */
  #values: (Value | undefined)[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(address: Address): Value | undefined {
    const position = this.#rows[this.#find(address) + 4] as number;
    return position === 0 ? undefined : this.#values[position - 1];
  }

  set(address: Address, value: Value): void {
    let row = this.#find(address);
    const position = this.#rows[row + 4] as number;
    if (position !== 0) {
      if (this.#values[position - 1] === undefined) this.#size++;
      this.#values[position - 1] = value;
      return;
    }
    if (this.#values.length * 2 > this.#mask) {
      this.#grow();
      row = this.#find(address);
    }
    this.#values.push(value);
    this.#size++;
    const rows = this.#rows;
    const { words } = address;
    rows[row] = first(words);
    rows[row + 1] = second(words);
    rows[row + 2] = third(words);
    rows[row + 3] = last(words);
    rows[row + 4] = this.#values.length;
  }

  delete(address: Address): void {
    const position = this.#rows[this.#find(address) + 4] as number;
    if (position === 0 || this.#values[position - 1] === undefined) return;
    this.#values[position - 1] = undefined;
    this.#size--;
  }

  /** @returns where the address's row begins, or the free one in which it belongs */
  #find({ words }: Address): number {
    const rows = this.#rows;
    const [a, b, c, d] = [first(words), second(words), third(words), last(words)];
    let slot = this.#hash(a, b, c, d) & this.#mask;
    for (;;) {
      const row = slot * width;
      if (rows[row + 4] === 0) return row;
      if (rows[row + 3] === d && rows[row + 2] === c && rows[row + 1] === b && rows[row] === a) return row;
      slot = (slot + 1) & this.#mask;
    }
  }

  #hash(a: number, b: number, c: number, d: number): number {
    let hash = this.#seed;
    hash = Math.imul(hash ^ a, 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 15) ^ b, 0x85ebca77);
    hash = Math.imul(hash ^ (hash >>> 13) ^ c, 0xc2b2ae3d);
    hash = Math.imul(hash ^ (hash >>> 16) ^ d, 0x27d4eb2f);
    return hash ^ (hash >>> 15);
  }

  #grow(): void {
    const old = this.#rows;
    this.#rows = new Int32Array(old.length * 2);
    this.#mask = this.#mask * 2 + 1;
    for (let from = 0; from < old.length; from += width) {
      if (old[from + 4] === 0) continue;
      const [a, b, c, d] = [old[from] as number, old[from + 1] as number, old[from + 2] as number, old[from + 3] as number];
      let slot = this.#hash(a, b, c, d) & this.#mask;
      while (this.#rows[slot * width + 4] !== 0) slot = (slot + 1) & this.#mask;
      for (let column = 0; column < width; column++) this.#rows[slot * width + column] = old[from + column] as number;
    }
  }
}

// An IPv4 address stands as the IPv6 address that it maps to (RFC 4291, 2.5.5.2), which no IPv6 address here is: see `parseAddress`.
function first(words: readonly number[]): number {
  return words.length === 1 ? 0 : (words[0] as number) | 0;
}

function second(words: readonly number[]): number {
  return words.length === 1 ? 0 : (words[1] as number) | 0;
}

function third(words: readonly number[]): number {
  return words.length === 1 ? 0xffff : (words[2] as number) | 0;
}

function last(words: readonly number[]): number {
  return (words[words.length - 1] as number) | 0;
}
