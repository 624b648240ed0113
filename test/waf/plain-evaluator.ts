/**
 * A second reading of the AWS WAF guide, as plain as can be: nothing compiled, nothing remembered between statements, no bounds and no
 * tables. It knows what the deployed rules contain, and throws at anything else.
 */
import ipaddr from 'ipaddr.js';
import type { WebRequest } from '../../waf/index.ts';
import { type TransformationType, transform } from '../../waf/text-transformations.ts';

type Verdict = boolean | undefined;
type Tree = { readonly [key: string]: Tree } & { readonly [index: number]: Tree };

export interface PlainDecision {
  readonly action: string;
  readonly rule: string | undefined;
  readonly counted: readonly string[];
  readonly notEvaluated: readonly string[];
  readonly outcomes: readonly string[];
  /** Requests in the window by rate rule, up to one over the limit. */
  readonly counts: Readonly<Record<string, number>>;
}

export class PlainEvaluator {
  readonly #rules: readonly Tree[];
  readonly #ipSets: ReadonlyMap<string, readonly string[]>;
  /** When requests came, by rule and key. */
  readonly #seen = new Map<string, number[]>();

  constructor(webAcl: unknown, ipSets: ReadonlyMap<string, readonly string[]>) {
    const rules = (webAcl as { readonly Rules: readonly Tree[] }).Rules;
    this.#rules = rules.toSorted((a, b) => Number(a.Priority) - Number(b.Priority));
    this.#ipSets = ipSets;
  }

  decide(request: WebRequest): PlainDecision {
    const counted: string[] = [];
    const notEvaluated: string[] = [];
    const outcomes: string[] = [];
    const counts: Record<string, number> = {};
    let ending: string | undefined;
    for (const rule of this.#rules) {
      const name = String(rule.Name);
      if (ending !== undefined) {
        outcomes.push('not reached');
        continue;
      }
      const verdict = rule.Statement?.ManagedRuleGroupStatement ? undefined : this.#judge(rule.Statement as Tree, request, name, counts);
      outcomes.push(verdict === undefined ? 'not evaluated' : verdict ? 'matched' : 'not matched');
      if (verdict === undefined) notEvaluated.push(name);
      if (!verdict) continue;
      if (rule.Action?.Count) counted.push(name);
      else ending = name;
    }
    return { action: ending === undefined ? 'ALLOW' : 'BLOCK', rule: ending, counted, notEvaluated, outcomes, counts };
  }

  #judge(statement: Tree, request: WebRequest, rule: string, counts: Record<string, number>): Verdict {
    const [[kind, settings] = []] = Object.entries(statement);
    if (kind === undefined || settings === undefined) throw new Error('an empty statement');
    const parts = () => Object.values(settings.Statements as Tree).map((part) => this.#judge(part, request, rule, counts));
    switch (kind) {
      case 'AndStatement':
        return parts().includes(false) ? false : parts().includes(undefined) ? undefined : true;
      case 'OrStatement':
        return parts().includes(true) ? true : parts().includes(undefined) ? undefined : false;
      case 'NotStatement': {
        const verdict = this.#judge(settings.Statement as Tree, request, rule, counts);
        return verdict === undefined ? undefined : !verdict;
      }
      case 'IPSetReferenceStatement':
        return this.#isInSet(String(settings.Arn), request.sourceAddress);
      case 'LabelMatchStatement':
        if (!String(settings.Key).startsWith('awswaf:managed:')) throw new Error(`the label ${settings.Key}`);
        return undefined;
      case 'RateBasedStatement':
        return this.#count(settings, request, rule, counts);
      default:
        return matches(kind, settings, request);
    }
  }

  #isInSet(arn: string, text: string): boolean {
    if (!ipaddr.isValid(text)) return false;
    const address = ipaddr.process(text);
    return (this.#ipSets.get(arn) ?? []).some((cidr) => {
      const [network, length] = ipaddr.parseCIDR(cidr);
      return network.kind() === address.kind() && address.match([network, length] as never);
    });
  }

  #count(settings: Tree, request: WebRequest, rule: string, counts: Record<string, number>): Verdict {
    const scope = settings.ScopeDownStatement === undefined || this.#judge(settings.ScopeDownStatement, request, rule, counts);
    if (!scope) return scope;
    const source = ipaddr.isValid(request.sourceAddress) ? ipaddr.process(request.sourceAddress).toString() : 'none';
    const keys = Object.values(settings.CustomKeys ?? { 0: { IP: {} } }).map((key) => {
      const { UriPath } = key as Tree;
      return UriPath === undefined ? source : transformed(bytes(request.path), UriPath);
    });
    const key = JSON.stringify([rule, ...keys]);
    const since = request.at - 1000 * Number(settings.EvaluationWindowSec);
    const times = [...(this.#seen.get(key) ?? []), request.at].filter((time) => time > since);
    this.#seen.set(key, times);
    const limit = Number(settings.Limit);
    counts[rule] = Math.min(times.length, limit + 1);
    return times.length > limit;
  }
}

function matches(kind: string, settings: Tree, request: WebRequest): boolean {
  const [[field, details] = []] = Object.entries(settings.FieldToMatch as Tree);
  const values = valuesOf(String(field), details as Tree, request);
  if (values === 'oversize') return true; // MATCH, as every deployed rule has it
  return values.map((value) => transformed(value, settings)).some((value) => accepts(kind, settings, value));
}

function accepts(kind: string, settings: Tree, value: string): boolean {
  if (kind === 'RegexMatchStatement') return new RegExp(String(settings.RegexString)).test(value);
  if (kind === 'ByteMatchStatement' && String(settings.PositionalConstraint) === 'EXACTLY') return value === String(settings.SearchString);
  if (kind !== 'SizeConstraintStatement') throw new Error(kind);
  const size = Number(settings.Size);
  if (String(settings.ComparisonOperator) === 'GT') return value.length > size;
  if (String(settings.ComparisonOperator) === 'GE') return value.length >= size;
  throw new Error(String(settings.ComparisonOperator));
}

function valuesOf(field: string, details: Tree, request: WebRequest): string[] | 'oversize' {
  if (field === 'UriPath') return [bytes(request.path)];
  if (field === 'QueryString') return [bytes(request.query)];
  if (field === 'Method') return [bytes(request.method)];
  if (field === 'Body') return request.body.length > 16_384 ? 'oversize' : [Buffer.from(request.body).toString('latin1')];
  const headers = request.headers.map(([name, value]) => [name.toLowerCase(), bytes(value)] as const);
  if (field === 'SingleHeader') return headers.filter(([name]) => name === String(details.Name).toLowerCase()).map(([, value]) => value);
  if (field !== 'Headers' || String(details.MatchScope) !== 'VALUE') throw new Error(field);
  const excluded = Object.values(details.MatchPattern?.ExcludedHeaders as Tree).map(String);
  const total = headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (headers.length > 200 || total > 8192) return 'oversize';
  return headers.filter(([name]) => !excluded.includes(name)).map(([, value]) => value);
}

function transformed(value: string, { TextTransformations }: Tree): string {
  const steps = Object.values(TextTransformations as Tree).toSorted((a, b) => Number(a.Priority) - Number(b.Priority));
  return steps.reduce((text, { Type }) => transform(String(Type) as TransformationType, text), value);
}

/** Latin-1 as it is, anything else in UTF-8. */
function bytes(text: string): string {
  return /^[\0-\xff]*$/.test(text) ? text : Buffer.from(text).toString('latin1');
}
