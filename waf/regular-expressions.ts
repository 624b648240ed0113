/**
 * Patterns in the syntax of PCRE, as AWS WAF takes it, made into JavaScript expressions over byte strings.
 *
 * Refused: what AWS WAF's guide lists as unsupported (back-references, recursion, conditionals, verbs, `\C`, `\R`,
 * `\K`, atomic groups, possessive quantifiers), look-around (the guide: "some zero-width assertions, but not all"),
 * and whatever the two engines could read differently. A rule that is refused here is better than one that means
 * something else when it is deployed.
 */
import { refuse } from './template.ts';

const maximumLength = 512;

/** POSIX classes and PCRE escapes as ranges of bytes, to stand inside brackets. */
const posixClasses: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\t-\\r ',
  blank: '\\t ',
  punct: '!-\\/:-@\\[-`\\{-~',
  xdigit: '0-9A-Fa-f',
  word: '\\w',
  cntrl: '\\x00-\\x1f\\x7f',
  print: ' -~',
  graph: '!-~',
};
const classEscapes: Readonly<Record<string, string>> = {
  d: '\\d',
  D: '\\D',
  w: '\\w',
  W: '\\W',
  s: '\\t-\\r ',
  S: '\\x00-\\x08\\x0e-\\x1f!-\\xff',
  h: '\\t \\xa0',
  H: '\\x00-\\x08\\x0a-\\x1f!-\\x9f\\xa1-\\xff',
  v: '\\n-\\r\\x85',
  V: '\\x00-\\x09\\x0e-\\x84\\x86-\\xff',
};
const characterEscapes: Readonly<Record<string, string>> = { n: '\\n', r: '\\r', t: '\\t', f: '\\f', a: '\\x07', e: '\\x1b' };

class Translator {
  readonly #pattern: string;
  readonly #place: string;
  #position = 0;
  #dotMatchesNewline = false;
  #anchorsMatchLines = false;
  #flags = 'u';

  constructor(pattern: string, place: string) {
    this.#pattern = pattern;
    this.#place = place;
  }

