/**
 * All alarms of the assembly: evaluated every minute of the system's clock, those of high resolution every ten seconds, their
 * changes published to their topics.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Assembly, Resource } from '../assembly/model.ts';
import type { LocalClock } from '../clock.ts';
import type { LocalServices } from '../services/model.ts';
import { type AlarmState, type AlarmVerdict, type CompiledAlarm, compileAlarm } from './alarm.ts';
import { compileAlarmRule } from './composite.ts';
import type { MetricIdentity, Metrics } from './metrics.ts';
import { wordChange } from './wording.ts';

export interface AlarmStatus {
  readonly name: string;
  readonly description: string;
  readonly state: AlarmState;
  readonly reason: string;
  /** ISO 8601, by the system's clock. */
  readonly changedAt: string;
}

export interface Alarms {
  list(): AlarmStatus[];
  /**
   * Puts an alarm into a state, as `SetAlarmState` does; the next evaluation may take it out again.
   *
   * @throws RangeError for an alarm that there isn't
   */
  set(name: string, state: AlarmState, reason: string): Promise<void>;
  /** Moves the system's clock, a minute at a time so that every alarm sees the time pass. */
  advance(seconds: number): Promise<void>;
  stop(): void;
}

export interface AlarmsOptions {
  readonly assembly: Assembly;
  readonly clock: LocalClock;
  readonly metrics: Metrics;
  readonly topics: Pick<LocalServices['topics'], 'publish'>;
  /** Takes the gauges (queue depths) once a minute, before the evaluation. */
  readonly sample: () => void;
  /** Whether the schedules let the next moves of the clock pass. */
  readonly pauseSchedules?: (isPaused: boolean) => void;
  /** Resolves when what the clock has started is over. */
  readonly settled?: () => Promise<void>;
  /** Ends when what was published has been dealt with, or after some seconds. */
  readonly settle?: () => Promise<void>;
  readonly log: (line: string) => void;
}

interface Entry {
  readonly resource: Resource;
  /** Of a metric alarm. */
  readonly compiled?: CompiledAlarm;
  /** The last evaluation found no value at all: the next one will say the same, until there is one. */
  isSilent?: boolean;
  readonly evaluate: (at: number, current: AlarmState) => AlarmVerdict;
  /** Since the last change of state. */
  status: AlarmStatus;
  /** What the last evaluation said; undefined before the first. */
  latest?: AlarmVerdict;
}

const minute = 60_000;
const tick = 10_000;
const daySeconds = 24 * 3600;
/** In a jump of the clock up to here what runs by the clock runs in each of its minutes; in a longer one the machine sleeps. */
const livedThroughSeconds = 180;
/** So often, at most, the schedules strike in a longer jump: a day of a canary's minutes is no answer to "a day later". */
const strikesInLongJump = 2;
/** In a jump over hours nothing happens between the strikes: its beginning and its end go by the minute, what lies between in strides. */
const byTheMinuteSeconds = { always: 2 * 3600, first: 600, last: 1800 } as const;
const strideSeconds = 900;
const longestSettlingMilliseconds = 20_000;
const notEvaluated = 'Not evaluated yet.';

/** @returns how far the clock moves next in a jump of which that much is left: in minutes where alarms should see the time pass */
function stepOf(jumpSeconds: number, leftSeconds: number): number {
  const { always, first, last } = byTheMinuteSeconds;
  // No alarm looks back further than a day.
  if (leftSeconds > daySeconds) return Math.min(leftSeconds - daySeconds, daySeconds);
  const isStriding = jumpSeconds > always && jumpSeconds - leftSeconds >= first && leftSeconds > last;
  return isStriding ? Math.min(leftSeconds - last, strideSeconds) : Math.min(leftSeconds, 60);
}

/** Seconds of history that the alarms of the assembly look at. */
export function longestAlarmWindowSeconds(assembly: Assembly): number {
  return Math.max(0, ...assembly.ofType('AWS::CloudWatch::Alarm').map((resource) => compileAlarm(resource).windowSeconds));
}

/** Alarms on metrics that nothing in the local system reports, by name. */
export function findUnfedAlarms(assembly: Assembly, isReported: (metric: MetricIdentity) => boolean): string[] {
  return assembly
    .ofType('AWS::CloudWatch::Alarm')
    .map(compileAlarm)
    .filter(({ metrics }) => !metrics.some(isReported))
    .map(({ name }) => name);
}

