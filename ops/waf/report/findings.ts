/** What the log of a web ACL, or the local system's list of decisions, says of requests that met a rule. Pure. */
import { isLabelRule } from '../../../contract/web-acl.ts';

/** A request, and the rules that it met. */
export interface Finding {
  /** Milliseconds. */
  readonly at: number;
  readonly address: string;
  readonly method: string;
  /** Without the query, which may hold what is nobody's business. */
  readonly path: string;
  /** The rule that refused it; absent when nothing did. */
  readonly blockedBy?: string;
  /** Rules that would have refused it and only counted, in the order of evaluation; of a managed group `group/rule`. */
  readonly countedBy: readonly string[];
}

interface LoggedRule {
  readonly ruleId?: string;
  readonly action?: string;
}

/** The fields of a WAF log record that are read here (AWS WAF guide, "Log fields for web ACL traffic"). */
interface LogRecord {
  readonly timestamp?: number;
  readonly action?: string;
  readonly terminatingRuleId?: string;
  readonly nonTerminatingMatchingRules?: readonly LoggedRule[];
  readonly ruleGroupList?: readonly { readonly ruleGroupId?: string; readonly terminatingRule?: LoggedRule | null }[];
  readonly httpRequest?: { readonly clientIp?: string; readonly httpMethod?: string; readonly uri?: string };
}

/** @returns undefined for a record that met no rule which blocks, and for what is no record */
export function readLogRecord(text: string): Finding | undefined {
  const record = parse(text);
  if (record?.timestamp === undefined || record.httpRequest === undefined) return undefined;
  const { clientIp = '', httpMethod = '', uri = '' } = record.httpRequest;
  const counted = (record.nonTerminatingMatchingRules ?? []).filter(({ action }) => action === 'COUNT').map(({ ruleId = '' }) => ruleId);
  return toFinding(
    { at: record.timestamp, address: clientIp, method: httpMethod, path: uri },
    record.action === 'BLOCK' ? withGroupRule(record.terminatingRuleId ?? '', record) : undefined,
    counted.map((rule) => withGroupRule(rule, record)),
  );
}

function parse(text: string): LogRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A group that counts is one rule to the web ACL; which of its rules it was stands in the list of groups (`AWS#Group`, `AWS#Group#Version`). */
function withGroupRule(rule: string, { ruleGroupList = [] }: LogRecord): string {
  const group = ruleGroupList.find(({ ruleGroupId }) => ruleGroupId?.split('#')[1] === rule);
  const inner = group?.terminatingRule?.ruleId;
  return inner === undefined ? rule : `${rule}/${inner}`;
}

/** An entry of the console's `/api/waf`: one for each rule that counted, then one for the end of the evaluation. */
export interface LocalDecision {
  readonly viewer: string;
  readonly rule: string;
  readonly action: string;
  readonly method: string;
  readonly path: string;
  readonly at: string;
}

/** @param decisions newest first, as the console has them */
export function readLocalDecisions(decisions: readonly LocalDecision[]): Finding[] {
  const findings: Finding[] = [];
  let counted: string[] = [];
  for (const { viewer, rule, action, method, path, at } of decisions.toReversed()) {
    if (action === 'COUNT') {
      counted.push(rule);
      continue;
    }
    const request = { at: Date.parse(at), address: viewer, method, path };
    const finding = toFinding(request, action === 'ALLOW' ? undefined : rule, counted);
    if (finding !== undefined) findings.push(finding);
    counted = [];
  }
  return findings;
}

function toFinding(
  request: Omit<Finding, 'blockedBy' | 'countedBy'>,
  blockedBy: string | undefined,
  counted: readonly string[],
): Finding | undefined {
  // Rules that only mark requests refuse nobody in any mode.
  const countedBy = counted.filter((rule) => !isLabelRule(rule));
  if (blockedBy === undefined && countedBy.length === 0) return undefined;
  return { ...request, ...(blockedBy !== undefined && { blockedBy }), countedBy };
}
