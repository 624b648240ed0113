/**
 * Remembers how dynalite parsed an expression. Its generated parsers backtrack so much that one condition costs over a
 * millisecond, the largest single part of a sign-in here; the product's few expressions are always the same texts.
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
  /** With a `Placeholder` where a value of the request stands. */
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

/** @param parse throws for an invalid expression, which is not remembered */
export function remember(parse: Parser['parse']): Parser['parse'] {
  const known = new Map<string, Parsed>();
  return (text, options) => {
    const { attrNames = {}, attrVals = {}, unusedAttrNames, unusedAttrVals } = options.context;
    if (dependsOnValues.test(text)) return parse(text, options);
    const types = Object.entries(attrVals).map(([name, value]) => [name, Object.keys(value)]);
    const key = JSON.stringify([text, attrNames, types, options.context.isKeyCondition ?? false]);
    const found = known.get(key);
    if (found !== undefined) {
      for (const name of found.usedNames) delete unusedAttrNames[name];
      for (const name of found.usedValues) delete unusedAttrVals[name];
      return copy(found.tree, (node) => (node instanceof Placeholder ? attrVals[node.name] : undefined));
    }

    // All names, so that those of an expression parsed before this one are not missed.
    const everyName = Object.fromEntries(Object.keys(attrNames).map((name) => [name, true as const]));
    const everyValue = Object.fromEntries(Object.keys(attrVals).map((name) => [name, true as const]));
    const result = parse(text, { context: { ...options.context, unusedAttrNames: everyName, unusedAttrVals: everyValue } });
    const usedNames = Object.keys(attrNames).filter((name) => !(name in everyName));
    const usedValues = Object.keys(attrVals).filter((name) => !(name in everyValue));
    for (const name of usedNames) delete unusedAttrNames[name];
    for (const name of usedValues) delete unusedAttrVals[name];
    const places = new Map<unknown, Placeholder>(Object.entries(attrVals).map(([name, value]) => [value, new Placeholder(name)]));
    if (known.size >= expressionsKept) known.clear();
    known.set(key, { tree: copy(result, (node) => places.get(node)), usedNames, usedValues });
    return result;
  };
}

/** A deep copy: dynalite changes the trees that it works with. */
function copy(node: unknown, replace: (node: object) => unknown): unknown {
  if (typeof node !== 'object' || node === null) return node;
  const replacement = replace(node);
  if (replacement !== undefined) return replacement;
  if (Array.isArray(node)) return node.map((item) => copy(item, replace));
  const copied = Object.create(Object.getPrototypeOf(node)) as Record<string, unknown>;
  for (const [name, value] of Object.entries(node)) copied[name] = copy(value, replace);
  return copied;
}
