/** Statements that nest: each compiles to a function of the evaluation. */
import { type Address, AddressSet, parseAddress } from './addresses.ts';
import type { Compilation, Evaluation, Matcher } from './evaluation.ts';
import { compileField } from './fields.ts';
import { compilePattern } from './regular-expressions.ts';
import {
  type Properties,
  readChoice,
  readInteger,
  readList,
  readProperties,
  readString,
  readStrings,
  readVariant,
  refuse,
  utf8ByteString,
} from './template.ts';
import type { StatementMatch } from './types.ts';

/** The property Statement, or one within And, Or, Not or a scope-down. */
export function compileStatement(value: unknown, compilation: Compilation, place: string): Matcher {
  const [kind, settings] = readVariant(value, place);
  const kindPlace = `${place}.${kind}`;
  const compile = compilers[kind];
  if (compile !== undefined) return compile(settings, compilation, kindPlace);
  if (kind === 'RateBasedStatement' || kind === 'ManagedRuleGroupStatement') {
    return refuse(kindPlace, `${kind} can't be nested`, 'Give it a rule of its own; AWS WAF refuses it as well');
  }
  if (kind === 'RuleGroupReferenceStatement') {
    return refuse(kindPlace, 'rule groups of your own are not evaluated', 'Write their rules into the web ACL');
  }
  return refuse(
    kindPlace,
    `${kind} is not evaluated`,
    `Use ${Object.keys(compilers).join(', ')}, or extend waf/statements.ts before deploying it`,
  );
}

const compilers: Readonly<Record<string, (settings: unknown, compilation: Compilation, place: string) => Matcher>> = {
  AndStatement: (settings, compilation, place) => {
    const matchers = compileSeveral(settings, compilation, place);
    return (evaluation) => matchers.every((matcher) => matcher(evaluation));
  },
  OrStatement: (settings, compilation, place) => {
    const matchers = compileSeveral(settings, compilation, place);
    return (evaluation) => matchers.some((matcher) => matcher(evaluation));
  },
  NotStatement: (settings, compilation, place) => {
    const properties = readProperties(settings, place, ['Statement']);
    const matcher = compileStatement(properties.Statement, compilation, `${place}.Statement`);
    return (evaluation) => !matcher(evaluation);
  },
  IPSetReferenceStatement: compileIpSetReference,
  ByteMatchStatement: compileByteMatch,
  RegexMatchStatement: compileRegexMatch,
  RegexPatternSetReferenceStatement: compileRegexPatternSet,
  SizeConstraintStatement: compileSizeConstraint,
  GeoMatchStatement: compileGeoMatch,
  LabelMatchStatement: compileLabelMatch,
};

function compileSeveral(settings: unknown, compilation: Compilation, place: string): Matcher[] {
  const properties = readProperties(settings, place, ['Statements']);
  const statements = readList(properties.Statements, `${place}.Statements`, 2, 1000);
  return statements.map((statement, index) => compileStatement(statement, compilation, `${place}.Statements[${index}]`));
}

/** A statement that is true when one of the component's values passes `test`. */
function compileValueTest(
  statement: string,
  properties: Properties,
  compilation: Compilation,
  place: string,
  what: string,
  test: (value: string) => boolean,
): Matcher {
  const { inspect, description } = compileField(properties.FieldToMatch, properties.TextTransformations, compilation, place);
  const match: StatementMatch = { statement, on: `${description} ${what}` };
  const verdictMatch: StatementMatch = { statement, on: `${description}: oversize or invalid, treated as a match` };
  return (evaluation) => {
    const { values, verdict } = inspect(evaluation);
    if (verdict !== undefined) return verdict && evaluation.record(verdictMatch);
    for (const value of values) if (test(value)) return evaluation.record(match);
    return false;
  };
}

