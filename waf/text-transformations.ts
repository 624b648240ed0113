/**
 * Text transformations over byte strings, each total: no input makes one throw.
 *
 * Names and effects are those of AWS WAF's developer guide ("Text transformations"). Where it says no more than a
 * name, the function of the same name in ModSecurity's reference is followed, which AWS's list mirrors.
 */
import { createHash } from 'node:crypto';
import { readChoice, readInteger, readList, readProperties, refuse, utf8ByteString } from './template.ts';

export type Transformation = (text: string) => string;

function byte(hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}

/** Full-width ASCII (U+FF01 to U+FF5E) becomes the ASCII character that servers best-fit it to; else the low byte remains. */
function narrow(hex: string): string {
  const code = Number.parseInt(hex, 16);
  return String.fromCharCode(code >= 0xff01 && code <= 0xff5e ? (code & 0xff) + 0x20 : code & 0xff);
}

/** ASCII only: `toLowerCase` would turn the bytes of UTF-8 sequences into others. */
function lowercase(text: string): string {
  return /[A-Z]/.test(text) ? text.replace(/[A-Z]+/g, (run) => run.toLowerCase()) : text;
}

function urlDecode(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  return text.replaceAll('+', ' ').replace(/%([0-9a-f]{2})/gi, (_, hex: string) => byte(hex));
}

function urlDecodeUnicode(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  return text
    .replaceAll('+', ' ')
    .replace(/%u([0-9a-f]{4})|%([0-9a-f]{2})/gi, (_, unicode: string | undefined, hex: string) =>
      unicode === undefined ? byte(hex) : narrow(unicode),
    );
}

const entities: Readonly<Record<string, string>> = { quot: '"', nbsp: '\xa0', lt: '<', gt: '>', amp: '&' };

function htmlEntityDecode(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(quot|nbsp|lt|gt|amp));?/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return entities[name.toLowerCase()] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    if (code <= 0xff) return String.fromCharCode(code);
    return code <= 0x10ffff ? utf8ByteString(String.fromCodePoint(code)) : whole;
  });
}

function compressWhiteSpace(text: string): string {
  return text.replace(/[\f\t\n\r\v\xa0 ]+/g, ' ');
}

