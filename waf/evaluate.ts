/** Decides requests. */
import type { CompiledAction } from './actions.ts';
import { Evaluation, outcomeOf, type Verdict } from './evaluation.ts';
import type { IpSets } from './ip-sets.ts';
import type { RateState } from './rate-window.ts';
import type { CompiledRule, GroupRule, ManagedRule, OwnRule } from './rules.ts';
import type { Decision, Explanation, RuleTrace, WebRequest } from './types.ts';
import type { WebAcl } from './web-acl.ts';

/** What ended the evaluation. */
interface Ending {
  readonly action: CompiledAction;
  readonly rule: string;
  readonly groupRule?: string;
}

/**
 * Decides one request. Deterministic in its arguments; `state` is what it changes.
 *
 * @throws WebAclError naming an IP set that the web ACL refers to and that is not among `ipSets`
 */
export function evaluate(webAcl: WebAcl, ipSets: IpSets, request: WebRequest, state: RateState): Decision {
  const evaluation = new Evaluation(ipSets, request, state);
  return decide(webAcl, runRules(webAcl.rules, evaluation, undefined), evaluation);
}

/**
 * The same decision, and the same change of `state`, with the reasons: every rule in order, what its statements asked
 * and what they saw. Several times as slow, and it quotes the request: for whoever asks, not for logs.
 *
 * @throws as `evaluate`
 */
export function explain(webAcl: WebAcl, ipSets: IpSets, request: WebRequest, state: RateState): Explanation {
  const evaluation = new Evaluation(ipSets, request, state);
  const trace: RuleTrace[] = [];
  const ending = runRules(webAcl.rules, evaluation, trace);
  return { decision: decide(webAcl, ending, evaluation), trace };
}

function runRules(rules: readonly CompiledRule[], evaluation: Evaluation, trace: RuleTrace[] | undefined): Ending | undefined {
  for (let index = 0; index < rules.length; index++) {
    const rule = rules[index] as CompiledRule;
    const ending = runRule(rule, evaluation, trace);
    if (ending === undefined) continue;
    if (trace !== undefined) for (const unreached of rules.slice(index + 1)) trace.push(traceUnreached(unreached));
    return ending;
  }
  return undefined;
}

function runRule(rule: CompiledRule, evaluation: Evaluation, trace: RuleTrace[] | undefined): Ending | undefined {
  if (rule.kind === 'own') return trace === undefined ? runOwn(rule, evaluation) : traceOwn(rule, evaluation, trace);
  if (rule.kind === 'group') return runGroup(rule, evaluation, trace);
  runManaged(rule, evaluation, trace);
  return undefined;
}

/** The way of every request, on which most rules don't match. */
function runOwn(rule: OwnRule, evaluation: Evaluation): Ending | undefined {
  evaluation.beginRule();
  const verdict = rule.statement.test(evaluation);
  evaluation.settleLabels();
  if (verdict === false || evaluation.isRuleSkipped) return undefined;
  return settleOwn(rule, verdict, evaluation);
}

function traceOwn(rule: OwnRule, evaluation: Evaluation, trace: RuleTrace[]): Ending | undefined {
  evaluation.beginRule();
  const explained = rule.statement.explain(evaluation);
  const verdict = evaluation.isRuleSkipped ? false : explained.verdict;
  const labelsBefore = evaluation.labels.length;
  evaluation.settleLabels();
  const doubtsBefore = evaluation.notEvaluated.length;
  const ending = settleOwn(rule, verdict, evaluation);
  const doubt = evaluation.notEvaluated[doubtsBefore];
  trace.push({
    name: rule.name,
    priority: rule.priority,
    outcome: outcomeOf(verdict),
    action: rule.action.action,
    statement: explained.trace,
    labels: evaluation.labels.slice(labelsBefore),
    insertedHeaders: verdict ? rule.action.insertedHeaders : [],
    ...(evaluation.rate && { rate: evaluation.rate }),
    ...(doubt && { notEvaluated: doubt.what }),
  });
  return ending;
}

/** What follows from a rule's verdict; one doubt at most. */
function settleOwn(rule: OwnRule, verdict: Verdict, evaluation: Evaluation): Ending | undefined {
  const { action } = rule;
  let ending: Ending | undefined;
  if (verdict) {
    for (const label of rule.labels) evaluation.addLabel(label);
    evaluation.insertHeaders(action.insertedHeaders);
    if (action.action === 'COUNT') evaluation.counted.push(rule.fullName);
    else ending = { action, rule: rule.name };
    if (isTokenDecisive(action, evaluation)) evaluation.notEvaluated.push({ rule: rule.fullName, what: tokenDoubt, mayDecide: true });
  } else if (verdict === undefined) {
    evaluation.notEvaluated.push(rule.notEvaluated);
    for (const label of rule.labels) evaluation.addPossibleLabel(label);
  }
  return ending;
}