  translate(): RegExp {
    this.#readLeadingOptions();
    let source = '';
    while (this.#position < this.#pattern.length) source += this.#readItem();
    try {
      return new RegExp(source, this.#flags);
    } catch (error) {
      return this.#refuse(error instanceof Error ? error.message : String(error));
    }
  }

  #refuse(problem: string): never {
    const remedy = 'Rewrite it without the construct; AndStatement and NotStatement replace look-around';
    return refuse(this.#place, `the pattern ${JSON.stringify(this.#pattern)} is not supported: ${problem}`, remedy);
  }

  #take(expression: RegExp): RegExpExecArray | undefined {
    const sticky = new RegExp(expression.source, 'y');
    sticky.lastIndex = this.#position;
    const found = sticky.exec(this.#pattern);
    if (found === null) return undefined;
    this.#position = sticky.lastIndex;
    return found;
  }

  #readLeadingOptions(): void {
    const options = this.#take(/\(\?([ism]+)\)/)?.[1] ?? '';
    if (options.includes('i')) this.#flags += 'i';
    this.#dotMatchesNewline = options.includes('s');
    this.#anchorsMatchLines = options.includes('m');
  }

  #readItem(): string {
    const quantifier = this.#take(/(?:[*+?]|\{\d+(?:,\d*)?\})\??/)?.[0];
    if (quantifier !== undefined) {
      if (this.#pattern[this.#position] === '+') this.#refuse('possessive quantifiers');
      return quantifier;
    }
    const character = this.#pattern[this.#position++] ?? '';
    switch (character) {
      case '\\':
        return this.#readEscape();
      case '[':
        return this.#readClass();
      case '(':
        return this.#readGroup();
      case '.':
        return this.#dotMatchesNewline ? '[^]' : '[^\\n]';
      case '^':
        return this.#anchorsMatchLines ? '(?<![^\\n])' : '(?<![^])';
      case '$': // PCRE's dollar also matches before a newline that ends the subject
        return this.#anchorsMatchLines ? '(?![^\\n])' : '(?=\\n?(?![^]))';
      case ')':
      case '|':
        return character;
      default:
        return literal(character);
    }
  }

  #readGroup(): string {
    if (this.#take(/\?:/)) return '(?:';
    if (this.#take(/\?P?<[A-Za-z_]\w*>|\?'[A-Za-z_]\w*'/)) return '(?:';
    if (this.#take(/\?i:/)) return '(?i:';
    if (this.#take(/\?<?[=!]/)) this.#refuse('look-around');
    if (this.#take(/\?|\*/)) this.#refuse('groups other than (...), (?:...), (?<name>...), (?i:...), and options anywhere but in front');
    return '(?:';
  }

  #readEscape(): string {
    const quoted = this.#take(/Q([\s\S]*?)(?:\\E|$)/)?.[1];
    if (quoted !== undefined) return [...quoted].map(literal).join('');
    const code = this.#readCode();
    if (code !== undefined) return code;
    const character = this.#pattern[this.#position++];
    if (character === undefined) return this.#refuse('a backslash at the end');
    if (character === 'b' || character === 'B') return `\\${character}`;
    if (character === 'A') return '(?<![^])';
    if (character === 'z') return '(?![^])';
    if (character === 'Z') return '(?=\\n?(?![^]))';
    if (character === 'N') return '[^\\n]';
    const ranges = classEscapes[character];
    if (ranges !== undefined) return `[${ranges}]`;
    return this.#readSimpleEscape(character);
  }

  /** `\xhh`, `\x{hh}` and `\0oo`: one byte. */
  #readCode(): string | undefined {
    const braced = this.#take(/x\{([0-9a-fA-F]+)\}/)?.[1];
    const hex = braced ?? this.#take(/x([0-9a-fA-F]{0,2})/)?.[1];
    const octal = hex === undefined ? this.#take(/0([0-7]{0,2})/)?.[1] : undefined;
    if (hex === undefined && octal === undefined) return undefined;
    const code = hex === undefined ? Number.parseInt(`0${octal}`, 8) : Number.parseInt(`0${hex}`, 16);
    if (code > 0xff) this.#refuse('code points above 255: patterns match bytes');
    return `\\x${code.toString(16).padStart(2, '0')}`;
  }

  #readSimpleEscape(character: string): string {
    const escaped = characterEscapes[character];
    if (escaped !== undefined) return escaped;
    if (/[1-9]/.test(character)) this.#refuse('back-references');
    if (/[A-Za-z]/.test(character)) this.#refuse(`\\${character}`);
    return literal(character);
  }

  #readClass(): string {
    let source = this.#take(/\^/) ? '[^' : '[';
    let isFirst = true;
    let canBeginRange = false;
    for (;;) {
      const character = this.#pattern[this.#position++];
      if (character === undefined) return this.#refuse('a class without its end');
      if (character === ']' && !isFirst) return `${source}]`;
      isFirst = false;
      if (character === '-') {
        const next = this.#pattern[this.#position];
        const isRange =
          canBeginRange && next !== ']' && next !== '[' && !(next === '\\' && /[dDwWsShHvV]/.test(this.#pattern[this.#position + 1] ?? ''));
        source += isRange ? '-' : '\\-';
        canBeginRange = false;
        if (!isRange) continue;
        source += this.#readClassMember(this.#pattern[this.#position++] ?? '').source;
        continue;
      }
      const member = this.#readClassMember(character);
      source += member.source;
      canBeginRange = member.isSingle;
    }
  }

  #readClassMember(character: string): { readonly source: string; readonly isSingle: boolean } {
    if (character === '[') {
      const posix = this.#take(/:(\^?)([a-z]+):\]/);
      if (posix === undefined) return { source: '\\[', isSingle: true };
      const ranges = posixClasses[posix[2] ?? ''];
      if (ranges === undefined || posix[1] === '^') return this.#refuse(`the class [${posix[0]}`);
      return { source: ranges, isSingle: false };
    }
    if (character !== '\\') return { source: literal(character), isSingle: true };
    const code = this.#readCode();
    if (code !== undefined) return { source: code, isSingle: true };
    const escaped = this.#pattern[this.#position++];
    if (escaped === undefined) return this.#refuse('a class without its end');
    if (escaped === 'b') return { source: '\\x08', isSingle: true };
    const ranges = classEscapes[escaped];
    return ranges === undefined ? { source: this.#readSimpleEscape(escaped), isSingle: true } : { source: ranges, isSingle: false };
  }
}

/** A byte that stands for itself, wherever it is. */
function literal(character: string): string {
  return /[A-Za-z0-9_]/.test(character) ? character : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

/**
 * @param pattern a byte string
 * @throws WebAclError naming the construct that is not supported
 */
export function compilePattern(pattern: string, place: string): RegExp {
  if (pattern.length === 0 || pattern.length > maximumLength) {
    refuse(place, `the pattern has ${pattern.length} bytes`, `AWS WAF takes 1 to ${maximumLength}: shorten it or split it`);
  }
  return new Translator(pattern, place).translate();
}
