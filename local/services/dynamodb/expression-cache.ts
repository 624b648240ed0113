/**
 * Remembers how dynalite parsed an expression. Its generated parsers backtrack so much that one condition costs over a
 * millisecond, the largest single part of a sign-in here; the product's few expressions are always the same texts.
 * Names and values of the request are filled in: a session's name is another each time.
 */
import { createRequire } from 'node:module';

interface ParserContext {
  readonly attrNames?: Readonly<Record<string, string>>;
  readonly attrVals?: Readonly<Record<string, object>>;
  /** Names that no expression has used yet; a parser deletes those that it meets. */
  readonly unusedAttrNames: Record<string, true>;
  readonly unusedAttrVals: Record<string, true>;
  readonly isKeyCondition?: boolean;
}

interface Parser {
  parse(text: string, options: { readonly context: ParserContext }): unknown;
}

interface Parsed {
  /** With a `Placeholder` where a value of the request stands, and a marked alias where a name does. */
  readonly tree: unknown;
  readonly usedNames: readonly string[];
  readonly usedValues: readonly string[];
}

class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

const expressionsKept = 1000;
/** Whether these are valid depends on the values themselves, not only on their types. */
const dependsOnValues = /between|attribute_type/i;

const load = createRequire(import.meta.url);
const remembering = new WeakSet<Parser>();

/** Makes dynalite's parsers remember; harmless when called again. */
export function rememberExpressions(): void {
  for (const name of ['conditionParser', 'updateParser', 'projectionParser']) {
    const parser = load(`dynalite/db/${name}`) as Parser;
    if (remembering.has(parser)) continue;
    remembering.add(parser);
    parser.parse = remember(parser.parse);
  }
}

/** @param parse throws for an invalid expression, or gives a sentence; neither is remembered */
export function remember(parse: Parser['parse']): Parser['parse'] {
  const known = new Map<string, Parsed>();
  return (text, options) => {
    const { attrNames = {}, attrVals = {}, unusedAttrNames, unusedAttrVals } = options.context;
    if (dependsOnValues.test(text) || !areInterchangeable(text, attrNames)) return parse(text, options);
    let key = `${text}\n${options.context.isKeyCondition ?? false} ${Object.keys(attrNames)}`;
    for (const name in attrVals) key += ` ${name}${Object.keys(attrVals[name] as object)}`;
    let found = known.get(key);
    if (found === undefined) {
      const parsed = parseOnce(parse, text, options.context, attrNames, attrVals);
      if (parsed === undefined) return parse(text, options);
      if (known.size >= expressionsKept) known.clear();
      known.set(key, parsed);
      found = parsed;
    }
    for (const name of found.usedNames) delete unusedAttrNames[name];
    for (const name of found.usedValues) delete unusedAttrVals[name];
    return fill(found.tree, attrNames, attrVals);
  };
}

const wordsOfText = new Map<string, ReadonlySet<string>>();

/**
 * Whether any other names would do as well: paths that overlap are refused, so all must differ, from each other and from those
 * that the expression writes out.
 */
function areInterchangeable(text: string, attrNames: Readonly<Record<string, string>>): boolean {
  let words = wordsOfText.get(text);
  if (words === undefined) {
    if (wordsOfText.size >= expressionsKept) wordsOfText.clear();
    words = new Set(text.match(/(?<![\w#:])[a-zA-Z]\w*/g));
    wordsOfText.set(text, words);
  }
  const names = Object.values(attrNames);
  return new Set(names).size === names.length && names.every((name) => name !== '' && !words.has(name));
}

/** Stands for the name that an alias has in a request: no expression can hold this character. */
const nameMark = '\0';

function parseOnce(
  parse: Parser['parse'],
  text: string,
  context: ParserContext,
  attrNames: Readonly<Record<string, string>>,
  attrVals: Readonly<Record<string, object>>,
): Parsed | undefined {
  // All names, so that those of an expression parsed before this one are not missed.
  const everyName = Object.fromEntries(Object.keys(attrNames).map((alias) => [alias, true as const]));
  const everyValue = Object.fromEntries(Object.keys(attrVals).map((name) => [name, true as const]));
  const marked = Object.fromEntries(Object.keys(attrNames).map((alias) => [alias, nameMark + alias]));
  let tree: unknown;
  try {
    tree = parse(text, { context: { ...context, attrNames: marked, unusedAttrNames: everyName, unusedAttrVals: everyValue } });
  } catch {
    return undefined;
  }
  if (typeof tree === 'string') return undefined;
  const places = new Map<unknown, Placeholder>(Object.entries(attrVals).map(([name, value]) => [value, new Placeholder(name)]));
  return {
    tree: copy(tree, (node) => places.get(node)),
    usedNames: Object.keys(attrNames).filter((alias) => !(alias in everyName)),
    usedValues: Object.keys(attrVals).filter((name) => !(name in everyValue)),
  };
}

/** A copy with the names and values of a request: dynalite changes the trees that it works with. */
function fill(node: unknown, attrNames: Readonly<Record<string, string>>, attrVals: Readonly<Record<string, object>>): unknown {
  if (typeof node === 'string') return node.startsWith(nameMark) ? attrNames[node.slice(1)] : node;
  if (typeof node !== 'object' || node === null) return node;
  if (node instanceof Placeholder) return attrVals[node.name];
  if (Array.isArray(node)) return node.map((item) => fill(item, attrNames, attrVals));
  const filled = Object.create(Object.getPrototypeOf(node)) as Record<string, unknown>;
  for (const name of Object.keys(node)) {
    const own = name.startsWith(nameMark) ? (attrNames[name.slice(1)] as string) : name;
    filled[own] = fill((node as Record<string, unknown>)[name], attrNames, attrVals);
  }
  return filled;
}

/** A deep copy with some nodes replaced. */
function copy(node: unknown, replace: (node: object) => unknown): unknown {
  if (typeof node !== 'object' || node === null) return node;
  const replacement = replace(node);
  if (replacement !== undefined) return replacement;
  if (Array.isArray(node)) return node.map((item) => copy(item, replace));
  const copied = Object.create(Object.getPrototypeOf(node)) as Record<string, unknown>;
  for (const [name, value] of Object.entries(node)) copied[name] = copy(value, replace);
  return copied;
}