const tokenDoubt = "the request's token: with a valid one it goes on to the next rules";

/** A viewer without a token gets the puzzle for certain; whether a token is valid, AWS alone knows. */
function isTokenDecisive({ action }: CompiledAction, { view }: Evaluation): boolean {
  if (action !== 'CAPTCHA' && action !== 'CHALLENGE') return false;
  return view.headerValues('x-aws-waf-token').length > 0 || view.cookies.some(([name]) => name === 'aws-waf-token');
}

function runManaged(rule: ManagedRule, evaluation: Evaluation, trace: RuleTrace[] | undefined): void {
  evaluation.beginRule();
  const scoped = trace === undefined ? undefined : rule.scope?.explain(evaluation);
  const isInScope = scoped === undefined ? rule.scope === undefined || rule.scope.test(evaluation) : scoped.verdict;
  const labelsBefore = evaluation.labels.length;
  evaluation.settleLabels();
  const isOutside = isInScope === false || evaluation.isRuleSkipped;
  if (!isOutside) {
    evaluation.notEvaluated.push(rule.notEvaluated);
    for (const label of rule.possibleLabels) evaluation.addPossibleLabel(label);
  }
  trace?.push({
    name: rule.name,
    priority: rule.priority,
    outcome: isOutside ? 'not matched' : 'not evaluated',
    ...(scoped && { statement: scoped.trace }),
    labels: evaluation.labels.slice(labelsBefore),
    insertedHeaders: [],
    ...(!isOutside && { notEvaluated: rule.notEvaluated.what }),
  });
}

function runGroup(rule: GroupRule, evaluation: Evaluation, trace: RuleTrace[] | undefined): Ending | undefined {
  const rules: RuleTrace[] | undefined = trace === undefined ? undefined : [];
  const labelsBefore = evaluation.labels.length;
  const doubtsBefore = evaluation.notEvaluated.length;
  const inner = runRules(rule.rules, evaluation, rules);
  const isKnown = evaluation.notEvaluated.length === doubtsBefore;
  if (rule.isOverriddenToCount) settleCounting(rule, inner, doubtsBefore, evaluation);
  trace?.push({
    name: rule.name,
    priority: rule.priority,
    outcome: outcomeOf(inner !== undefined || (isKnown ? false : undefined)),
    ...(rule.isOverriddenToCount && { isOverriddenToCount: true }),
    rules: rules ?? [],
    labels: evaluation.labels.slice(labelsBefore),
    insertedHeaders: [],
  });
  if (inner === undefined || rule.isOverriddenToCount) return undefined;
  return { action: inner.action, rule: rule.name, groupRule: inner.rule };
}

/** A group that only counts still stops at its first deciding rule, but nothing in it decides about the request. */
function settleCounting(rule: GroupRule, inner: Ending | undefined, doubtsBefore: number, evaluation: Evaluation): void {
  if (inner !== undefined) evaluation.counted.push(rule.name);
  for (const doubt of evaluation.notEvaluated.splice(doubtsBefore)) evaluation.notEvaluated.push({ ...doubt, mayDecide: false });
}

function traceUnreached(rule: CompiledRule): RuleTrace {
  const { name, priority } = rule;
  const base = { name, priority, outcome: 'not reached', labels: [], insertedHeaders: [] } as const;
  return rule.kind === 'own' ? { ...base, action: rule.action.action } : base;
}

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

function decide(webAcl: WebAcl, ending: Ending | undefined, evaluation: Evaluation): Decision {
  const { labels, counted, notEvaluated, insertedHeaders } = evaluation;
  const { action, response } = ending?.action ?? webAcl.defaultAction;
  if (ending === undefined) evaluation.insertHeaders(webAcl.defaultAction.insertedHeaders);
  const decision: Writable<Decision> = { action: action as Decision['action'], counted, notEvaluated, labels, insertedHeaders };
  if (ending !== undefined) decision.rule = ending.rule;
  if (ending?.groupRule !== undefined) decision.groupRule = ending.groupRule;
  if (response !== undefined) {
    // A copy: what a caller does to it must not reach the next decision.
    decision.response = { ...response, headers: response.headers.map(([name, value]): [string, string] => [name, value]) };
  }
  return decision;
}
