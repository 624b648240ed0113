/**
 * Days of a service, lived through minute by minute by the alarms of the synthesized templates: metrics are written as the services
 * and our functions would write them, without a request being made.
 */
import { compileAlarm } from '../../local/alarms/alarm.ts';
import { startAlarms } from '../../local/alarms/alarms.ts';
import { createMetrics, type MetricIdentity } from '../../local/alarms/metrics.ts';
import { readAssembly } from '../../local/assembly/read-assembly.ts';
import { createClock } from '../../local/clock.ts';
import { openState } from '../../local/state.ts';
import { sharedAssembly } from './shared-assembly.ts';

/** What happens in one minute. Counts of requests by objective; `everything` holds all of them. */
export interface SimulatedMinute {
  readonly requests: Readonly<Record<'sign-in' | 'session-check' | 'everything', number>>;
  /** Share answered by 5xx. */
  readonly failing?: number;
  /** Share that the function could not answer. */
  readonly crashing?: number;
  /** Share answered too late. */
  readonly slow?: number;
  /** Components in which the canary failed; undefined: it did not run. */
  readonly canary?: readonly string[] | undefined;
}

export interface Notice {
  readonly alarm: string;
  readonly state: string;
  readonly isPage: boolean;
  /** The minute of the simulation at whose end it was sent. */
  readonly minute: number;
}

/** The same numbers every time: a test that fails once in a while proves nothing. */
export function createNoise(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export async function simulate(minutes: number, live: (minute: number) => SimulatedMinute): Promise<readonly Notice[]> {
  const assembly = readAssembly(await sharedAssembly(), {
    account: '000000000000',
    region: 'eu-south-1',
    distributionDomains: ['localhost:8443'],
  });
  const clock = createClock(openState(':memory:'));
  const metrics = createMetrics(clock.now, 4 * 24 * 3600);
  const writers = new Map<string, (now: SimulatedMinute) => void>();
  for (const resource of assembly.ofType('AWS::CloudWatch::Alarm')) {
    for (const metric of compileAlarm(resource).metrics)
      writers.set(
        JSON.stringify(metric),
        writerOf(metric, (value) => metrics.put(metric, value)),
      );
  }
  const notices: Notice[] = [];
  let minute = 0;
  const alarms = startAlarms({
    assembly,
    clock,
    metrics,
    topics: {
      publish: async (topic, { message }) => {
        const { AlarmName, NewStateValue } = JSON.parse(message) as Record<string, string>;
        notices.push({
          alarm: String(AlarmName),
          state: String(NewStateValue),
          isPage: /page/i.test(topic),
          // The newest has only been written: it is judged when it is over.
          minute: minute - 2,
        });
      },
    },
    sample: () => {
      const now = live(minute);
      minute += 1;
      for (const write of writers.values()) write(now);
    },
    log: () => {},
  });
  for (let hour = 0; hour < minutes / 60; hour += 1) await alarms.advance(Math.min(60, minutes - hour * 60) * 60);
  alarms.stop();
  return notices;
}

/** Counts are whole: a share of few requests is now none, now one. What a metric is, is read once, and not in each of a day's minutes. */
function writerOf({ namespace, name, dimensions }: MetricIdentity, put: (value: number) => void): (minute: SimulatedMinute) => void {
  if (namespace === 'Portiere' && name.startsWith('Slo/')) {
    const slo = (dimensions.Slo ?? 'everything') as keyof SimulatedMinute['requests'];
    const counted: Record<string, (count: number, minute: SimulatedMinute) => number> = {
      'Slo/Requests': (count, { crashing = 0 }) => Math.round(count * (1 - crashing)),
      'Slo/Failed': (count, { failing = 0 }) => Math.round(count * failing),
      'Slo/Slow': (count, { slow = 0 }) => Math.round(count * slow),
    };
    const value = counted[name] ?? (() => 0);
    return (minute) => {
      const { [slo]: count } = minute.requests;
      if (Math.round(count * (1 - (minute.crashing ?? 0))) > 0) put(value(count, minute));
    };
  }
  if (name === 'Canary/Runs') return ({ canary }) => canary && put(1);
  if (name === 'Canary/Failed') {
    const component = String(dimensions.Component);
    return ({ canary }) => canary && put(canary.includes(component) ? 1 : 0);
  }
  // What the clock runs speaks in every quiet minute.
  if (['Status/Published', 'OriginSecret/Age', 'Blocklist/Fill'].includes(name)) return () => put(1);
  if (namespace === 'AWS/Lambda') {
    const isSession = String(dimensions.FunctionName).includes('Session');
    const isPassword = String(dimensions.FunctionName).includes('Password');
    const counted: Record<string, (count: number, crashing: number) => number> = {
      Invocations: (count) => Math.max(1, count),
      Errors: (count, crashing) => Math.round(count * crashing),
      Duration: () => 120,
    };
    const value = counted[name] ?? (() => 0);
    return ({ requests, crashing = 0 }) =>
      put(value(isSession ? requests['session-check'] : isPassword ? requests['sign-in'] : 0, crashing));
  }
  if (namespace === 'AWS/ApiGateway') {
    return ({ requests, failing = 0, crashing = 0 }) => put(name === '5xx' ? Math.round(requests.everything * (failing + crashing)) : 150);
  }
  if (namespace === 'AWS/CloudFront') return ({ failing = 0, crashing = 0 }) => put(100 * (failing + crashing));
  return () => {};
}
