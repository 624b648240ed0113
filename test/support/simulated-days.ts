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
  const identities = new Map<string, MetricIdentity>();
  for (const resource of assembly.ofType('AWS::CloudWatch::Alarm')) {
    for (const metric of compileAlarm(resource).metrics) identities.set(JSON.stringify(metric), metric);
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
      for (const metric of identities.values()) write(metric, now, (value) => metrics.put(metric, value));
    },
    log: () => {},
  });
  for (let hour = 0; hour < minutes / 60; hour += 1) await alarms.advance(Math.min(60, minutes - hour * 60) * 60);
  alarms.stop();
  return notices;
}

/** Counts are whole: a share of few requests is now none, now one. */
function write({ namespace, name, dimensions }: MetricIdentity, minute: SimulatedMinute, put: (value: number) => void): void {
  const { requests, failing = 0, crashing = 0, slow = 0, canary } = minute;
  if (namespace === 'Portiere' && name.startsWith('Slo/')) {
    const count = requests[(dimensions.Slo ?? 'everything') as keyof typeof requests];
    const answered = Math.round(count * (1 - crashing));
    if (answered === 0) return;
    put({ 'Slo/Requests': answered, 'Slo/Failed': Math.round(count * failing), 'Slo/Slow': Math.round(count * slow) }[name] ?? 0);
  } else if (name === 'Canary/Runs') {
    if (canary) put(1);
  } else if (name === 'Canary/Failed') {
    if (canary) put(canary.includes(String(dimensions.Component)) ? 1 : 0);
  } else if (['Status/Published', 'OriginSecret/Age', 'Blocklist/Fill'].includes(name)) {
    // What the clock runs speaks in every quiet minute.
    put(1);
  } else if (namespace === 'AWS/Lambda') {
    const isSession = String(dimensions.FunctionName).includes('Session');
    const isPassword = String(dimensions.FunctionName).includes('Password');
    const count = isSession ? requests['session-check'] : isPassword ? requests['sign-in'] : 0;
    put({ Invocations: Math.max(1, count), Errors: Math.round(count * crashing), Throttles: 0, Duration: 120 }[name] ?? 0);
  } else if (namespace === 'AWS/ApiGateway') {
    put(name === '5xx' ? Math.round(requests.everything * (failing + crashing)) : 150);
  } else if (namespace === 'AWS/CloudFront') {
    put(100 * (failing + crashing));
  }
}
