/** FieldToMatch: which bytes of the request a statement looks at. */
import { type Compilation, type Evaluation, Inspection } from './evaluation.ts';
import { scanJson } from './json-body.ts';
import type { NamedValue, RequestView } from './request-view.ts';
import {
  lowerCase,
  readChoice,
  readProperties,
  readString,
  readStrings,
  readVariant,
  refuse,
  toByteString,
  utf8ByteString,
} from './template.ts';
import { compileTransformations, type Transformation } from './text-transformations.ts';

export interface Field {
  readonly inspect: (evaluation: Evaluation) => Inspection;
  /** `UriPath`, `SingleHeader user-agent after LOWERCASE` */
  readonly description: string;
  /** No value has more bytes: what most size rules ask is answered by it, without a look at any text. Infinite where that isn't known. */
  readonly boundBytes: (view: RequestView) => number;
  /** For a statement whose verdict depends on the values alone; 0, and nothing is kept, when there are too many of them. */
  readonly claimBit: () => number;
}

interface Component {
  readonly extract: (view: RequestView) => Inspection;
  readonly description: string;
  /** Of a component that is always one text: that text as the request has it. */
  readonly read?: (view: RequestView) => string;
  readonly boundBytes?: (view: RequestView) => number;
}

const oversizeHandlings = ['CONTINUE', 'MATCH', 'NO_MATCH'] as const;
type OversizeHandling = (typeof oversizeHandlings)[number];
const matchScopes = ['ALL', 'KEY', 'VALUE'] as const;
type MatchScope = (typeof matchScopes)[number];

/** What the host service forwards of headers and of cookies (AWS WAF guide, "Oversize web request components"). */
const maximumPairs = 200;
const maximumPairBytes = 8192;

/** A character of a string is three bytes in UTF-8 at most; a pair of surrogates, two characters, is four. */
const bytesPerCharacter = 3;
const unbounded = () => Number.POSITIVE_INFINITY;

/**
 * @param value the property FieldToMatch
 * @param transformations the property TextTransformations beside it
 */
export function compileField(value: unknown, transformations: unknown, compilation: Compilation, place: string): Field {
  const component = compileComponent(value, compilation, `${place}.FieldToMatch`);
  const { apply, names } = compileTransformations(transformations, `${place}.TextTransformations`);
  const identity = JSON.stringify([value, names]);
  const known = compilation.fields.get(identity);
  if (known !== undefined) return known;
  const field = createField(component, apply, names, compilation.fields.size);
  compilation.fields.set(identity, field);
  return field;
}

function createField(
  { description, extract, read, boundBytes }: Component,
  apply: Transformation,
  names: readonly string[],
  slot: number,
): Field {
  const isUntouched = names.length === 0;
  const inspectText = remembering((text) => new Inspection([apply(read === undefined ? text : toByteString(text))]));
  const transform = (inspection: Inspection): Inspection => {
    const { values } = inspection;
    if (isUntouched || values.length === 0) return inspection;
    return values.length === 1 ? inspectText(values[0] as string) : new Inspection(values.map(apply));
  };
  const take = read === undefined ? (view: RequestView) => transform(extract(view)) : (view: RequestView) => inspectText(read(view));
  let nextBit = 1;
  return {
    description: isUntouched ? description : `${description} after ${names.join(', ')}`,
    inspect: (evaluation) => {
      const known = evaluation.inspections[slot];
      if (known !== undefined) return known;
      const inspection = take(evaluation.view);
      evaluation.inspections[slot] = inspection;
      return inspection;
    },
    boundBytes: (isUntouched && boundBytes) || unbounded,
    claimBit: () => {
      const bit = nextBit;
      nextBit <<= 1; // 0 in the end
      return bit;
    },
  };
}

const rememberedTexts = 256;
const longestRememberedText = 64;

/** Most requests ask for one of few paths, and to find one costs less than to transform and to match it. Bounded in number and length. */
function remembering(make: (text: string) => Inspection): (text: string) => Inspection {
  const made = new Map<string, Inspection>();
  return (text) => {
    if (text.length > longestRememberedText) return make(text);
    let inspection = made.get(text);
    if (inspection === undefined) {
      inspection = make(text);
      if (made.size >= rememberedTexts) made.clear();
      made.set(text, inspection);
    }
    return inspection;
  };
}

