/**
 * AWS::Events::Rule with a rate: calls its targets by the system's clock. A clock that jumps over several due times makes one
 * call, as a run that is late would find everything due at once; nor does a rule call again while its last call is under way.
 */
import { randomUUID } from 'node:crypto';
import type { Assembly, Resource } from '../assembly/model.ts';
import type { LocalClock } from '../clock.ts';
import type { State } from '../state.ts';
import { isAboutStacks } from './deployments.ts';
import type { Functions } from './functions.ts';

export interface Schedules {
  /** While it is paused the clock moves and nothing is called; what was due by then is called at the first tick afterwards. */
  pause(isPaused: boolean): void;
  /** Resolves when the calls under way have ended. */
  settled(): Promise<void>;
  /** Calls nothing more, and waits for the calls under way. */
  stop(): Promise<void>;
}

export interface SchedulesOptions {
  readonly assembly: Assembly;
  readonly functions: Pick<Functions, 'invoke' | 'resolve'>;
  readonly state: State;
  readonly clock: LocalClock;
  readonly log: (line: string) => void;
}

interface Schedule {
  readonly arn: string;
  readonly everyMilliseconds: number;
  /** What each is called with: the target's own constant input, or else the clock's event. */
  readonly targets: readonly { readonly arn: string; readonly input?: string }[];
}

const tickMilliseconds = 1000;
const unitSeconds: Readonly<Record<string, number>> = { minute: 60, hour: 3600, day: 86_400 };

/** @throws Error naming a rule whose target is no function of the assembly */
export function startSchedules({ assembly, functions, state, clock, log }: SchedulesOptions): Schedules {
  /** When a rule is due next, over restarts: a system that is started often must not be one whose clock never strikes. */
  const due = state.collection<number>('schedules');
  const underWay = new Map<string, Promise<unknown>>();
  const schedules = assembly.ofType('AWS::Events::Rule').flatMap((rule) => {
    const schedule = readSchedule(rule);
    if (schedule === undefined && !isAboutStacks(rule)) log(`the rule ${rule.logicalId} has no rate: it is not run here`);
    for (const { arn } of schedule?.targets ?? []) functions.resolve(arn);
    return schedule ?? [];
  });

  function call({ arn, targets }: Schedule, at: number): void {
    const event = {
      version: '0',
      id: randomUUID(),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: assembly.account,
      time: new Date(at).toISOString().replace(/\.\d+Z$/, 'Z'),
      region: assembly.region,
      resources: [arn],
      detail: {},
    };
    const calls = targets.map((target) =>
      functions
        .invoke(target.arn, target.input ?? JSON.stringify(event))
        .catch((error: unknown) => log(`the rule ${arn}: ${(error as Error).message}`)),
    );
    underWay.set(
      arn,
      Promise.all(calls).finally(() => underWay.delete(arn)),
    );
  }

  let paused = false;
  function strike(): void {
    if (paused) return;
    const now = clock.now();
    for (const schedule of schedules) {
      const next = due.get(schedule.arn);
      // Due still at the next tick, when the call under way is over.
      if ((next !== undefined && next > now) || underWay.has(schedule.arn)) continue;
      due.put(schedule.arn, now + schedule.everyMilliseconds);
      // A new rule counts from its creation.
      if (next !== undefined) call(schedule, now);
    }
  }

  strike();
  const timer = setInterval(strike, tickMilliseconds);
  clock.onAdvance(strike);
  return {
    pause(isPaused) {
      paused = isPaused;
    },
    async settled() {
      await Promise.allSettled(underWay.values());
    },
    async stop() {
      clearInterval(timer);
      await Promise.allSettled(underWay.values());
    },
  };
}

function readSchedule({ attributes, properties }: Resource): Schedule | undefined {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(String(properties.ScheduleExpression)) ?? [];
  if (properties.State === 'DISABLED' || count === undefined) return undefined;
  return {
    arn: String(attributes.Arn),
    everyMilliseconds: Number(count) * (unitSeconds[unit] as number) * 1000,
    targets: ((properties.Targets ?? []) as { Arn: string; Input?: string }[]).map(({ Arn, Input }) => ({
      arn: Arn,
      ...(Input === undefined ? {} : { input: Input }),
    })),
  };
}
