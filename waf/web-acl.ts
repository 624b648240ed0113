/** Compiles the properties of an `AWS::WAFv2::WebACL` and evaluates requests against them. */
import { type CompiledAction, compileAction, type ResponseBody, readResponseBodies, readRuleLabels } from './actions.ts';
import { AddressSet } from './addresses.ts';
import { type Compilation, Evaluation, type Matcher } from './evaluation.ts';
import { compileRateBased } from './rate-statement.ts';
import type { RateState } from './rate-window.ts';
import { RequestView } from './request-view.ts';
import { compileStatement } from './statements.ts';
import { readChoice, readInteger, readList, readProperties, readString, readVariant, refuse } from './template.ts';
import type { Decision, References, RuleTrace, WebRequest } from './types.ts';

interface CompiledRule {
  readonly name: string;
  readonly priority: number;
  readonly matches: Matcher;
  readonly action: CompiledAction;
  readonly labels: readonly string[];
  /** Shared by all evaluations in which nothing of the rule was true. */
  readonly unmatchedTrace: RuleTrace;
  /** Vendor and name of a managed rule group. */
  readonly unsupported?: string;
}

/** A compiled web ACL. Nothing in it changes but the content of its IP sets. */
export class WebAcl {
  readonly name: string;
  readonly rules: readonly CompiledRule[];
  readonly defaultAction: CompiledAction;
  readonly #ipSets: Map<string, { current: AddressSet }>;

  constructor(name: string, rules: readonly CompiledRule[], defaultAction: CompiledAction, ipSets: Map<string, { current: AddressSet }>) {
    this.name = name;
    this.rules = rules;
    this.defaultAction = defaultAction;
    this.#ipSets = ipSets;
  }

  /**
   * Replaces the whole content of an IP set, from the next evaluation on. The rest stays compiled.
   *
   * @returns whether a rule refers to the set
   * @throws WebAclError naming a value that is no CIDR block; the set then keeps what it had
   */
  updateIpSet(arn: string, cidrs: readonly string[]): boolean {
    const holder = this.#ipSets.get(arn);
    const set = new AddressSet(cidrs, `IP set ${arn}`);
    if (holder === undefined) return false;
    holder.current = set;
    return true;
  }
}

const webAclKeys = [
  'Name',
  'Scope',
  'Description',
  'DefaultAction',
  'Rules',
  'VisibilityConfig',
  'CustomResponseBodies',
  'AssociationConfig',
  'Tags',
] as const;
/** For Captcha, Challenge, logging and anti-DDoS at the load balancer: nothing that a decision here depends on. */
const ignoredKeys = ['CaptchaConfig', 'ChallengeConfig', 'TokenDomains', 'DataProtectionConfig', 'OnSourceDDoSProtectionConfig'] as const;

/**
 * @param webAcl CloudFormation properties of an `AWS::WAFv2::WebACL`, intrinsic functions resolved
 * @param references what its statements refer to; IP sets can be replaced later by `updateIpSet`
 * @throws WebAclError naming rule, statement and remedy for whatever can't be evaluated
 */
export function compileWebAcl(webAcl: unknown, references: References): WebAcl {
  const place = 'web ACL';
  const properties = readProperties(webAcl, place, [...webAclKeys, ...ignoredKeys]);
  const name = properties.Name === undefined ? 'unnamed' : readString(properties.Name, `${place}.Name`);
  const scope = readChoice(properties.Scope, `${place}.Scope`, ['CLOUDFRONT', 'REGIONAL']);
  const bodies = readResponseBodies(properties.CustomResponseBodies, `${place}.CustomResponseBodies`);
  const defaultAction = compileAction(properties.DefaultAction, bodies, `${place}.DefaultAction`);
  if (defaultAction.action === 'COUNT') refuse(`${place}.DefaultAction`, 'Count is no default action', 'Use Allow or Block');
  const compilation: Compilation = {
    references,
    ipSets: new Map(),
    labelPrefix: `awswaf:${references.accountId ?? '000000000000'}:webacl:${name}:`,
    bodyLimit: readBodyLimit(properties.AssociationConfig, scope, `${place}.AssociationConfig`),
    slots: new Map(),
  };
  const rules = readList(properties.Rules ?? [], `${place}.Rules`, 0, 1000).map((rule, index) =>
    compileRule(rule, index, bodies, compilation),
  );
  refuseRepeated(
    rules.map((rule) => rule.name),
    'name',
  );
  refuseRepeated(
    rules.map((rule) => rule.priority),
    'priority',
  );
  return new WebAcl(
    name,
    rules.toSorted((a, b) => a.priority - b.priority),
    defaultAction,
    compilation.ipSets,
  );
}

