/** What was seen in a drill and when, by the system's clock. Pure. */
import { readAlarmName, suffixesOf } from '../../contract/alarms.ts';

export type MomentKind = 'fault' | 'alarm' | 'mailbox' | 'phone' | 'incident' | 'component' | 'service' | 'recovery';

export interface Moment {
  /** Milliseconds by the system's clock. */
  readonly at: number;
  readonly kind: MomentKind;
  /** What it is about, e.g. the alarm's name: with `state` it is told once. */
  readonly subject: string;
  readonly state: string;
}

/** As the console and the status page say it, all at one moment. */
export interface Observation {
  readonly now: number;
  readonly alarms: readonly { readonly name: string; readonly state: string; readonly changedAt: string }[];
  /** Newest first. */
  readonly pages: readonly { readonly at: string; readonly protocol: string; readonly subject: string; readonly message: string }[];
  readonly summary: {
    readonly components: readonly { readonly id: string; readonly status: string }[];
    readonly incidents: readonly { readonly id: string; readonly status: string; readonly name: string; readonly updated_at: string }[];
  };
}

export class Timeline {
  readonly moments: Moment[] = [];
  readonly #began: number;
  readonly #told = new Set<string>();
  /** How each stood when the drill began: that is no news of it. */
  readonly #before: Map<string, string>;

  constructor(first: Observation) {
    this.#began = first.now;
    this.#before = new Map([
      ...first.alarms.map(({ name, state }) => [name, state] as const),
      ...first.summary.components.map(({ id, status }) => [id, status] as const),
      ...first.summary.incidents.map(({ id, status }) => [id, status] as const),
    ]);
  }

  get began(): number {
    return this.#began;
  }

  add(kind: MomentKind, subject: string, state: string, at: number): void {
    const key = JSON.stringify([kind, subject, state]);
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.moments.push({ at, kind, subject, state });
    this.moments.sort((one, other) => one.at - other.at);
  }

  observe({ now, alarms, pages, summary }: Observation): void {
    for (const { name, state, changedAt } of alarms.filter((alarm) => notifies(alarm.name))) {
      if (state === 'ALARM' && this.#before.get(name) !== 'ALARM') this.add('alarm', name, 'ALARM', Date.parse(changedAt));
      // The end is news where the beginning was.
      if (state === 'OK' && this.has('alarm', name, 'ALARM')) this.add('alarm', name, 'OK', Date.parse(changedAt));
    }
    for (const { at, protocol, subject, message } of [...pages].reverse()) {
      const time = Date.parse(at);
      if (time < this.#began) continue;
      if (protocol === 'sms') this.add('phone', firstLine(message), 'rings', time);
      // The first of each drill: the others say what the phone says.
      else if (!this.moments.some(({ kind }) => kind === 'mailbox')) this.add('mailbox', subject, 'arrives', time);
    }
    for (const { id, status } of summary.components) {
      const isChanged = this.moments.some(({ kind, subject }) => kind === 'component' && subject === id);
      if (isChanged || this.#before.get(id) !== status) this.add('component', id, status, now);
    }
    for (const { id, status, name, updated_at } of summary.incidents) {
      // One of an earlier drill ends by itself meanwhile.
      if (!this.#before.has(id)) this.add('incident', name, status, Date.parse(updated_at));
    }
  }

  has(kind: MomentKind, subject: RegExp | string, state?: string): boolean {
    return this.find(kind, subject, state) !== undefined;
  }

  find(kind: MomentKind, subject: RegExp | string, state?: string): Moment | undefined {
    return this.moments.find(
      (moment) =>
        moment.kind === kind &&
        (typeof subject === 'string' ? moment.subject === subject : subject.test(moment.subject)) &&
        (state === undefined || moment.state === state),
    );
  }

  /** Seconds from the injection. */
  secondsTo(moment: Moment | undefined): number | undefined {
    return moment === undefined ? undefined : Math.round((moment.at - this.#began) / 1000);
  }
}

/** The windows of a burn rate and the alarms of a roll-out tell nobody. */
export function notifies(name: string): boolean {
  const read = readAlarmName(name);
  return read !== undefined && suffixesOf(read.definition).includes(read.suffix);
}

/** What a locked screen shows. */
function firstLine(message: string): string {
  return message.split('\n')[0] ?? '';
}
