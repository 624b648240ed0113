/** What a drill must show. Each is judged on the timeline, and a miss has a name. Pure. */
import type { Timeline } from './timeline.ts';

export interface Verdict {
  readonly name: string;
  readonly isMet: boolean;
  /** What was seen, in a few words. */
  readonly seen: string;
}

/** By the system's clock, from the injection of the fault. */
export const limits = {
  phoneSeconds: 120,
  /** From the canary's first failed run. */
  canaryToPhoneSeconds: 60,
  /** Minutes are measured when they are over, and a page that flickers is believed by nobody: three bad ones of five. */
  componentWithoutIncidentSeconds: 8 * 60,
  componentByIncidentSeconds: 4 * 60,
  publishMilliseconds: 5000,
} as const;

/** With the function that writes to phones down: CloudWatch's own mail. */
export function expectMailbox(timeline: Timeline): Verdict {
  const seconds = timeline.secondsTo(timeline.find('mailbox', /^ALARM/));
  return judge(`a mailbox has it within ${limits.phoneSeconds} s, with no function of ours on the way`, seconds, limits.phoneSeconds);
}

export function expectPhone(timeline: Timeline, alarm: RegExp): Verdict {
  const rung = timeline.secondsTo(timeline.find('phone', new RegExp(`^PAGE (${alarm.source})`)));
  return judge(`the phone rings within ${limits.phoneSeconds} s, for ${alarm.source.replaceAll('|', ' or ')}`, rung, limits.phoneSeconds);
}

/** @param failedAt of the canary's first failed run, milliseconds by the system's clock */
export function expectCanary(timeline: Timeline, failedAt: number | undefined): Verdict {
  const rung = timeline.find('phone', /^PAGE Canary\/Failing /);
  const seconds = failedAt === undefined || rung === undefined ? undefined : Math.round((rung.at - failedAt) / 1000);
  return judge(
    `from the canary's failing run to the phone it takes under ${limits.canaryToPhoneSeconds} s`,
    seconds,
    limits.canaryToPhoneSeconds - 1,
  );
}

export function expectComponent(timeline: Timeline, component: string, withinSeconds: number): Verdict {
  const changed = timeline.moments.find(
    ({ kind, subject, state }) => kind === 'component' && subject === component && state !== 'operational',
  );
  const seconds = timeline.secondsTo(changed);
  const verdict = judge(`the status page shows it on "${component}" within ${withinSeconds / 60} minutes`, seconds, withinSeconds);
  return changed === undefined ? verdict : { ...verdict, seen: `${verdict.seen}, ${changed.state}` };
}

export function expectIncident(timeline: Timeline, name: RegExp, status: string): Verdict {
  const found = timeline.find('incident', name, status);
  const seconds = timeline.secondsTo(found);
  return {
    name: `an incident is ${status}: ${name.source}`,
    isMet: found !== undefined,
    seen: found === undefined ? 'there was none' : `"${found.subject}" after ${seconds} s`,
  };
}

/** Every alarm that rang is quiet again, the phone was told of each end, and every component stands as before. */
export function expectRecovery(timeline: Timeline, stillRinging: readonly string[]): Verdict {
  const isTold = timeline.has('phone', /^OVER /);
  const lastOf = new Map(timeline.moments.filter(({ kind }) => kind === 'component').map(({ subject, state }) => [subject, state]));
  const suffering = [...lastOf].filter(([, state]) => state !== 'operational').map(([id]) => id);
  const missing = [
    ...stillRinging.map((name) => `${name} rings`),
    ...(isTold ? [] : ['the phone was not told of an end']),
    ...suffering.map((id) => `${id} is not operational`),
  ];
  return {
    name: 'all is as before, and the phone says so',
    isMet: missing.length === 0,
    seen: missing.length === 0 ? 'so it is' : missing.join(', '),
  };
}

export function expectThat(name: string, isMet: boolean, seen: string): Verdict {
  return { name, isMet, seen };
}

function judge(name: string, seconds: number | undefined, atMost: number): Verdict {
  return { name, isMet: seconds !== undefined && seconds <= atMost, seen: seconds === undefined ? 'not seen' : `after ${seconds} s` };
}