function refuseRepeated(values: readonly (string | number)[], what: string): void {
  const repeated = values.find((value, index) => values.indexOf(value) !== index);
  if (repeated !== undefined) refuse('web ACL.Rules', `two rules have the ${what} ${JSON.stringify(repeated)}`, 'Give each its own');
}

/** 16 KB unless the association raises it (AWS WAF guide, "Managing body inspection size limits"). */
function readBodyLimit(value: unknown, scope: 'CLOUDFRONT' | 'REGIONAL', place: string): number {
  if (value === undefined) return 16_384;
  const { RequestBody } = readProperties(value, place, ['RequestBody']);
  const resource = scope === 'CLOUDFRONT' ? 'CLOUDFRONT' : 'API_GATEWAY';
  const setting = RequestBody === undefined ? undefined : readProperties(RequestBody, `${place}.RequestBody`)[resource];
  if (setting === undefined) return 16_384;
  const settingPlace = `${place}.RequestBody.${resource}`;
  const { DefaultSizeInspectionLimit } = readProperties(setting, settingPlace, ['DefaultSizeInspectionLimit']);
  const size = readChoice(DefaultSizeInspectionLimit, `${settingPlace}.DefaultSizeInspectionLimit`, ['KB_16', 'KB_32', 'KB_48', 'KB_64']);
  return Number(size.slice(3)) * 1024;
}

const ruleKeys = [
  'Name',
  'Priority',
  'Statement',
  'Action',
  'OverrideAction',
  'RuleLabels',
  'VisibilityConfig',
  'CaptchaConfig',
  'ChallengeConfig',
];

function compileRule(value: unknown, index: number, bodies: ReadonlyMap<string, ResponseBody>, compilation: Compilation): CompiledRule {
  const properties = readProperties(value, `rule ${index}`, ruleKeys);
  const name = readString(properties.Name, `rule ${index}, Name`);
  const place = `rule ${JSON.stringify(name)}`;
  const priority = readInteger(properties.Priority, `${place}, Priority`, 0, 2 ** 31 - 1);
  const statementPlace = `${place}, Statement`;
  const [kind, settings] = readVariant(properties.Statement, statementPlace);
  if (kind === 'ManagedRuleGroupStatement') return declareManagedGroup(name, priority, settings, properties, place);
  if (properties.OverrideAction !== undefined) refuse(`${place}, OverrideAction`, 'it belongs to rule groups only', 'Set Action instead');
  const action = compileAction(properties.Action, bodies, `${place}, Action`);
  const isRateBased = kind === 'RateBasedStatement';
  if (isRateBased && action.action === 'ALLOW') refuse(`${place}, Action`, 'a rate-based rule cannot allow', 'Use Block or Count');
  const matches = isRateBased
    ? compileRateBased(settings, compilation, name, `${statementPlace}.${kind}`)
    : compileStatement(properties.Statement, compilation, statementPlace);
  const labels = readRuleLabels(properties.RuleLabels, compilation.labelPrefix, `${place}, RuleLabels`);
  return { name, priority, matches, action, labels, unmatchedTrace: { name, priority, matched: false, statements: [] } };
}

