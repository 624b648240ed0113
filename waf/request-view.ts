/** The parts of one request, taken apart when a statement first asks for them. */
import { type Address, parseAddress } from './addresses.ts';
import { lowerCase, toByteString } from './template.ts';
import type { WebRequest } from './types.ts';

export type NamedValue = readonly [name: string, value: string];

/** Most requests lack most of what is asked for. */
const none: readonly string[] = [];

export class RequestView {
  readonly request: WebRequest;
  #source: Address | undefined | null = null;
  #headers: readonly NamedValue[] | undefined = undefined;
  #headerLengths: HeaderLengths | undefined = undefined;
  #queryArguments: readonly NamedValue[] | undefined = undefined;
  #cookies: readonly NamedValue[] | undefined = undefined;

  constructor(request: WebRequest) {
    this.request = request;
  }

  get query(): string {
    return toByteString(this.request.query);
  }

  get method(): string {
    return toByteString(this.request.method);
  }

  get source(): Address | undefined {
    if (this.#source === null) this.#source = parseAddress(this.request.sourceAddress);
    return this.#source;
  }

  /** Names in lower case, in the order sent. */
  get headers(): readonly NamedValue[] {
    this.#headers ??= this.request.headers.map(([name, value]) => [lowerCase(name), toByteString(value)]);
    return this.#headers;
  }

  /** In characters, names and values: of the longest one, and of all. */
  get headerLengths(): HeaderLengths {
    this.#headerLengths ??= measureHeaders(this.request.headers);
    return this.#headerLengths;
  }

  headerValues(lowerCaseName: string): readonly string[] {
    let values: string[] | undefined;
    const { headers } = this.request;
    for (let index = 0; index < headers.length; index++) {
      const header = headers[index] as NamedValue;
      const name = header[0];
      // Most headers differ in length or by their first letter: few names are ever put into lower case.
      if (name.length !== lowerCaseName.length || (name.charCodeAt(0) | 0x20) !== (lowerCaseName.charCodeAt(0) | 0x20)) continue;
      if (lowerCase(name) !== lowerCaseName) continue;
      if (values === undefined) values = [toByteString(header[1])];
      else values.push(toByteString(header[1]));
    }
    return values ?? none;
  }

  /** Names in lower case, names and values as sent otherwise: decoding is the transformations' part. */
  get queryArguments(): readonly NamedValue[] {
    this.#queryArguments ??= splitPairs(this.query, '&').map(([name, value]) => [name.toLowerCase(), value]);
    return this.#queryArguments;
  }

  get cookies(): readonly NamedValue[] {
    this.#cookies ??= this.headerValues('cookie').flatMap((header) => splitPairs(header, ';'));
    return this.#cookies;
  }

  body(limit: number): string {
    if (this.request.body.byteLength === 0) return '';
    const { buffer, byteOffset, byteLength } = this.request.body;
    return Buffer.from(buffer, byteOffset, Math.min(byteLength, limit)).toString('latin1');
  }
}

export interface HeaderLengths {
  readonly longest: number;
  readonly total: number;
}

function measureHeaders(headers: readonly NamedValue[]): HeaderLengths {
  let longest = 0;
  let total = 0;
  for (let index = 0; index < headers.length; index++) {
    const header = headers[index] as NamedValue;
    const [name, value] = [header[0].length, header[1].length];
    total += name + value;
    if (name > longest) longest = name;
    if (value > longest) longest = value;
  }
  return { longest, total };
}

function splitPairs(text: string, separator: string): NamedValue[] {
  const pairs: NamedValue[] = [];
  for (const part of text.split(separator)) {
    const trimmed = separator === ';' ? part.trim() : part;
    if (trimmed === '') continue;
    const equals = trimmed.indexOf('=');
    pairs.push(equals < 0 ? [trimmed, ''] : [trimmed.slice(0, equals), trimmed.slice(equals + 1)]);
  }
  return pairs;
}
