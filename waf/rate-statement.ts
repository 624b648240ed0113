/** RateBasedStatement: which requests count together, and when there are too many of them. */
import { createHash } from 'node:crypto';
import { forwardedAddresses, readForwardedConfig } from './address-statements.ts';
import { type Compilation, type Evaluation, outcomeOf, type Statement, type Verdict } from './evaluation.ts';
import { compileField } from './fields.ts';
import { compileLabelTest, compilePossibility } from './label-statement.ts';
import type { AggregationInstance } from './rate-window.ts';
import { compileStatement } from './statements.ts';
import { readChoice, readInteger, readList, readProperties, readString, readVariant, refuse } from './template.ts';

/** What a request has in place of an aggregation instance. */
const absent = Symbol('a part of the key is missing: the request is neither counted nor limited');
const unknown = Symbol('a part of the key depends on what is not evaluated here');
type Key = AggregationInstance | typeof absent | typeof unknown;
type KeyReader = (evaluation: Evaluation) => Key;

/** Longer keys are kept as their hash: header values are the sender's choice, and the memory is ours. */
const maximumKeyLength = 128;

/** @param rule unique within the web ACL: counts are kept under it */
export function compileRateBased(settings: unknown, compilation: Compilation, rule: string, place: string): Statement {
  const keys = ['AggregateKeyType', 'CustomKeys', 'EvaluationWindowSec', 'ForwardedIPConfig', 'Limit', 'ScopeDownStatement'];
  const properties = readProperties(settings, place, keys);
  const limit = readInteger(properties.Limit, `${place}.Limit`, 10, 2_000_000_000);
  const windowSeconds = readInteger(properties.EvaluationWindowSec ?? 300, `${place}.EvaluationWindowSec`, 60, 600);
  if (![60, 120, 300, 600].includes(windowSeconds))
    refuse(`${place}.EvaluationWindowSec`, `${windowSeconds} is not supported`, 'Use 60, 120, 300 or 600');
  const kind = readChoice(properties.AggregateKeyType, `${place}.AggregateKeyType`, ['IP', 'FORWARDED_IP', 'CONSTANT', 'CUSTOM_KEYS']);
  if (kind === 'CONSTANT' && properties.ScopeDownStatement === undefined) {
    refuse(place, 'CONSTANT without a ScopeDownStatement', 'Say which requests count; AWS WAF refuses it as well');
  }
  if ((kind === 'CUSTOM_KEYS') !== (properties.CustomKeys !== undefined)) {
    refuse(
      place,
      `CustomKeys ${kind === 'CUSTOM_KEYS' ? 'are missing' : `are set with ${kind}`}`,
      'Give them with CUSTOM_KEYS, and only then',
    );
  }
  const forwarded = (): KeyReader => compileForwardedKey(properties.ForwardedIPConfig, place);
  const readKey = compileKey(kind, properties.CustomKeys, forwarded, compilation, place);
  const scope =
    properties.ScopeDownStatement === undefined
      ? undefined
      : compileStatement(properties.ScopeDownStatement, compilation, `${place}.ScopeDownStatement`);
  const signature = JSON.stringify(settings);
  const count = (evaluation: Evaluation): Verdict => {
    const key = readKey(evaluation);
    if (key === unknown) return undefined;
    if (key === absent) return false;
    const counted = evaluation.state.count(rule, signature, key, evaluation.view.request.at, windowSeconds, limit);
    evaluation.countedKey = key;
    evaluation.countedRequests = counted;
    return counted > limit;
  };
  const judge = (isInScope: Verdict, evaluation: Evaluation): Verdict => {
    if (evaluation.isRuleSkipped) return false;
    return isInScope ? count(evaluation) : isInScope;
  };
  const statement = 'RateBasedStatement';
  const asks = `more than ${limit} requests in ${windowSeconds} s by ${describeKey(kind, properties.CustomKeys)}`;
  return {
    test: (evaluation) => judge(scope === undefined || scope.test(evaluation), evaluation),
    explain: (evaluation) => {
      const scoped = scope?.explain(evaluation);
      const isInScope = scoped === undefined || scoped.verdict;
      const verdict = judge(isInScope, evaluation);
      const { countedKey, countedRequests } = evaluation;
      if (countedKey !== undefined) evaluation.rate = { key: show(countedKey), count: countedRequests, limit, windowSeconds };
      const trace = { statement, outcome: outcomeOf(verdict), asks, saw: [seeRate(isInScope, verdict, evaluation)] };
      return { verdict, trace: scoped === undefined ? trace : { ...trace, parts: [scoped.trace] } };
    },
    unreached: { statement, outcome: 'not reached', asks, ...(scope && { parts: [scope.unreached] }) },
  };
}

function seeRate(isInScope: Verdict, verdict: Verdict, { rate, isRuleSkipped }: Evaluation): string {
  if (isRuleSkipped || isInScope === false) return 'the request is outside its scope: not counted';
  if (verdict === undefined) return 'nobody can know here whether the request counts, or for whom: not counted';
  if (rate === undefined) return 'a part of the key is missing: not counted';
  const { key, count, limit } = rate;
  return count > limit ? `more than ${limit} for ${key}` : `request ${count} of ${limit} for ${key}`;
}

function describeKey(kind: string, customKeys: unknown): string {
  if (kind !== 'CUSTOM_KEYS') return { IP: 'address', FORWARDED_IP: 'forwarded address' }[kind] ?? 'the whole scope';
  const names = readList(customKeys, 'CustomKeys', 1, 5).map((key) => {
    const [name, settings] = readVariant(key, 'CustomKeys');
    const { Name, Namespace } = readProperties(settings, 'CustomKeys');
    return [name, Name ?? Namespace].filter((part) => part !== undefined).join(' ');
  });
  return names.join(' and ');
}

