/**
 * Reads a JSON body the way a firewall must: every key and value in order, duplicate keys included (JSON.parse keeps
 * only the last one, and an attacker chooses which), and as far as it goes when it breaks off.
 *
 * Like AWS WAF's parser it is lenient with separators: missing or doubled commas and colons are no failure.
 */
import { utf8ByteString } from './template.ts';

export interface JsonElement {
  readonly kind: 'KEY' | 'VALUE';
  /** Byte string; strings unescaped, numbers and literals as written. */
  readonly text: string;
  /** JSON Pointer (RFC 6901) of the value, or of the key's value. */
  readonly pointer: string;
}

export interface JsonScan {
  readonly elements: readonly JsonElement[];
  /** False when the text breaks the syntax or breaks off; `elements` then ends there. */
  readonly isComplete: boolean;
}

/** Deeper nesting counts as a failure to parse, so that a body of brackets costs no more than its length. */
const maximumDepth = 256;

interface Container {
  readonly isObject: boolean;
  readonly pointer: string;
  index: number;
  /** Of the member whose value comes next. */
  key: string | undefined;
}

const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

function unescapeString(raw: string): string {
  if (!raw.includes('\\')) return raw;
  // Runs of \u escapes are decoded together, for surrogate pairs.
  return raw.replace(/((?:\\u[0-9a-fA-F]{4})+)|\\([\s\S])/g, (_, units: string | undefined, character: string) => {
    if (units === undefined) return escapes[character] ?? character;
    return utf8ByteString(units.replace(/\\u(.{4})/g, (_unit, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))));
  });
}

/** @param text byte string */
export function scanJson(text: string): JsonScan {
  const elements: JsonElement[] = [];
  const stack: Container[] = [];
  const token = /[\s,:]*(?:([{[])|([}\]])|"((?:[^"\\]|\\[\s\S])*)"|([-+.\w]+))/y;
  let hasRoot = false;
  while (!hasRoot || stack.length > 0) {
    const found = token.exec(text);
    if (found === null) return { elements, isComplete: false };
    const [, opening, closing, quoted, scalar] = found;
    const container = stack.at(-1);
    if (closing !== undefined) {
      if (container === undefined || container.isObject !== (closing === '}') || container.key !== undefined)
        return { elements, isComplete: false };
      stack.pop();
      continue;
    }
    if (container?.isObject && container.key === undefined) {
      if (quoted === undefined) return { elements, isComplete: false };
      container.key = unescapeString(quoted);
      elements.push({ kind: 'KEY', text: container.key, pointer: child(container) });
      continue;
    }
    hasRoot = true;
    const pointer = container === undefined ? '' : child(container);
    if (container !== undefined) {
      container.key = undefined;
      container.index++;
    }
    if (opening !== undefined) {
      if (stack.length >= maximumDepth) return { elements, isComplete: false };
      stack.push({ isObject: opening === '{', pointer, index: 0, key: undefined });
    } else if (quoted !== undefined) {
      elements.push({ kind: 'VALUE', text: unescapeString(quoted), pointer });
    } else {
      if (!/^(?:true|false|null|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)$/.test(scalar ?? '')) return { elements, isComplete: false };
      elements.push({ kind: 'VALUE', text: scalar ?? '', pointer });
    }
  }
  return { elements, isComplete: text.slice(token.lastIndex).trim() === '' };
}

function child(container: Container): string {
  const token = container.key === undefined ? String(container.index) : container.key.replaceAll('~', '~0').replaceAll('/', '~1');
  return `${container.pointer}/${token}`;
}
