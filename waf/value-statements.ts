/** Statements about the values of one request component: text, patterns, sizes, and the two kinds of attack that AWS alone detects. */
import { type Compilation, type Evaluation, leaf, type Statement, type Verdict } from './evaluation.ts';
import { compileField, type Field } from './fields.ts';
import { compilePattern } from './regular-expressions.ts';
import { shorten } from './shorten.ts';
import { type Properties, readChoice, readInteger, readList, readProperties, readString, refuse, utf8ByteString } from './template.ts';

const fieldKeys = ['FieldToMatch', 'TextTransformations'] as const;

/** Values that a trace shows when none of them matched. */
const valuesShown = 3;

/**
 * A statement that is true when one of the component's values passes `test`.
 *
 * @param leastBytes shorter values never pass
 */
function compileValueTest(
  statement: string,
  properties: Properties,
  compilation: Compilation,
  place: string,
  asks: string,
  test: (value: string) => boolean,
  leastBytes = 0,
): Statement {
  const field = compileField(properties.FieldToMatch, properties.TextTransformations, compilation, place);
  const { inspect, boundBytes } = field;
  const bit = field.claimBit();
  const testValues = (evaluation: Evaluation): boolean => inspect(evaluation).isMatchedBy(test, bit);
  return leaf(
    statement,
    `${field.description} ${asks}`,
    leastBytes === 0 ? testValues : (evaluation) => boundBytes(evaluation.view) >= leastBytes && testValues(evaluation),
    (evaluation) => seeValues(field, evaluation, test),
  );
}

/** The value that matched, or the first ones that did not. */
function seeValues(field: Field, evaluation: Evaluation, test: (value: string) => boolean): readonly string[] {
  const { values, verdict } = field.inspect(evaluation);
  if (verdict !== undefined) return [`oversize or invalid: treated as ${verdict ? 'a match' : 'no match'}`];
  if (values.length === 0) return ['nothing: the request has no such component'];
  const matching = values.find(test);
  if (matching !== undefined) return [shorten(matching)];
  const shown = values.slice(0, valuesShown).map(shorten);
  return values.length > valuesShown ? [...shown, `and ${values.length - valuesShown} more`] : shown;
}

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

export function compileByteMatch(settings: unknown, compilation: Compilation, place: string): Statement {
  const properties = readProperties(settings, place, [...fieldKeys, 'PositionalConstraint', 'SearchString', 'SearchStringBase64']);
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

export function compileRegexMatch(settings: unknown, compilation: Compilation, place: string): Statement {
  const properties = readProperties(settings, place, [...fieldKeys, 'RegexString']);
  const text = readString(properties.RegexString, `${place}.RegexString`);
  const pattern = compilePattern(utf8ByteString(text), `${place}.RegexString`);
  return compileValueTest('RegexMatchStatement', properties, compilation, place, `matches ${text}`, (value) => pattern.test(value));
}

/** AWS WAF quotas: "unique regex patterns in each regex pattern set". */
const patternsInSet = 10;

export function compileRegexPatternSet(settings: unknown, compilation: Compilation, place: string): Statement {
  const properties = readProperties(settings, place, [...fieldKeys, 'Arn']);
  const arn = readString(properties.Arn, `${place}.Arn`);
  const set = compilation.references.regexPatternSets?.get(arn);
  if (set === undefined) return refuse(place, `the regex pattern set ${arn} is unknown`, 'Pass it in references.regexPatternSets');
  const texts = readList(set, `${place}.Arn ${arn}`, 0, patternsInSet).map((text) => readString(text, `${place}.Arn ${arn}`));
  const patterns = texts.map((text) => compilePattern(utf8ByteString(text), `${place}.Arn ${arn}`));
  const test = (value: string) => patterns.some((pattern) => pattern.test(value));
  const asks = `matches one of ${texts.join(' and ')}`;
  return compileValueTest('RegexPatternSetReferenceStatement', properties, compilation, place, asks, test);
}

const comparisons = {
  EQ: (size: number, limit: number) => size === limit,
  NE: (size: number, limit: number) => size !== limit,
  LE: (size: number, limit: number) => size <= limit,
  LT: (size: number, limit: number) => size < limit,
  GE: (size: number, limit: number) => size >= limit,
  GT: (size: number, limit: number) => size > limit,
} as const;

export function compileSizeConstraint(settings: unknown, compilation: Compilation, place: string): Statement {
  const properties = readProperties(settings, place, [...fieldKeys, 'ComparisonOperator', 'Size']);
  const operator = readChoice(properties.ComparisonOperator, `${place}.ComparisonOperator`, ['EQ', 'NE', 'LE', 'LT', 'GE', 'GT']);
  const size = readInteger(properties.Size, `${place}.Size`, 0, 21_474_836_480);
  const compare = comparisons[operator];
  const asks = `has a size ${operator} ${size}`;
  const leastBytes = { GT: size + 1, GE: size, EQ: size, NE: 0, LE: 0, LT: 0 }[operator];
  const test = (value: string) => compare(value.length, size);
  return compileValueTest('SizeConstraintStatement', properties, compilation, place, asks, test, leastBytes);
}

/** How AWS detects injection is not public. Only what never reaches its detection is known: a missing or oversize component. */
function compileDetection(statement: string, extraKeys: readonly string[], attack: string) {
  return (settings: unknown, compilation: Compilation, place: string): Statement => {
    const properties = readProperties(settings, place, [...fieldKeys, ...extraKeys]);
    if (properties.SensitivityLevel !== undefined) readChoice(properties.SensitivityLevel, `${place}.SensitivityLevel`, ['LOW', 'HIGH']);
    const field = compileField(properties.FieldToMatch, properties.TextTransformations, compilation, place);
    const test = (evaluation: Evaluation): Verdict => {
      const { values, verdict } = field.inspect(evaluation);
      if (verdict !== undefined) return verdict;
      return values.some((value) => value !== '') ? undefined : false;
    };
    return leaf(statement, `${field.description} holds ${attack}`, test, (evaluation) => seeValues(field, evaluation, () => false));
  };
}

export const compileSqli = compileDetection('SqliMatchStatement', ['SensitivityLevel'], 'SQL injection');
export const compileXss = compileDetection('XssMatchStatement', [], 'cross-site scripting');