const valueTestKeys = ['FieldToMatch', 'TextTransformations'] as const;
const positions = {
  EXACTLY: { words: 'is exactly', test: (value: string, search: string) => value === search },
  STARTS_WITH: { words: 'starts with', test: (value: string, search: string) => value.startsWith(search) },
  ENDS_WITH: { words: 'ends with', test: (value: string, search: string) => value.endsWith(search) },
  CONTAINS: { words: 'contains', test: (value: string, search: string) => value.includes(search) },
  CONTAINS_WORD: { words: 'contains the word', test: containsWord },
} as const;

function containsWord(value: string, search: string): boolean {
  for (let at = value.indexOf(search); at >= 0; at = value.indexOf(search, at + 1)) {
    if (!isWordByte(value.charCodeAt(at - 1)) && !isWordByte(value.charCodeAt(at + search.length))) return true;
  }
  return false;
}

/** `NaN`, before and behind the text, is none. */
function isWordByte(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122);
}

function compileByteMatch(settings: unknown, compilation: Compilation, place: string): Matcher {
  const properties = readProperties(settings, place, [...valueTestKeys, 'PositionalConstraint', 'SearchString', 'SearchStringBase64']);
  const search = readSearchString(properties, place);
  const constraint = readChoice(properties.PositionalConstraint, `${place}.PositionalConstraint`, [
    'EXACTLY',
    'STARTS_WITH',
    'ENDS_WITH',
    'CONTAINS',
    'CONTAINS_WORD',
  ]);
  if (constraint === 'CONTAINS_WORD' && !/^\w+$/.test(search)) {
    refuse(
      `${place}.SearchString`,
      'CONTAINS_WORD takes letters, digits and underscores only',
      'Use CONTAINS, or shorten the string to a word',
    );
  }
  const { words, test } = positions[constraint];
  const shown = JSON.stringify(Buffer.from(search, 'latin1').toString('utf8'));
  return compileValueTest('ByteMatchStatement', properties, compilation, place, `${words} ${shown}`, (value) => test(value, search));
}

function readSearchString(properties: Properties, place: string): string {
  const { SearchString, SearchStringBase64 } = properties;
  if ((SearchString === undefined) === (SearchStringBase64 === undefined)) {
    refuse(place, 'expected either SearchString or SearchStringBase64', 'Give exactly one of them');
  }
  const search =
    SearchString === undefined
      ? Buffer.from(readString(SearchStringBase64, `${place}.SearchStringBase64`), 'base64').toString('latin1')
      : utf8ByteString(readString(SearchString, `${place}.SearchString`));
  if (search.length === 0 || search.length > 200) refuse(place, `the search string has ${search.length} bytes`, 'AWS WAF takes 1 to 200');
  return search;
}

function compileRegexMatch(settings: unknown, compilation: Compilation, place: string): Matcher {
  const properties = readProperties(settings, place, [...valueTestKeys, 'RegexString']);
  const text = readString(properties.RegexString, `${place}.RegexString`);
  const pattern = compilePattern(utf8ByteString(text), `${place}.RegexString`);
  return compileValueTest('RegexMatchStatement', properties, compilation, place, `matches ${text}`, (value) => pattern.test(value));
}

function compileRegexPatternSet(settings: unknown, compilation: Compilation, place: string): Matcher {
  const properties = readProperties(settings, place, [...valueTestKeys, 'Arn']);
  const arn = readString(properties.Arn, `${place}.Arn`);
  const texts = compilation.references.regexPatternSets?.get(arn);
  if (texts === undefined) refuse(place, `the regex pattern set ${arn} is unknown`, 'Pass it in references.regexPatternSets');
  const patterns = texts.map((text) => compilePattern(utf8ByteString(text), `${place}.Arn ${arn}`));
  const test = (value: string) => patterns.some((pattern) => pattern.test(value));
  return compileValueTest('RegexPatternSetReferenceStatement', properties, compilation, place, `matches a pattern of ${arn}`, test);
}