/** What AWS's and vendors' groups match is not public: they are declared, never imitated. */
function declareManagedGroup(
  name: string,
  priority: number,
  settings: unknown,
  rule: Readonly<Record<string, unknown>>,
  place: string,
): CompiledRule {
  const properties = readProperties(settings, `${place}, Statement.ManagedRuleGroupStatement`);
  const vendor = readString(properties.VendorName, `${place}, Statement.ManagedRuleGroupStatement.VendorName`);
  const group = readString(properties.Name, `${place}, Statement.ManagedRuleGroupStatement.Name`);
  if (rule.Action !== undefined) refuse(`${place}, Action`, 'a rule group has actions of its own', 'Set OverrideAction to None or Count');
  const [override] = readVariant(rule.OverrideAction, `${place}, OverrideAction`);
  if (override !== 'None' && override !== 'Count') refuse(`${place}, OverrideAction`, `${override} is not supported`, 'Use None or Count');
  const unsupported = `${vendor}/${group}`;
  const unmatchedTrace: RuleTrace = { name, priority, matched: false, statements: [], unsupported };
  return {
    name,
    priority,
    matches: () => false,
    action: { action: 'COUNT', insertedHeaders: [] },
    labels: [],
    unmatchedTrace,
    unsupported,
  };
}

/** The managed rule groups, which never match here: one line each, with the rule's name. */
export function describeUnsupported(webAcl: WebAcl): string[] {
  return webAcl.rules.flatMap((rule) =>
    rule.unsupported === undefined
      ? []
      : [`${rule.name}: the managed rule group ${rule.unsupported} is declared, but not imitated: here it never matches`],
  );
}

/**
 * Decides one request. Deterministic in its arguments; `state` is what it changes.
 *
 * @param nowMilliseconds the present, of a clock that all calls with this state share
 */
export function evaluate(webAcl: WebAcl, request: WebRequest, state: RateState, nowMilliseconds: number): Decision {
  const evaluation = new Evaluation(new RequestView(request), state, nowMilliseconds);
  const trace: RuleTrace[] = [];
  const insertedHeaders: [string, string][] = [];
  for (const rule of webAcl.rules) {
    evaluation.beginRule();
    const matched = rule.matches(evaluation) && !evaluation.isRuleSkipped;
    trace.push(traceRule(rule, matched, evaluation));
    if (evaluation.pendingLabels.length > 0) {
      for (const label of evaluation.pendingLabels.splice(0)) evaluation.addLabel(label);
    }
    if (!matched) continue;
    for (const label of rule.labels) evaluation.addLabel(label);
    for (const [name, value] of rule.action.insertedHeaders) insertedHeaders.push([name, value]);
    if (rule.action.action !== 'COUNT') return decide(rule.action, rule.name, evaluation, insertedHeaders, trace);
  }
  for (const [name, value] of webAcl.defaultAction.insertedHeaders) insertedHeaders.push([name, value]);
  return decide(webAcl.defaultAction, undefined, evaluation, insertedHeaders, trace);
}

function traceRule(rule: CompiledRule, matched: boolean, evaluation: Evaluation): RuleTrace {
  const { matches, rate } = evaluation;
  if (!matched && matches.length === 0 && rate === undefined) return rule.unmatchedTrace;
  const entry = { name: rule.name, priority: rule.priority, matched, statements: matches };
  if (!matched) return rate === undefined ? entry : { ...entry, rate };
  return rate === undefined ? { ...entry, action: rule.action.action } : { ...entry, action: rule.action.action, rate };
}

function decide(
  action: CompiledAction,
  rule: string | undefined,
  evaluation: Evaluation,
  insertedHeaders: [string, string][],
  trace: RuleTrace[],
): Decision {
  const { labels } = evaluation;
  const terminating = rule === undefined ? {} : { rule };
  if (action.action !== 'BLOCK') return { action: 'ALLOW', ...terminating, labels, insertedHeaders, trace };
  const { status = 403, headers = [], body = '', contentType = '' } = action.response ?? {};
  const response = { status, headers: headers.map(([name, value]): [string, string] => [name, value]), body, contentType };
  return { action: 'BLOCK', ...terminating, response, labels, insertedHeaders, trace };
}
