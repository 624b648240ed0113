/**
 * The one spelling of a JSON value (RFC 8785, JSON Canonicalization Scheme): what is hashed must not depend on who wrote it down.
 *
 * Stricter than the RFC where the RFC leaves room: numbers are safe integers, which have one spelling in every language, and text
 * is well-formed Unicode and stays as it is: no normalisation, for two spellings of a name are two texts.
 */

/** @throws TypeError for what has no canonical form here */
export function canonicalise(value: unknown): string {
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw new TypeError('text with half of a surrogate pair has no canonical form');
      return JSON.stringify(value);
    case 'number':
      if (!Number.isSafeInteger(value)) throw new TypeError(`${value} has no canonical form: only whole numbers have`);
      // `-0` is 0 (RFC 8785 3.2.2.3).
      return String(value + 0);
    case 'boolean':
      return String(value);
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? `[${value.map(canonicalise).join()}]` : canonicaliseObject(value as Readonly<Record<string, unknown>>);
    default:
      throw new TypeError(`a ${typeof value} has no canonical form`);
  }
}

/** By UTF-16 code units (RFC 8785 3.2.3), which is how JavaScript compares text. */
function canonicaliseObject(fields: Readonly<Record<string, unknown>>): string {
  let text = '';
  for (const name of inOrder(Object.keys(fields))) {
    const value = fields[name];
    if (value === undefined) continue;
    text += `${text === '' ? '{' : ','}${canonicalise(name)}:${canonicalise(value)}`;
  }
  return text === '' ? '{}' : `${text}}`;
}

/** Whoever hashes millions of them writes their fields down in order. */
function inOrder(names: string[]): string[] {
  return names.every((name, index) => index === 0 || (names[index - 1] as string) < name) ? names : names.sort();
}
