/** Reports for a terminal. What strangers wrote is shown as it is, but for what would steer the terminal or turn its lines around. */
import type { ReportSummary, ReportView } from '../../contract/report-schemas.ts';

const steering = /[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

export function harmless(text: string): string {
  return text.replace(steering, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

export function describeSummary(report: ReportSummary): string {
  const { id, title, state, severity, owner, receivedAt, answerDueAt, decisionDueAt, duplicateOf } = report;
  const due = [
    ...(answerDueAt === null ? [] : [`answer due ${answerDueAt}`]),
    ...(decisionDueAt === null ? [] : [`decision due ${decisionDueAt}`]),
    ...(duplicateOf === null ? [] : [`of ${duplicateOf}`]),
  ];
  return `${id}  ${[state, severity ?? 'not judged', owner ?? 'nobody’s', `received ${receivedAt}`, ...due].join(', ')}: ${harmless(title)}`;
}

export function describeReport(report: ReportView): string {
  const { asset, weakness, cvss, contact, credit, wantsDisclosure, steps, impact, messages, notes } = report;
  const indented = (text: string) => harmless(text).replace(/^/gm, '    ');
  const facts: [string, string | null][] = [
    ['asset', asset],
    ['weakness', weakness],
    ['CVSS 4.0', cvss && `${cvss.score} (${cvss.severity}) ${cvss.vector}`],
    ['contact', contact],
    ['credit', credit],
    ['wishes it published', wantsDisclosure ? 'yes' : null],
  ];
  return [
    describeSummary(report),
    ...facts.flatMap(([name, value]) => (value === null ? [] : [`  ${name}: ${harmless(value)}`])),
    '  steps:',
    indented(steps),
    '  impact:',
    indented(impact),
    ...messages.flatMap(({ at, from, author, text }) => [`  ${at} ${author ?? from}:`, indented(text)]),
    ...notes.flatMap(({ at, author, text }) => [`  ${at} ${author}, for staff:`, indented(text)]),
  ].join('\n');
}
