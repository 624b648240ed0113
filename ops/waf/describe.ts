/** An explanation as lines for a person. */
import path from 'node:path';
import type { Decision, RuleTrace, StatementTrace } from '../../waf/index.ts';
import type { Answer, Run } from './explain.ts';

export function describeExplanation(answer: Answer): string[] {
  const { firewall, request, count, before, trace, decision } = answer;
  const { webAcl, directory, synthesizedAt, sizes } = firewall;
  const target = request.query === '' ? request.path : `${request.path}?${request.query}`;
  const times = count === 1 ? '' : `, request ${count} of as many at one instant`;
  const from = path.relative(process.cwd(), directory) || '.';
  return [
    `${printable(request.method)} ${printable(target)} from ${request.sourceAddress}${times}`,
    `Web ACL ${webAcl.name} from ${from}, synthesized ${synthesizedAt.toISOString()}`,
    `IP sets: ${listSizes(sizes)}`,
    '',
    ...trace.flatMap((rule) => describeRule(rule, 0)),
    '',
    ...before.map(describeRun),
    describeDecision(decision),
  ];
}

/** What a terminal would act upon is escaped: requests hold what others chose. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (character) => JSON.stringify(character).slice(1, -1)).replace(/[^\x20-\x7e]/g, '?');
}

function listSizes(sizes: Readonly<Record<string, number>>): string {
  const sets = Object.entries(sizes).map(([name, size]) => `${name} ${size === 0 ? 'empty' : size}`);
  return sets.length === 0 ? 'none' : sets.join(', ');
}

function describeRule(rule: RuleTrace, depth: number): string[] {
  const indent = '    '.repeat(depth);
  const action = rule.action ?? (rule.isOverriddenToCount ? 'counts only' : '');
  const doubt = rule.notEvaluated === undefined ? '' : `: ${rule.notEvaluated}`;
  const head = `${indent}${String(rule.priority).padStart(3)}  ${rule.name}${action === '' ? '' : ` (${action})`}: ${rule.outcome}${doubt}`;
  return [
    head,
    ...(rule.statement === undefined ? [] : describeStatement(rule.statement, `${indent}     `)),
    ...(rule.rules ?? []).flatMap((inner) => describeRule(inner, depth + 1)),
    ...(rule.labels.length === 0 ? [] : [`${indent}     adds the labels ${rule.labels.join(', ')}`]),
    ...rule.insertedHeaders.map(([name, value]) => `${indent}     adds the header ${name}: ${value}`),
  ];
}

const logic: Readonly<Record<string, string>> = { AndStatement: 'all of', OrStatement: 'one of', NotStatement: 'not' };
const marks = { matched: '+', 'not matched': '-', 'not evaluated': '?', 'not reached': ' ' } as const;

function describeStatement({ statement, outcome, asks, saw, parts }: StatementTrace, indent: string): string[] {
  const mark = marks[outcome];
  const behind = outcome === 'not reached' ? ' (not looked at)' : saw === undefined ? '' : ` <- ${saw.join(', ')}`;
  return [
    `${indent}${mark} ${asks ?? logic[statement] ?? statement}${behind}`,
    ...(parts ?? []).flatMap((part) => describeStatement(part, `${indent}  `)),
  ];
}

function describeRun({ from, to, action, rule }: Run): string {
  return `${from === to ? `Request ${from}` : `Requests ${from} to ${to}`}: ${action}${rule === undefined ? ' by default' : ` by ${rule}`}`;
}

function describeDecision({ action, rule, groupRule, response, notEvaluated }: Decision): string {
  const by = rule === undefined ? 'by default' : `by ${groupRule === undefined ? rule : `${rule}/${groupRule}`}`;
  const answered = response === undefined ? '' : `, answered ${response.status}`;
  const doubts = notEvaluated.filter(({ mayDecide }) => mayDecide).map((doubt) => doubt.rule);
  const unless = doubts.length === 0 ? '' : `, unless AWS decides otherwise by what is not evaluated here: ${doubts.join(', ')}`;
  return `${action} ${by}${answered}${unless}`;
}
