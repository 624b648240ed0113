/** Reading CloudFormation properties strictly: what isn't understood is refused, never skipped. */

/** A web ACL that can't be evaluated as it stands. The message names the rule, the property and what to do. */
export class WebAclError extends Error {
  override readonly name = 'WebAclError';
}

/** @param place where in the template: `rule "Block", Statement.NotStatement` */
export function refuse(place: string, problem: string, remedy: string): never {
  throw new WebAclError(`${place}: ${problem}. ${remedy}.`);
}

export type Properties = Readonly<Record<string, unknown>>;

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

export function readProperties(value: unknown, place: string, allowed?: readonly string[]): Properties {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    refuse(place, `expected an object, got ${show(value)}`, 'Write the property as CloudFormation documents it');
  }
  const properties = value as Properties;
  for (const key of Object.keys(properties)) {
    if (key === 'Ref' || key.startsWith('Fn::')) {
      refuse(place, `the intrinsic function ${show(value)} is not resolved`, 'Resolve references before compiling');
    }
    if (allowed !== undefined && !allowed.includes(key)) {
      refuse(place, `${key} is not supported here`, `Use ${allowed.join(', ')}, or extend waf/ before deploying it`);
    }
  }
  return properties;
}

export function readString(value: unknown, place: string): string {
  if (typeof value !== 'string') {
    const isIntrinsic = typeof value === 'object' && value !== null;
    refuse(place, `expected a string, got ${show(value)}`, isIntrinsic ? 'Resolve references before compiling' : 'Set it');
  }
  return value;
}

export function readChoice<const T extends string>(value: unknown, place: string, choices: readonly T[]): T {
  const text = readString(value, place);
  const choice = choices.find((candidate) => candidate === text);
  return choice ?? refuse(place, `${show(text)} is not supported`, `Use ${choices.join(', ')}`);
}

/** Integers may come as text, which CloudFormation takes as well. */
export function readInteger(value: unknown, place: string, minimum: number, maximum: number): number {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < minimum || number > maximum) {
    refuse(place, `expected an integer from ${minimum} to ${maximum}, got ${show(value)}`, 'Correct the number');
  }
  return number;
}

export function readList(value: unknown, place: string, minimum: number, maximum: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length < minimum || value.length > maximum) {
    const size = Array.isArray(value) ? `${value.length} entries` : show(value);
    refuse(place, `expected a list of ${minimum} to ${maximum} entries, got ${size}`, 'AWS WAF refuses it as well: correct the list');
  }
  return value;
}

export function readStrings(value: unknown, place: string, minimum: number, maximum: number): readonly string[] {
  return readList(value, place, minimum, maximum).map((entry, index) => readString(entry, `${place}[${index}]`));
}

/** The one key that is set, of an object in which exactly one must be. */
export function readVariant(value: unknown, place: string): readonly [kind: string, properties: unknown] {
  const properties = readProperties(value, place);
  const kinds = Object.keys(properties).filter((key) => properties[key] !== undefined);
  const [kind] = kinds;
  if (kinds.length !== 1 || kind === undefined) {
    refuse(
      place,
      `expected exactly one kind, got ${kinds.length === 0 ? 'none' : kinds.join(' and ')}`,
      'Combine several by AndStatement or OrStatement',
    );
  }
  return [kind, properties[kind]];
}

/** HTTP/2 sends names of headers in lower case, HTTP/1.1's browsers almost: a loop finds it out faster than a new string is made. */
export function lowerCase(name: string): string {
  for (let index = 0; index < name.length; index++) {
    const code = name.charCodeAt(index);
    if (code > 0x7f || (code >= 0x41 && code <= 0x5a)) return name.toLowerCase();
  }
  return name;
}

/** In a string that the engine keeps at one byte a character it can't match, and the engine knows: no character is looked at. */
const wide = /[\u0100-\uffff]/;

/** Byte string: one character a byte. Strings from Node's HTTP parsers are that already; in short ones a loop finds it out sooner. */
export function toByteString(text: string): string {
  if (text.length > 12) return wide.test(text) ? utf8ByteString(text) : text;
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0xff) return utf8ByteString(text);
  return text;
}

export function utf8ByteString(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
