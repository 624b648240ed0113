/** Rules: with a statement of their own, of a managed rule group, or of a rule group of one's own. */
import { type CompiledAction, compileAction, type ResponseBody, readResponseBodies, readRuleLabels } from './actions.ts';
import type { Compilation, Statement } from './evaluation.ts';
import { managedLabels } from './label-statement.ts';
import { compileRateBased } from './rate-statement.ts';
import { compileStatement } from './statements.ts';
import { type Properties, readInteger, readList, readProperties, readString, readVariant, refuse } from './template.ts';
import type { NotEvaluated } from './types.ts';

interface RuleBase {
  readonly name: string;
  readonly priority: number;
}

/** A rule with a statement and an action. */
export interface OwnRule extends RuleBase {
  readonly kind: 'own';
  /** With the rule group's in front: `group/rule`. */
  readonly fullName: string;
  readonly statement: Statement;
  readonly action: CompiledAction;
  readonly labels: readonly string[];
  /** For when nobody can know whether the statement is true. */
  readonly notEvaluated: NotEvaluated;
}

/** AWS's or a vendor's rule group: what its rules match is not public. It is declared, never imitated. */
export interface ManagedRule extends RuleBase {
  readonly kind: 'managed';
  /** Requests outside it don't reach the group. */
  readonly scope: Statement | undefined;
  readonly notEvaluated: NotEvaluated;
  /** Prefix of the labels that its rules may add. */
  readonly possibleLabels: readonly string[];
}

/** A reference to a rule group of the account. */
export interface GroupRule extends RuleBase {
  readonly kind: 'group';
  readonly rules: readonly OwnRule[];
  /** What the group decides is only counted. */
  readonly isOverriddenToCount: boolean;
}

export type CompiledRule = OwnRule | ManagedRule | GroupRule;

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

export function compileRules(value: unknown, bodies: ReadonlyMap<string, ResponseBody>, compilation: Compilation): CompiledRule[] {
  const entries = readList(value ?? [], 'web ACL.Rules', 0, 1000);
  return inOrder(
    entries.map((entry, index) => {
      const rule = readRule(entry, '', index);
      if (rule.kind === 'ManagedRuleGroupStatement') return declareManagedGroup(rule, compilation);
      if (rule.kind === 'RuleGroupReferenceStatement') return compileGroupReference(rule, bodies, compilation);
      return compileOwnRule(rule, '', bodies, compilation);
    }),
    'web ACL.Rules',
  );
}

interface ReadRule extends RuleBase {
  readonly place: string;
  readonly statementPlace: string;
  readonly kind: string;
  readonly settings: unknown;
  readonly properties: Properties;
}

function readRule(value: unknown, group: string, index: number): ReadRule {
  const inGroup = group === '' ? '' : `rule group ${group}, `;
  const properties = readProperties(value, `${inGroup}rule ${index}`, ruleKeys);
  const name = readString(properties.Name, `${inGroup}rule ${index}, Name`);
  const place = `${inGroup}rule ${JSON.stringify(name)}`;
  const priority = readInteger(properties.Priority, `${place}, Priority`, 0, 2 ** 31 - 1);
  const [kind, settings] = readVariant(properties.Statement, `${place}, Statement`);
  return { name, priority, place, statementPlace: `${place}, Statement.${kind}`, kind, settings, properties };
}

function inOrder<T extends RuleBase>(rules: readonly T[], place: string): T[] {
  for (const key of ['name', 'priority'] as const) {
    const values = rules.map((rule) => rule[key]);
    const repeated = values.find((value, index) => values.indexOf(value) !== index);
    if (repeated !== undefined) refuse(place, `two rules have the ${key} ${JSON.stringify(repeated)}`, 'Give each its own');
  }
  return rules.toSorted((a, b) => a.priority - b.priority);
}

function compileOwnRule(
  { name, priority, place, statementPlace, kind, settings, properties }: ReadRule,
  group: string,
  bodies: ReadonlyMap<string, ResponseBody>,
  compilation: Compilation,
  override?: CompiledAction,
): OwnRule {
  if (properties.OverrideAction !== undefined) refuse(`${place}, OverrideAction`, 'it belongs to rule groups only', 'Set Action instead');
  const declared = compileAction(properties.Action, bodies, `${place}, Action`);
  const isRateBased = kind === 'RateBasedStatement';
  if (isRateBased && declared.action === 'ALLOW') refuse(`${place}, Action`, 'a rate-based rule cannot allow', 'Use Block or Count');
  const fullName = group === '' ? name : `${group}/${name}`;
  const statement = isRateBased
    ? compileRateBased(settings, compilation, fullName, statementPlace)
    : compileStatement(properties.Statement, compilation, `${place}, Statement`);
  const action = override ?? declared;
  const labels = readRuleLabels(properties.RuleLabels, compilation.labelPrefix, `${place}, RuleLabels`);
  const notEvaluated = {
    rule: fullName,
    what: 'a part of its statement that AWS WAF alone evaluates',
    mayDecide: action.action !== 'COUNT',
  };
  return { kind: 'own', name, priority, fullName, statement, action, labels, notEvaluated };
}