function compileComponent(value: unknown, compilation: Compilation, place: string): Component {
  const [kind, settings] = readVariant(value, place);
  const kindPlace = `${place}.${kind}`;
  switch (kind) {
    case 'UriPath':
      return plain(kind, settings, kindPlace, ({ request }) => request.path);
    case 'QueryString':
      return plain(kind, settings, kindPlace, ({ request }) => request.query);
    case 'Method':
      return plain(kind, settings, kindPlace, ({ request }) => request.method);
    case 'SingleHeader': {
      const name = readName(settings, kindPlace);
      const absent = new Inspection([]);
      return {
        description: `${kind} ${name}`,
        extract: (view) => {
          const values = view.headerValues(name);
          return values.length === 0 ? absent : new Inspection(values);
        },
        boundBytes: (view) => bytesPerCharacter * view.headerLengths.longest,
      };
    }
    case 'SingleQueryArgument': {
      const name = readName(settings, kindPlace);
      return {
        description: `${kind} ${name}`,
        extract: (view) => new Inspection(view.queryArguments.filter((pair) => pair[0] === name).map((pair) => pair[1])),
      };
    }
    case 'AllQueryArguments':
      readProperties(settings, kindPlace, []);
      return { description: kind, extract: (view) => new Inspection(view.queryArguments.map((pair) => pair[1])) };
    case 'Headers':
      return {
        ...compilePairs(kind, settings, kindPlace, { read: (view) => view.request.headers, name: lowerCase, value: toByteString }),
        boundBytes: boundHeaders,
      };
    case 'Cookies':
      return compilePairs(kind, settings, kindPlace, { read: (view) => view.cookies, name: asItIs, value: asItIs });
    case 'HeaderOrder':
      return compileHeaderOrder(settings, kindPlace);
    case 'Body':
      return compileBody(settings, compilation.bodyLimit, kindPlace);
    case 'JsonBody':
      return compileJsonBody(settings, compilation.bodyLimit, kindPlace);
    default:
      return refuse(
        kindPlace,
        `the component ${kind} is not evaluated`,
        'Inspect another component, or extend waf/fields.ts before deploying it',
      );
  }
}

function plain(kind: string, settings: unknown, place: string, read: (view: RequestView) => string): Component {
  readProperties(settings, place, []);
  return {
    description: kind,
    read,
    extract: (view) => new Inspection([toByteString(read(view))]),
    boundBytes: (view) => bytesPerCharacter * read(view).length,
  };
}

/** Not where oversize handling could decide. */
function boundHeaders(view: RequestView): number {
  const { longest, total } = view.headerLengths;
  const isSurelyWithin = view.request.headers.length <= maximumPairs && bytesPerCharacter * total <= maximumPairBytes;
  return isSurelyWithin ? bytesPerCharacter * longest : Number.POSITIVE_INFINITY;
}

/** Names of headers and query arguments are compared without case. */
function readName(settings: unknown, place: string): string {
  const properties = readProperties(settings, place, ['Name']);
  return readString(properties.Name, `${place}.Name`).toLowerCase();
}

function readOversizeHandling(value: unknown, place: string): OversizeHandling {
  return value === undefined ? 'CONTINUE' : readChoice(value, `${place}.OversizeHandling`, oversizeHandlings);
}

/** For what is too large, whatever it holds. */
function compileOversized(handling: OversizeHandling): Inspection | undefined {
  return handling === 'CONTINUE' ? undefined : new Inspection([], handling === 'MATCH');
}

/** Pairs, and how each is written: a request has many headers, and one list of them less is made this way. */
interface Pairs {
  readonly read: (view: RequestView) => readonly NamedValue[];
  readonly name: (text: string) => string;
  readonly value: (text: string) => string;
}

const asItIs = (text: string): string => text;

function compilePairs(kind: 'Headers' | 'Cookies', settings: unknown, place: string, { read, ...write }: Pairs): Component {
  const properties = readProperties(settings, place, ['MatchPattern', 'MatchScope', 'OversizeHandling']);
  const scope = readChoice(properties.MatchScope, `${place}.MatchScope`, matchScopes);
  const handling = readChoice(properties.OversizeHandling, `${place}.OversizeHandling`, oversizeHandlings);
  const [pattern, names] = readVariant(properties.MatchPattern, `${place}.MatchPattern`);
  const oversized = compileOversized(handling);
  const isIncluded = compilePairFilter(kind, pattern, names, `${place}.MatchPattern.${pattern}`);
  const extract = (view: RequestView): Inspection => {
    const values: string[] = [];
    let bytes = 0;
    let count = 0;
    for (const pair of read(view)) {
      const name = write.name(pair[0]);
      const value = write.value(pair[1]);
      const room = count === maximumPairs ? -1 : maximumPairBytes - bytes - name.length;
      if (value.length > room) {
        if (oversized !== undefined) return oversized;
        if (room >= 0 && isIncluded(name)) addScoped(values, scope, name, value.slice(0, room));
        break;
      }
      if (isIncluded(name)) addScoped(values, scope, name, value);
      bytes += name.length + value.length;
      count++;
    }
    return new Inspection(values);
  };
  return { description: `${kind} (${scope.toLowerCase()})`, extract };
}