export function startAlarms({
  assembly,
  clock,
  metrics,
  topics,
  sample,
  pauseSchedules,
  settled,
  settle = async () => {},
  log,
}: AlarmsOptions): Alarms {
  const entries = new Map<string, Entry>();
  const underWay = new Set<Promise<void>>();
  const began = new Date(clock.now()).toISOString();
  /** Before that nobody was there to write anything: silence then is no news. */
  let awakeSince = clock.now();

  function add(resource: Resource, evaluate: Entry['evaluate'], compiled?: CompiledAlarm): void {
    const status: AlarmStatus = {
      name: resource.ref,
      description: String(resource.properties.AlarmDescription ?? ''),
      state: 'INSUFFICIENT_DATA',
      reason: notEvaluated,
      changedAt: began,
    };
    entries.set(resource.ref, { resource, evaluate, status, ...(compiled ? { compiled } : {}) });
  }

  for (const resource of assembly.ofType('AWS::CloudWatch::Alarm')) {
    const alarm: CompiledAlarm = compileAlarm(resource);
    add(resource, (at, current) => alarm.evaluate(metrics, at, current), alarm);
  }
  for (const resource of assembly.ofType('AWS::CloudWatch::CompositeAlarm')) {
    const rule = String(resource.properties.AlarmRule);
    const holds = compileAlarmRule(rule);
    const stateOf = (reference: string) => {
      const entry = entries.get(reference) ?? entries.get(assembly.find(reference)?.ref ?? '');
      if (entry === undefined) throw new Error(`the alarm rule of ${resource.ref} names ${reference}, which does not exist`);
      return entry.status.state;
    };
    add(resource, () => ({ state: holds(stateOf) ? 'ALARM' : 'OK', reason: `The rule ${rule} was evaluated.` }));
  }

  function change(entry: Entry, verdict: AlarmVerdict, at: number): void {
    const before = entry.status;
    entry.status = { ...before, ...verdict, changedAt: new Date(at).toISOString() };
    const { properties } = entry.resource;
    // Where every alarm starts: a phone that rings "OK" at each start-up would soon be silenced.
    if (entry.latest === undefined && verdict.state !== 'ALARM') return;
    if (properties.ActionsEnabled === false) return;
    const actions = { ALARM: properties.AlarmActions, OK: properties.OKActions, INSUFFICIENT_DATA: properties.InsufficientDataActions }[
      verdict.state
    ];
    for (const action of (actions ?? []) as string[]) {
      if (!action.includes(':sns:')) continue;
      const arn = String(entry.resource.attributes.Arn);
      const notification = wordChange({
        name: before.name,
        arn,
        description: before.description,
        account: assembly.account,
        region: assembly.region,
        before: before.state,
        state: verdict.state,
        reason: verdict.reason,
        at,
      });
      const publication = topics
        .publish(action, notification, 'cloudwatch.amazonaws.com', arn)
        .catch((error: unknown) => log(`the alarm ${before.name} could not reach ${action}: ${(error as Error).message}`))
        .finally(() => underWay.delete(publication));
      underWay.add(publication);
    }
  }

  function evaluate(entry: Entry, at: number): void {
    const { compiled } = entry;
    if (compiled?.expectsData && at - compiled.windowSeconds * 1000 < awakeSince) return;
    if (compiled !== undefined) {
      const isSilent = !compiled.metrics.some((metric) => metrics.latest(metric) >= at - compiled.windowSeconds * 1000);
      // Most alarms look at what hardly ever happens.
      if (isSilent && entry.isSilent && entry.latest?.state === entry.status.state) return;
      entry.isSilent = isSilent;
    }
    const verdict = entry.evaluate(at, entry.status.state);
    if (verdict.state !== entry.status.state) change(entry, verdict, at);
    entry.latest = verdict;
  }

  let evaluated = Math.floor(clock.now() / tick) * tick;
  function catchUp(): void {
    const latest = Math.floor(clock.now() / tick) * tick;
    while (evaluated < latest) {
      evaluated += tick;
      const isFullMinute = evaluated % minute === 0;
      if (isFullMinute) sample();
      for (const entry of entries.values()) {
        if (isFullMinute || (entry.compiled?.periodSeconds ?? 60) < 60) evaluate(entry, evaluated);
      }
    }
  }

  const timer = setInterval(catchUp, 1000);

  return {
    list: () => [...entries.values()].map(({ status, latest }) => (latest === undefined ? status : { ...status, reason: latest.reason })),
    async set(name, state, reason) {
      const entry = entries.get(name);
      if (entry === undefined) throw new RangeError(`there is no alarm ${JSON.stringify(name)}`);
      // Set by hand it is news even where nothing was evaluated yet.
      entry.latest = { state, reason };
      entry.isSilent = false;
      if (entry.status.state !== state) change(entry, { state, reason }, clock.now());
      await Promise.all(underWay);
    },
    async advance(seconds) {
      let left = seconds;
      const strikeEvery = seconds <= livedThroughSeconds ? 0 : seconds / strikesInLongJump;
      let sinceStrike = 0;
      while (left > 0) {
        const step = stepOf(seconds, left);
        left -= step;
        sinceStrike += step;
        const isStriking = left <= 0 || sinceStrike >= strikeEvery;
        if (isStriking) sinceStrike = 0;
        pauseSchedules?.(!isStriking);
        clock.advance(step);
        // Queues wake and messages move before the minute is judged.
        await new Promise((resolve) => setImmediate(resolve));
        if (seconds <= livedThroughSeconds) await Promise.race([settled?.(), wait(longestSettlingMilliseconds, undefined, { ref: false })]);
        else awakeSince = clock.now();
        if (step > 60) evaluated = Math.floor(clock.now() / minute) * minute - minute;
        catchUp();
        // A page carries the minute in which its alarm rang, and reaches the phone before the next one.
        if (underWay.size > 0) {
          await Promise.all(underWay);
          await settle();
        }
      }
    },
    stop: () => clearInterval(timer),
  };
}
