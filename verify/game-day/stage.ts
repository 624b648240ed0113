/** One drill under way: a fault, the clock, and what is seen meanwhile. */
import { readAlarmName } from '../../contract/alarms.ts';
import type { Customer } from './customer.ts';
import type { Verdict } from './expectations.ts';
import { type DrillRecord, recordMoments } from './report.ts';
import type { DrillSystem } from './system.ts';
import { Timeline } from './timeline.ts';

export interface Drill {
  readonly name: string;
  /** As people say it. */
  readonly fault: string;
  run(stage: Stage): Promise<readonly Verdict[]>;
}

export class Stage {
  readonly system: DrillSystem;
  readonly customer: Customer;
  readonly timeline: Timeline;

  constructor(system: DrillSystem, customer: Customer, timeline: Timeline) {
    this.system = system;
    this.customer = customer;
    this.timeline = timeline;
  }

  async inject(service: string, mode: 'error' | 'deny'): Promise<void> {
    await this.system.inject(service, mode);
    this.timeline.add('fault', service, mode === 'deny' ? 'denies' : 'fails', this.timeline.began);
  }

  async lift(): Promise<void> {
    await this.system.lift();
    this.timeline.add('recovery', 'the fault', 'is lifted', await this.system.now());
  }

  /** What somebody met who used the service meanwhile. */
  async note(what: string, state: string): Promise<void> {
    this.timeline.add('service', what, state, await this.system.now());
  }

  /** Lets time pass and looks, until it has come about or the time is over. */
  async watch(
    options: { readonly steps: number; readonly seconds: number; readonly use?: () => Promise<unknown> },
    isSeen: () => boolean,
  ): Promise<void> {
    for (let step = 0; step < options.steps && !isSeen(); step++) {
      await options.use?.();
      await this.look(options.seconds);
    }
  }

  async look(seconds: number): Promise<void> {
    await this.system.advance(seconds);
    this.timeline.observe(await this.system.observe());
  }

  /** Of those that this drill set off and that wake somebody. */
  ringing(): string[] {
    const rang = this.timeline.moments.filter(({ kind, state }) => kind === 'alarm' && state === 'ALARM').map(({ subject }) => subject);
    return rang.filter((name) => readAlarmName(name)?.definition.severity === 'page' && !this.timeline.has('alarm', name, 'OK'));
  }

  /** Until nothing rings and every component is operational, or the steps are over. */
  async recover(steps: number): Promise<void> {
    await this.watch({ steps, seconds: 60 }, () => this.ringing().length === 0 && this.suffering().length === 0);
  }

  suffering(): string[] {
    const last = new Map<string, string>();
    for (const { kind, subject, state } of this.timeline.moments) if (kind === 'component') last.set(subject, state);
    return [...last].filter(([, state]) => state !== 'operational').map(([id]) => id);
  }

  /** When the canary first failed in this drill, by the function's own clock. */
  async canaryFailedAt(): Promise<number | undefined> {
    const lines = await this.system.read<{ at: string; text: string }[]>('/api/logs?function=canary');
    const failed = lines.filter(({ text }) => text.includes('canary.failed')).map(({ at }) => Date.parse(at));
    const own = failed.filter((at) => at >= this.timeline.began);
    return own.length === 0 ? undefined : Math.min(...own);
  }
}

/** One that is watched still would take in what the next drill does: each has its own. */
async function endIncidents(system: DrillSystem): Promise<void> {
  for (let tries = 0; tries < 4; tries++) {
    const { incidents } = (await system.observe()).summary;
    if (incidents.every(({ status }) => status === 'resolved')) return;
    await system.pass(tries === 0 ? 15 : 1);
  }
}

/** @throws what the drill throws: it has not seen what it must see */
export async function runDrill(system: DrillSystem, customer: Customer, drill: Drill): Promise<DrillRecord> {
  await endIncidents(system);
  const timeline = new Timeline(await system.observe());
  const stage = new Stage(system, customer, timeline);
  let verdicts: readonly Verdict[];
  try {
    verdicts = await drill.run(stage);
  } finally {
    await system.lift();
  }
  return { name: drill.name, fault: drill.fault, verdicts, timeline: recordMoments(timeline.moments, timeline.began) };
}
