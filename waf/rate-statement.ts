/** RateBasedStatement: which requests count together, and when there are too many of them. */
import { createHash } from 'node:crypto';
import type { Compilation, Evaluation, Matcher } from './evaluation.ts';
import { compileField } from './fields.ts';
import { compileLabelTest, compileStatement, forwardedAddresses, readForwardedConfig } from './statements.ts';
import { readChoice, readInteger, readList, readProperties, readString, readVariant, refuse } from './template.ts';

/** The aggregation instance of a request; `undefined` when it lacks a part of the key and is neither counted nor limited. */
type KeyReader = (evaluation: Evaluation) => string | undefined;

/** Longer keys are kept as their hash: header values are the sender's choice, and the memory is ours. */
const maximumKeyLength = 128;

export function compileRateBased(settings: unknown, compilation: Compilation, rule: string, place: string): Matcher {
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
  const isInScope =
    properties.ScopeDownStatement === undefined
      ? undefined
      : compileStatement(properties.ScopeDownStatement, compilation, `${place}.ScopeDownStatement`);
  const signature = JSON.stringify(settings);
  return (evaluation) => {
    if (isInScope !== undefined && (!isInScope(evaluation) || evaluation.isRuleSkipped)) return false;
    const key = readKey(evaluation);
    if (key === undefined) return false;
    const count = evaluation.state.count(rule, signature, key, evaluation.now, windowSeconds, limit);
    evaluation.rate = { key, count, limit, windowSeconds };
    if (count <= limit) return false;
    return evaluation.record({ statement: 'RateBasedStatement', on: `more than ${limit} requests in ${windowSeconds} s for ${key}` });
  };
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
    for (const read of readers) {
      const part = read(evaluation);
      if (part === undefined) return undefined;
      parts.push(part);
    }
    const key = parts.length === 1 ? (parts[0] ?? '') : JSON.stringify(parts);
    return key.length <= maximumKeyLength ? key : `sha256:${createHash('sha256').update(key, 'latin1').digest('hex')}`;
  };
}

/** An edge that reports no address still counts: all such requests together. */
function readSource(evaluation: Evaluation): string {
  return evaluation.view.source?.text ?? 'no valid address';
}

function compileForwardedKey(config: unknown, place: string): KeyReader {
  if (config === undefined) refuse(place, 'the aggregate key needs ForwardedIPConfig', 'Name the header and the fallback');
  const { headerName, fallback } = readForwardedConfig(config, `${place}.ForwardedIPConfig`, []);
  return (evaluation) => {
    const found = forwardedAddresses(evaluation, headerName, 'FIRST');
    if (found === undefined) return undefined;
    return found.addresses[0]?.text ?? (fallback ? 'no valid address' : undefined);
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
      return (evaluation) => {
        const labels = evaluation.labels.filter(isInNamespace);
        return labels.length === 0 ? undefined : labels.join(',');
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
    return values.length === 0 ? undefined : values.join(',');
  };
}