/** The order matters: what deleting leaves side by side is compressed too. */
function commandLine(text: string): string {
  return lowercase(
    text
      .replace(/[\\"'^]/g, '')
      .replace(/[,; \t\n\r\f\v]+/g, ' ')
      .replace(/ +([/(])/g, '$1'),
  );
}

function base64Decode(text: string): string {
  const [valid = ''] = /^[A-Za-z0-9+/]*/.exec(text) ?? [];
  return Buffer.from(valid, 'base64').toString('latin1');
}

function base64DecodeForgiving(text: string): string {
  return Buffer.from(text.replace(/[^A-Za-z0-9+/]/g, ''), 'base64').toString('latin1');
}

function hexDecode(text: string): string {
  return text.length % 2 === 0 && /^[0-9a-f]*$/i.test(text) ? Buffer.from(text, 'hex').toString('latin1') : text;
}

function sqlHexDecode(text: string): string {
  return text.replace(/0x((?:[0-9a-f]{2})+)/gi, (_, hex: string) => Buffer.from(hex, 'hex').toString('latin1'));
}

const controlEscapes: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

function jsDecode(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(
    /\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|([0-3]?[0-7]{1,2})|([\s\S]))/gi,
    (_, unicode?: string, hex?: string, octal?: string, other?: string) => {
      if (unicode !== undefined) return narrow(unicode);
      if (hex !== undefined) return byte(hex);
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      return controlEscapes[other ?? ''] ?? other ?? '';
    },
  );
}

/** CSS 2.1, 4.1.3: up to six digits and one white space behind them; a backslash before anything else is only noise. */
function cssDecode(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(?:([0-9a-f]{1,6})[ \t\n\r\f]?|(\n)|([\s\S]))/gi, (_, hex?: string, newline?: string, other?: string) => {
    if (hex !== undefined) return narrow(hex.slice(-4));
    return newline === undefined ? (other ?? '') : '';
  });
}

/** ANSI C escapes; invalid ones stay as they are. */
function escapeSequenceDecode(text: string): string {
  return text.replace(
    /\\(?:x([0-9a-f]{2})|([0-3]?[0-7]{1,2})|([abfnrtv])|([\\?'"]))/gi,
    (whole, hex?: string, octal?: string, control?: string, literal?: string) => {
      if (hex !== undefined) return byte(hex);
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      if (control !== undefined) return controlEscapes[control] ?? whole;
      return literal ?? whole;
    },
  );
}

/** An unterminated comment runs to the end; a comment's end on its own is nothing. */
function replaceComments(text: string): string {
  return text.includes('/*') ? text.replace(/\/\*[\s\S]*?(?:\*\/|$)/g, ' ') : text;
}

/** Repeated slashes, `.` and `..`, except `..` at the beginning of a relative path. */
function normalizePath(text: string): string {
  if (!text.includes('//') && !text.includes('.')) return text;
  const isAbsolute = text.startsWith('/');
  const segments = text.split('/');
  const last = segments.at(-1);
  const kept: string[] = [];
  for (const segment of segments) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') {
      if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
      else if (!isAbsolute) kept.push('..');
    } else {
      kept.push(segment);
    }
  }
  const endsInFolder = kept.length > 0 && (last === '' || last === '.' || last === '..') && kept.at(-1) !== '..';
  return `${isAbsolute ? '/' : ''}${kept.join('/')}${endsInFolder ? '/' : ''}`;
}

function utf8ToUnicode(text: string): string {
  return text.replace(/[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}/g, (sequence) => {
    const code = Buffer.from(sequence, 'latin1').toString('utf8').codePointAt(0) ?? 0xfffd;
    return code === 0xfffd && sequence !== '\xef\xbf\xbd' ? sequence : `%u${code.toString(16).padStart(4, '0')}`;
  });
}

function hash(algorithm: 'md5' | 'sha256'): Transformation {
  return (text) => createHash(algorithm).update(text, 'latin1').digest().toString('latin1');
}

const nul = '\0';
const transformations = {
  NONE: (text) => text,
  LOWERCASE: lowercase,
  UPPERCASE: (text) => text.replace(/[a-z]+/g, (run) => run.toUpperCase()),
  URL_DECODE: urlDecode,
  URL_DECODE_UNI: urlDecodeUnicode,
  HTML_ENTITY_DECODE: htmlEntityDecode,
  COMPRESS_WHITE_SPACE: compressWhiteSpace,
  REMOVE_WHITESPACE: (text) => text.replace(/[\f\t\n\r\v\xa0 ]+/g, ''),
  TRIM: (text) => text.replace(/^[\f\t\n\r\v ]+/, '').replace(/(?<![\f\t\n\r\v ])[\f\t\n\r\v ]+$/, ''),
  TRIM_LEFT: (text) => text.replace(/^[\f\t\n\r\v ]+/, ''),
  TRIM_RIGHT: (text) => text.replace(/(?<![\f\t\n\r\v ])[\f\t\n\r\v ]+$/, ''),
  NORMALIZE_PATH: normalizePath,
  NORMALIZE_PATH_WIN: (text) => normalizePath(text.replaceAll('\\', '/')),
  REMOVE_NULLS: (text) => text.replaceAll(nul, ''),
  REPLACE_NULLS: (text) => text.replaceAll(nul, ' '),
  BASE64_DECODE: base64Decode,
  BASE64_DECODE_EXT: base64DecodeForgiving,
  CMD_LINE: commandLine,
  HEX_DECODE: hexDecode,
  SQL_HEX_DECODE: sqlHexDecode,
  JS_DECODE: jsDecode,
  CSS_DECODE: cssDecode,
  ESCAPE_SEQ_DECODE: escapeSequenceDecode,
  REPLACE_COMMENTS: replaceComments,
  UTF8_TO_UNICODE: utf8ToUnicode,
  MD5: hash('md5'),
  SHA256: hash('sha256'),
} as const satisfies Record<string, Transformation>;

export type TransformationType = keyof typeof transformations;
const transformationTypes = Object.keys(transformations) as TransformationType[];

/** One transformation by its AWS name, on a byte string. */
export function transform(type: TransformationType, text: string): string {
  return transformations[type](text);
}

/**
 * The property `TextTransformations`: one to ten, run by ascending priority.
 *
 * @returns the transformation, and its name for descriptions
 */
export function compileTransformations(
  value: unknown,
  place: string,
): { readonly apply: Transformation; readonly names: readonly string[] } {
  const steps = readList(value, place, 1, 10).map((entry, index) => {
    const entryPlace = `${place}[${index}]`;
    const properties = readProperties(entry, entryPlace, ['Priority', 'Type']);
    return {
      priority: readInteger(properties.Priority, `${entryPlace}.Priority`, 0, 2 ** 31 - 1),
      type: readChoice(properties.Type, `${entryPlace}.Type`, transformationTypes),
    };
  });
  if (new Set(steps.map((step) => step.priority)).size !== steps.length)
    refuse(place, 'two transformations have the same priority', 'Number them apart');
  const names = steps
    .toSorted((a, b) => a.priority - b.priority)
    .map((step) => step.type)
    .filter((type) => type !== 'NONE');
  const [only, ...others] = names.map((type) => transformations[type]);
  if (only === undefined) return { apply: transformations.NONE, names };
  return { apply: others.length === 0 ? only : (text) => others.reduce((result, step) => step(result), only(text)), names };
}