const comparisons = {
  EQ: (size: number, limit: number) => size === limit,
  NE: (size: number, limit: number) => size !== limit,
  LE: (size: number, limit: number) => size <= limit,
  LT: (size: number, limit: number) => size < limit,
  GE: (size: number, limit: number) => size >= limit,
  GT: (size: number, limit: number) => size > limit,
} as const;

function compileSizeConstraint(settings: unknown, compilation: Compilation, place: string): Matcher {
  const properties = readProperties(settings, place, [...valueTestKeys, 'ComparisonOperator', 'Size']);
  const operator = readChoice(properties.ComparisonOperator, `${place}.ComparisonOperator`, ['EQ', 'NE', 'LE', 'LT', 'GE', 'GT']);
  const size = readInteger(properties.Size, `${place}.Size`, 0, 21_474_836_480);
  const compare = comparisons[operator];
  return compileValueTest('SizeConstraintStatement', properties, compilation, place, `has a size ${operator} ${size}`, (value) =>
    compare(value.length, size),
  );
}

interface ForwardedAddresses {
  /** Addresses at the position; `undefined` where there is text that is none. */
  readonly addresses: readonly (Address | undefined)[];
}

/** @returns `undefined` when the header is missing, and then the rule doesn't apply */
export function forwardedAddresses(
  evaluation: Evaluation,
  headerName: string,
  position: 'FIRST' | 'LAST' | 'ANY',
): ForwardedAddresses | undefined {
  const values = evaluation.view.headerValues(headerName);
  if (values.length === 0) {
    evaluation.isRuleSkipped = true;
    return undefined;
  }
  const listed = values.join(',').split(',');
  // AWS WAF looks at the last ten: the ones in front are the easiest to forge.
  const chosen = position === 'ANY' ? listed.slice(-10) : [position === 'FIRST' ? listed[0] : listed.at(-1)];
  return { addresses: chosen.map((text) => parseAddress((text ?? '').trim())) };
}

export function readForwardedConfig(value: unknown, place: string, positions: readonly ('FIRST' | 'LAST' | 'ANY')[]) {
  const properties = readProperties(value, place, ['HeaderName', 'FallbackBehavior', ...(positions.length > 0 ? ['Position'] : [])]);
  return {
    headerName: readString(properties.HeaderName, `${place}.HeaderName`).toLowerCase(),
    fallback: readChoice(properties.FallbackBehavior, `${place}.FallbackBehavior`, ['MATCH', 'NO_MATCH']) === 'MATCH',
    position: positions.length > 0 ? readChoice(properties.Position, `${place}.Position`, positions) : ('FIRST' as const),
  };
}

function compileIpSetReference(settings: unknown, compilation: Compilation, place: string): Matcher {
  const statement = 'IPSetReferenceStatement';
  const properties = readProperties(settings, place, ['Arn', 'IPSetForwardedIPConfig']);
  const arn = readString(properties.Arn, `${place}.Arn`);
  const holder = ipSetHolder(arn, compilation, place);
  if (properties.IPSetForwardedIPConfig === undefined) {
    return (evaluation) => {
      const { source } = evaluation.view;
      const cidr = source === undefined ? undefined : holder.current.find(source);
      return cidr !== undefined && evaluation.record({ statement, on: `${source?.text} in ${cidr} of ${arn}` });
    };
  }
  const { headerName, fallback, position } = readForwardedConfig(properties.IPSetForwardedIPConfig, `${place}.IPSetForwardedIPConfig`, [
    'FIRST',
    'LAST',
    'ANY',
  ]);
  return (evaluation) => {
    const forwarded = forwardedAddresses(evaluation, headerName, position);
    if (forwarded === undefined) return false;
    for (const address of forwarded.addresses) {
      const cidr = address === undefined ? undefined : holder.current.find(address);
      if (cidr !== undefined) return evaluation.record({ statement, on: `${address?.text} from ${headerName} in ${cidr} of ${arn}` });
    }
    const isInvalid = forwarded.addresses.includes(undefined);
    return isInvalid && fallback && evaluation.record({ statement, on: `${headerName} holds no valid address, treated as a match` });
  };
}