function compileKey(
  kind: 'IP' | 'FORWARDED_IP' | 'CONSTANT' | 'CUSTOM_KEYS',
  customKeys: unknown,
  forwarded: () => KeyReader,
  compilation: Compilation,
  place: string,
): KeyReader {
  if (kind === 'IP') return readSource;
  if (kind === 'FORWARDED_IP') return forwarded();
  if (kind === 'CONSTANT') return () => 'all requests';
  const list = readList(customKeys, `${place}.CustomKeys`, 1, 5).map((key, index) => readVariant(key, `${place}.CustomKeys[${index}]`));
  if (list.every(([name]) => name === 'IP' || name === 'ForwardedIP')) {
    refuse(`${place}.CustomKeys`, 'an address alone is no custom key', 'Set AggregateKeyType to IP or FORWARDED_IP');
  }
  const readers = list.map(([name, settings], index) =>
    compileCustomKey(name, settings, forwarded, compilation, `${place}.CustomKeys[${index}].${name}`),
  );
  return (evaluation) => {
    const parts: string[] = [];
    let isKnown = true;
    for (const read of readers) {
      const part = read(evaluation);
      if (part === absent) return absent;
      if (part === unknown) isKnown = false;
      else parts.push(show(part));
    }
    if (!isKnown) return unknown;
    const key = parts.length === 1 ? (parts[0] ?? '') : join(parts);
    return key.length <= maximumKeyLength ? key : `sha256:${createHash('sha256').update(key, 'latin1').digest('hex')}`;
  };
}

function show(key: AggregationInstance): string {
  return typeof key === 'string' ? key : key.text;
}

const escapedInJson = /["\\]|[^ -\xff]/;

/** As a JSON array, so that no two lists of parts are one key. Most parts hold nothing to escape, and are sooner joined than encoded. */
function join(parts: readonly string[]): string {
  return parts.some((part) => escapedInJson.test(part)) ? JSON.stringify(parts) : `["${parts.join('","')}"]`;
}

const noValidAddress = 'no valid address';

/** An edge that reports no address still counts: all such requests together. */
function readSource(evaluation: Evaluation): AggregationInstance {
  return evaluation.view.source ?? noValidAddress;
}

function compileForwardedKey(config: unknown, place: string): KeyReader {
  if (config === undefined) refuse(place, 'the aggregate key needs ForwardedIPConfig', 'Name the header and the fallback');
  const forwarded = readForwardedConfig(config, `${place}.ForwardedIPConfig`, []);
  return (evaluation) => {
    const addresses = forwardedAddresses(evaluation, forwarded);
    return addresses?.[0] ?? (addresses !== undefined && forwarded.fallback ? noValidAddress : absent);
  };
}

function compileCustomKey(name: string, settings: unknown, forwarded: () => KeyReader, compilation: Compilation, place: string): KeyReader {
  switch (name) {
    case 'IP':
      return readSource;
    case 'ForwardedIP':
      return forwarded();
    case 'HTTPMethod':
      return (evaluation) => evaluation.view.method;
    case 'UriPath':
    case 'QueryString':
      return compileFieldKey({ [name]: {} }, settings, ['TextTransformations'], compilation, place);
    case 'Header':
      return compileFieldKey(
        { SingleHeader: { Name: nameOf(settings, place) } },
        settings,
        ['Name', 'TextTransformations'],
        compilation,
        place,
      );
    case 'QueryArgument':
      return compileFieldKey(
        { SingleQueryArgument: { Name: nameOf(settings, place) } },
        settings,
        ['Name', 'TextTransformations'],
        compilation,
        place,
      );
    case 'Cookie': {
      const pattern = { IncludedCookies: [nameOf(settings, place)] };
      const field = { Cookies: { MatchPattern: pattern, MatchScope: 'VALUE', OversizeHandling: 'CONTINUE' } };
      return compileFieldKey(field, settings, ['Name', 'TextTransformations'], compilation, place);
    }
    case 'LabelNamespace': {
      const namespace = readString(readProperties(settings, place, ['Namespace']).Namespace, `${place}.Namespace`);
      const isInNamespace = compileLabelTest(namespace, 'NAMESPACE', compilation.labelPrefix);
      const isPossible = compilePossibility(namespace, isInNamespace);
      return (evaluation) => {
        if (isPossible(evaluation)) return unknown;
        const labels = evaluation.labels.filter(isInNamespace);
        return labels.length === 0 ? absent : labels.join(',');
      };
    }
    default:
      return refuse(
        place,
        `the custom key ${name} is not evaluated`,
        'Use IP, ForwardedIP, HTTPMethod, UriPath, QueryString, QueryArgument, Header, Cookie or LabelNamespace',
      );
  }
}

function nameOf(settings: unknown, place: string): string {
  return readString(readProperties(settings, place).Name, `${place}.Name`);
}

function compileFieldKey(
  field: unknown,
  settings: unknown,
  allowed: readonly string[],
  compilation: Compilation,
  place: string,
): KeyReader {
  const properties = readProperties(settings, place, allowed);
  const { inspect } = compileField(field, properties.TextTransformations, compilation, place);
  return (evaluation) => {
    const { values } = inspect(evaluation);
    return values.length === 0 ? absent : values.join(',');
  };
}