function compilePairFilter(kind: 'Headers' | 'Cookies', pattern: string, names: unknown, place: string): (name: string) => boolean {
  if (pattern === 'All') return () => true;
  if (pattern !== `Included${kind}` && pattern !== `Excluded${kind}`) {
    refuse(place, `${pattern} is not a pattern for ${kind}`, `Use All, Included${kind} or Excluded${kind}`);
  }
  // Header names are read in lower case; cookie names are case-sensitive (RFC 6265, 5.4).
  const listed = new Set(readStrings(names, place, 1, 199).map((name) => (kind === 'Headers' ? name.toLowerCase() : utf8ByteString(name))));
  const isIncluding = pattern.startsWith('Included');
  return (name) => listed.has(name) === isIncluding;
}

function withinLimits(all: readonly NamedValue[]): { readonly pairs: readonly NamedValue[]; readonly isOversized: boolean } {
  const pairs: NamedValue[] = [];
  let bytes = 0;
  for (const [name, value] of all) {
    const room = maximumPairBytes - bytes - name.length;
    if (pairs.length === maximumPairs || room < 0) return { pairs, isOversized: true };
    pairs.push([name, value.slice(0, room)]);
    if (value.length > room) return { pairs, isOversized: true };
    bytes += name.length + value.length;
  }
  return { pairs, isOversized: false };
}

function addScoped(values: string[], scope: MatchScope, name: string, value: string): void {
  if (scope !== 'VALUE') values.push(name);
  if (scope !== 'KEY') values.push(value);
}

function compileHeaderOrder(settings: unknown, place: string): Component {
  const properties = readProperties(settings, place, ['OversizeHandling']);
  const oversized = compileOversized(readOversizeHandling(properties.OversizeHandling, place));
  const extract = (view: RequestView): Inspection => {
    const { pairs, isOversized } = withinLimits(view.headers);
    const decided = isOversized ? oversized : undefined;
    return decided ?? new Inspection([pairs.map(([name]) => name).join(':')]);
  };
  return { description: 'HeaderOrder', extract };
}

function compileBody(settings: unknown, limit: number, place: string): Component {
  const properties = readProperties(settings, place, ['OversizeHandling']);
  const oversized = compileOversized(readOversizeHandling(properties.OversizeHandling, place));
  const extract = (view: RequestView): Inspection => {
    const decided = view.request.body.byteLength > limit ? oversized : undefined;
    return decided ?? new Inspection([view.body(limit)]);
  };
  const boundBytes = ({ request: { body } }: RequestView) => (body.byteLength > limit ? Number.POSITIVE_INFINITY : body.byteLength);
  return { description: 'Body', extract, boundBytes };
}

function compileJsonBody(settings: unknown, limit: number, place: string): Component {
  const properties = readProperties(settings, place, ['MatchPattern', 'MatchScope', 'InvalidFallbackBehavior', 'OversizeHandling']);
  const scope = readChoice(properties.MatchScope, `${place}.MatchScope`, matchScopes);
  const oversized = compileOversized(readOversizeHandling(properties.OversizeHandling, place));
  const fallback =
    properties.InvalidFallbackBehavior === undefined
      ? undefined
      : readChoice(properties.InvalidFallbackBehavior, `${place}.InvalidFallbackBehavior`, ['MATCH', 'NO_MATCH', 'EVALUATE_AS_STRING']);
  const [pattern, paths] = readVariant(properties.MatchPattern, `${place}.MatchPattern`);
  if (pattern !== 'All' && pattern !== 'IncludedPaths')
    refuse(`${place}.MatchPattern`, `${pattern} is not a pattern for JsonBody`, 'Use All or IncludedPaths');
  const [absent, invalid] = [new Inspection([]), new Inspection([], fallback === 'MATCH')];
  const included = pattern === 'All' ? undefined : readPointers(paths, `${place}.MatchPattern.IncludedPaths`);
  const extract = (view: RequestView): Inspection => {
    const { byteLength } = view.request.body;
    if (byteLength === 0) return absent;
    if (byteLength > limit && oversized !== undefined) return oversized;
    const body = view.body(limit);
    const scan = scanJson(body);
    if (!scan.isComplete && fallback === 'EVALUATE_AS_STRING') return new Inspection([body]);
    if (!scan.isComplete && fallback !== undefined) return invalid;
    const elements = scan.elements.filter(
      (element) => (scope === 'ALL' || element.kind === scope) && (included?.(element.pointer) ?? true),
    );
    return new Inspection(elements.map((element) => element.text));
  };
  return { description: `JsonBody (${scope.toLowerCase()})`, extract };
}

/** A path includes what lies beneath it. */
function readPointers(value: unknown, place: string): (pointer: string) => boolean {
  const pointers = readStrings(value, place, 1, 100).map((pointer) => {
    if (!pointer.startsWith('/')) refuse(place, `${JSON.stringify(pointer)} is not a JSON Pointer`, 'Begin it with a slash, or use All');
    return utf8ByteString(pointer);
  });
  return (pointer) => pointers.some((path) => pointer === path || pointer.startsWith(`${path}/`));
}