function readOverride({ properties, place }: ReadRule): boolean {
  if (properties.Action !== undefined) {
    refuse(`${place}, Action`, 'a rule group has actions of its own', 'Set OverrideAction to None or Count');
  }
  const [override] = readVariant(properties.OverrideAction, `${place}, OverrideAction`);
  if (override !== 'None' && override !== 'Count') refuse(`${place}, OverrideAction`, `${override} is not supported`, 'Use None or Count');
  return override === 'Count';
}

const managedKeys = [
  'VendorName',
  'Name',
  'Version',
  'ExcludedRules',
  'RuleActionOverrides',
  'ManagedRuleGroupConfigs',
  'ScopeDownStatement',
];

function declareManagedGroup(rule: ReadRule, compilation: Compilation): ManagedRule {
  const { name, priority, statementPlace, settings } = rule;
  const properties = readProperties(settings, statementPlace, managedKeys);
  const vendor = readString(properties.VendorName, `${statementPlace}.VendorName`);
  const group = readString(properties.Name, `${statementPlace}.Name`);
  const isOverriddenToCount = readOverride(rule);
  const scope =
    properties.ScopeDownStatement === undefined
      ? undefined
      : compileStatement(properties.ScopeDownStatement, compilation, `${statementPlace}.ScopeDownStatement`);
  const notEvaluated = { rule: name, what: `the managed rule group ${vendor}/${group}`, mayDecide: !isOverriddenToCount };
  return { kind: 'managed', name, priority, scope, notEvaluated, possibleLabels: [managedLabels] };
}

/** An `AWS::WAFv2::RuleGroup`; properties that describe it decide nothing. */
const groupKeys = [
  'Name',
  'Scope',
  'Capacity',
  'Description',
  'Rules',
  'VisibilityConfig',
  'CustomResponseBodies',
  'AvailableLabels',
  'ConsumedLabels',
  'Tags',
];

function compileGroupReference(rule: ReadRule, bodies: ReadonlyMap<string, ResponseBody>, compilation: Compilation): GroupRule {
  const { name, priority, statementPlace, settings } = rule;
  const reference = readProperties(settings, statementPlace, ['Arn', 'ExcludedRules', 'RuleActionOverrides']);
  const arn = readString(reference.Arn, `${statementPlace}.Arn`);
  const group = compilation.references.ruleGroups?.get(arn);
  if (group === undefined) return refuse(statementPlace, `the rule group ${arn} is unknown`, 'Pass it in references.ruleGroups');
  const place = `rule group ${name}`;
  const properties = readProperties(group, place, groupKeys);
  const groupName = properties.Name === undefined ? name : readString(properties.Name, `${place}.Name`);
  const groupBodies = readResponseBodies(properties.CustomResponseBodies, `${place}.CustomResponseBodies`);
  const account = compilation.references.accountId ?? '000000000000';
  // Labels belong to the group that adds them, wherever it is used.
  const within: Compilation = { ...compilation, labelPrefix: `awswaf:${account}:rulegroup:${groupName}:` };
  const overrides = readActionOverrides(reference, bodies, statementPlace);
  const rules = readList(properties.Rules ?? [], `${place}.Rules`, 0, 1000).map((entry, index) => {
    const inner = readRule(entry, name, index);
    const override = overrides.get(inner.name);
    overrides.delete(inner.name);
    return compileOwnRule(inner, name, groupBodies, within, override);
  });
  const [unknown] = overrides.keys();
  if (unknown !== undefined)
    refuse(statementPlace, `the rule group has no rule ${JSON.stringify(unknown)} to override`, 'Correct the name');
  return { kind: 'group', name, priority, rules: inOrder(rules, `${place}.Rules`), isOverriddenToCount: readOverride(rule) };
}

/** Actions by rule that a reference puts in place of the group's own. ExcludedRules is the older way to say Count. */
function readActionOverrides(
  { ExcludedRules, RuleActionOverrides }: Properties,
  bodies: ReadonlyMap<string, ResponseBody>,
  place: string,
): Map<string, CompiledAction> {
  const overrides = new Map<string, CompiledAction>();
  for (const [index, entry] of readList(ExcludedRules ?? [], `${place}.ExcludedRules`, 0, 100).entries()) {
    const entryPlace = `${place}.ExcludedRules[${index}]`;
    overrides.set(readString(readProperties(entry, entryPlace, ['Name']).Name, `${entryPlace}.Name`), {
      action: 'COUNT',
      insertedHeaders: [],
    });
  }
  for (const [index, entry] of readList(RuleActionOverrides ?? [], `${place}.RuleActionOverrides`, 0, 100).entries()) {
    const entryPlace = `${place}.RuleActionOverrides[${index}]`;
    const properties = readProperties(entry, entryPlace, ['Name', 'ActionToUse']);
    const action = compileAction(properties.ActionToUse, bodies, `${entryPlace}.ActionToUse`);
    overrides.set(readString(properties.Name, `${entryPlace}.Name`), action);
  }
  return overrides;
}
