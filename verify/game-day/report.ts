/** A game day as it is printed, and as `docs/reports/` keeps it. Pure. */
import type { Verdict } from './expectations.ts';
import type { Moment, MomentKind } from './timeline.ts';

export interface DrillRecord {
  readonly name: string;
  readonly fault: string;
  readonly verdicts: readonly Verdict[];
  readonly timeline: readonly { readonly seconds: number; readonly kind: MomentKind; readonly what: string }[];
}

export interface GameDayReport {
  /** Day, by this machine's clock. */
  readonly date: string;
  readonly drills: readonly DrillRecord[];
}

export function recordMoments(moments: readonly Moment[], began: number): DrillRecord['timeline'] {
  return moments.map(({ at, kind, subject, state }) => ({
    seconds: Math.round((at - began) / 1000),
    kind,
    what: kind === 'phone' || kind === 'mailbox' ? subject : `${subject}: ${state}`,
  }));
}

export function misses({ drills }: Pick<GameDayReport, 'drills'>): string[] {
  return drills.flatMap(({ name, verdicts }) =>
    verdicts.filter(({ isMet }) => !isMet).map((verdict) => `${name}: ${verdict.name} (${verdict.seen})`),
  );
}

/** What is expected now and was not when the report was kept, and the other way round: then somebody looks, and keeps it anew. */
export function findChangedExpectations(kept: GameDayReport, now: Pick<GameDayReport, 'drills'>): string[] {
  const names = ({ drills }: Pick<GameDayReport, 'drills'>) =>
    drills.flatMap((drill) => drill.verdicts.map((verdict) => `${drill.name}: ${verdict.name}`));
  const [before, after] = [new Set(names(kept)), new Set(names(now))];
  return [
    ...[...after].filter((name) => !before.has(name)).map((name) => `new: ${name}`),
    ...[...before].filter((name) => !after.has(name)).map((name) => `gone: ${name}`),
  ];
}

const kinds: Readonly<Record<MomentKind, string>> = {
  fault: 'fault',
  alarm: 'alarm',
  mailbox: 'mailbox',
  phone: 'phone',
  incident: 'incident',
  component: 'status page',
  service: 'service',
  recovery: 'recovery',
};

export function printDrill({ name, fault, verdicts, timeline }: DrillRecord): string[] {
  return [
    `  ${name} (${fault})`,
    ...timeline.map(({ seconds, kind, what }) => `    ${clock(seconds)}  ${kinds[kind].padEnd(11)}  ${what}`),
    ...verdicts.map((verdict) => `    ${verdict.isMet ? 'met ' : 'MISS'}   ${verdict.name}: ${verdict.seen}`),
  ];
}

export function renderGameDay({ date, drills }: GameDayReport): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  return [
    '<!-- Written by `npm run verify -- --only "game day" --write-reports` from game-day.json. -->',
    '# Game day',
    '',
    `${drills.length} drills on the local system, ${date}: the synthesized alarms, topics and functions, whose clock and faults the drill moves.`,
    "Times are seconds of the system's clock since the fault was injected. What the phone shows is what a locked screen does.",
    '',
    ...drills.flatMap(({ name, fault, verdicts, timeline }) => [
      `## ${name}`,
      '',
      `Fault: ${fault}.`,
      '',
      '| expected | seen | |',
      '|---|---|---|',
      ...verdicts.map((verdict) => `| ${cell(verdict.name)} | ${cell(verdict.seen)} | ${verdict.isMet ? 'met' : '**missed**'} |`),
      '',
      '| after | where | what |',
      '|---|---|---|',
      ...timeline.map(({ seconds, kind, what }) => `| ${clock(seconds)} | ${kinds[kind]} | ${cell(what)} |`),
      '',
    ]),
  ].join('\n');
}

/** `+1:05`, minutes and seconds. */
function clock(seconds: number): string {
  const size = Math.abs(seconds);
  return `${seconds < 0 ? '-' : '+'}${Math.floor(size / 60)}:${String(size % 60).padStart(2, '0')}`;
}