function ipSetHolder(arn: string, compilation: Compilation, place: string): { current: AddressSet } {
  const known = compilation.ipSets.get(arn);
  if (known !== undefined) return known;
  const cidrs = compilation.references.ipSets.get(arn);
  if (cidrs === undefined) return refuse(place, `the IP set ${arn} is unknown`, 'Pass it in references.ipSets, empty if need be');
  const holder = { current: new AddressSet(cidrs, `IP set ${arn}`) };
  compilation.ipSets.set(arn, holder);
  return holder;
}

function compileGeoMatch(settings: unknown, compilation: Compilation, place: string): Matcher {
  const properties = readProperties(settings, place, ['CountryCodes', 'ForwardedIPConfig']);
  const codes = new Set(readStrings(properties.CountryCodes, `${place}.CountryCodes`, 1, 50));
  const { country } = compilation.references;
  if (country === undefined) return refuse(place, 'there is no way to tell the country of an address', 'Pass references.country');
  const forwarded =
    properties.ForwardedIPConfig === undefined
      ? undefined
      : readForwardedConfig(properties.ForwardedIPConfig, `${place}.ForwardedIPConfig`, []);
  const labelPrefix = `awswaf:${forwarded === undefined ? 'clientip' : 'forwardedip'}:geo:country:`;
  return (evaluation) => {
    let address: Address | undefined = evaluation.view.source;
    if (forwarded !== undefined) {
      const found = forwardedAddresses(evaluation, forwarded.headerName, 'FIRST');
      if (found === undefined) return false;
      address = found.addresses[0];
      if (address === undefined)
        return (
          forwarded.fallback &&
          evaluation.record({ statement: 'GeoMatchStatement', on: `${forwarded.headerName} holds no valid address, treated as a match` })
        );
    }
    const code = address === undefined ? undefined : country(address.text);
    if (code === undefined) return false;
    // Every request that the statement looks at is labelled, matching or not.
    evaluation.pendingLabels.push(labelPrefix + code);
    return codes.has(code) && evaluation.record({ statement: 'GeoMatchStatement', on: `${address?.text} in ${code}` });
  };
}

function compileLabelMatch(settings: unknown, compilation: Compilation, place: string): Matcher {
  const properties = readProperties(settings, place, ['Key', 'Scope']);
  const key = readString(properties.Key, `${place}.Key`);
  if (!/^[0-9A-Za-z_\-:]{1,1024}$/.test(key))
    refuse(`${place}.Key`, `${JSON.stringify(key)} is not a label`, 'Use letters, digits, _, - and colons');
  const scope = readChoice(properties.Scope, `${place}.Scope`, ['LABEL', 'NAMESPACE']);
  const test = compileLabelTest(key, scope, compilation.labelPrefix);
  return (evaluation) => {
    const label = evaluation.labels.find(test);
    return label !== undefined && evaluation.record({ statement: 'LabelMatchStatement', on: label });
  };
}

/** A key that isn't fully qualified means labels of this web ACL; it may leave out what stands in front. */
export function compileLabelTest(key: string, scope: 'LABEL' | 'NAMESPACE', ownPrefix: string): (label: string) => boolean {
  const namespace = key.endsWith(':') ? key : `${key}:`;
  if (key.startsWith('awswaf:')) return (label) => (scope === 'LABEL' ? label === key : label.startsWith(namespace));
  return (label) => {
    if (!label.startsWith(ownPrefix)) return false;
    const own = `:${label.slice(ownPrefix.length)}`;
    return scope === 'LABEL' ? own.endsWith(`:${key}`) : own.includes(`:${namespace}`);
  };
}
