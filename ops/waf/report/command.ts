/** `waf report`: which requests were refused, or would have been where rules only count. */
import { askConsole } from '../../access.ts';
import { type Command, OperatorError } from '../../command.ts';
import { onDeployment, readArguments } from '../../parse-options.ts';
import { type LocalDecision, readLocalDecisions } from './findings.ts';
import { type Share, Summariser, type Summary } from './summarise.ts';

const help = `npm run ops -- waf report [--hours N] [options]

Says which requests the web ACL refused, and which it would have refused where a rule, a managed group or the whole
firewall only counts: by rule, with the addresses and paths behind it. Reads the log group of the web ACL in us-east-1.

  --hours N    the last N hours; 24 if absent, 720 at most
  --top N      addresses and paths that are named for each rule; 5 if absent
  --local      of the local system (found by CONSOLE_PORT): its last 1,000 decisions
  --json       for machines: one object
  --help       this

A request that several rules would have refused counts once in the first line, and under each of them below it. What a
rule counts after AWS blocked the request for another reason is in neither.`;

const localDecisionsKept = 1000;

interface Options {
  readonly hours: number;
  readonly top: number;
  readonly isLocal: boolean;
  readonly json: boolean;
}

export interface Report extends Summary {
  readonly from: string;
  readonly until: string;
  /** False when there is more in that time than was read. */
  readonly isComplete: boolean;
}

export const reportCommand: Command = {
  async run(parameters, output) {
    const options = readOptions(parameters);
    if (options === undefined) return output.print(help);
    const report = options.isLocal ? await reportLocally(options) : await reportFromLog(options);
    if (options.json) return output.print(JSON.stringify(report));
    for (const line of describe(report)) output.print(line);
  },
};

async function reportFromLog({ hours, top }: Options): Promise<Report> {
  const { readLog } = await import('./read-log.ts');
  const until = Date.now();
  const from = until - hours * 3_600_000;
  const summariser = new Summariser(top);
  const isComplete = await readLog(from, until, (finding) => summariser.add(finding));
  return { from: instant(from), until: instant(until), isComplete, ...summariser.summary() };
}

async function reportLocally({ hours, top }: Options): Promise<Report> {
  const [{ now }, decisions] = await Promise.all([
    askConsole<{ now: string }>('/api/clock'),
    askConsole<readonly LocalDecision[]>('/api/waf'),
  ]);
  const until = Date.parse(now);
  const from = until - hours * 3_600_000;
  const summariser = new Summariser(top);
  for (const finding of readLocalDecisions(decisions)) if (finding.at >= from) summariser.add(finding);
  const isComplete = decisions.length < localDecisionsKept || Date.parse(decisions.at(-1)?.at ?? now) < from;
  return { from: instant(from), until: now, isComplete, ...summariser.summary() };
}

function describe({ from, until, isComplete, blocked, wouldHaveBlocked, rules }: Report): string[] {
  return [
    `${from} to ${until}: ${blocked} requests blocked, ${wouldHaveBlocked} would have been${isComplete ? '' : ' (there is more in that time than was read)'}`,
    ...rules.flatMap((rule) => [
      '',
      `${printable(rule.rule)}  blocked ${rule.blocked}, would have blocked ${rule.wouldHaveBlocked}`,
      ...describeShares('from', rule.addresses, rule.addressCount),
      ...describeShares('for', rule.paths, rule.pathCount),
    ]),
  ];
}

function describeShares(word: string, shares: readonly Share[], count: number): string[] {
  const lines = shares.map(({ value, requests }) => `  ${word.padEnd(5)} ${String(requests).padStart(7)}  ${printable(value)}`);
  return count > shares.length ? [...lines, `  ${word.padEnd(5)} ${count - shares.length} more`] : lines;
}

/** Paths are whatever somebody sent: nothing in them may speak to the operator's terminal. */
function printable(text: string): string {
  const shown = text.length > 120 ? `${text.slice(0, 117)}...` : text;
  return shown.replace(/[^\x20-\x7e]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const options = { hours: { type: 'string' }, top: { type: 'string' }, ...onDeployment } as const;

function readOptions(parameters: readonly string[]): Options | undefined {
  const { values } = readArguments(parameters, options, 'waf report');
  if (values.help) return undefined;
  return {
    hours: readNumber('--hours', values.hours ?? '24', 720),
    top: readNumber('--top', values.top ?? '5', 100),
    isLocal: values.local ?? false,
    json: values.json ?? false,
  };
}

function readNumber(option: string, text: string, most: number): number {
  const number = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > most) throw new OperatorError(`${option} ${JSON.stringify(text)} is no whole number from 1 to ${most}.`);
  return number;
}

function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
