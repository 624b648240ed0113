/** What the publication of the status page needs, in memory, with parts that can be made to fail. */
import type { ComponentId } from '../../contract/components.ts';
import type { Incident, Maintenance } from '../../contract/incidents.ts';
import { statusSnapshot } from '../../contract/status.ts';
import type { CountQuery, LastSnapshot, StatusPorts, StoredDay } from '../../lambda/domain/status/ports.ts';
import type { PublishedFile } from '../../lambda/domain/status/render.ts';
import { now } from './snapshot.ts';

export type Part = 'incidents' | 'counts' | 'minutes' | 'files';

export class StatusWorld implements StatusPorts {
  now = now;
  readonly failing = new Set<Part>();
  told: Incident[] = [];
  planned: Maintenance[] = [];
  /** Sums by `metric value` and minute. */
  readonly sums = new Map<string, Map<number, number>>();
  readonly days = new Map<string, StoredDay>();
  readonly written: PublishedFile[] = [];
  readonly bucket = new Map<string, string>();
  readonly noted: string[] = [];
  readonly place = { url: 'https://status.example.com', siteOrigin: 'https://id.example.com' };
  readonly productName = 'Portiere';

  readonly clock = { now: () => this.now };
  readonly journal = {
    note: (_level: string, event: string, fields: Readonly<Record<string, string | number>>) => {
      this.noted.push(`${event} ${fields.part}`);
    },
    count: () => {},
  };
  readonly incidents = {
    readIncidents: async () => this.#unless('incidents', this.told),
    readMaintenances: async () => this.#unless('incidents', this.planned),
  };
  readonly counts = {
    read: async (queries: readonly CountQuery[], from: number, until: number) => {
      this.#unless('counts', undefined);
      return queries.map(({ metric, value }) => {
        const series = this.sums.get(`${metric} ${value}`) ?? new Map<number, number>();
        return new Map([...series].filter(([minute]) => minute >= from && minute < until));
      });
    },
  };
  readonly minutes = {
    readSince: async (component: ComponentId, date: string) =>
      this.#unless(
        'minutes',
        [...this.days].flatMap(([key, day]) => (key.startsWith(`${component} `) && day.date >= date ? [day] : [])),
      ),
    write: async (component: ComponentId, day: StoredDay) => {
      const key = `${component} ${day.date}`;
      if ((this.#unless('minutes', this.days.get(key)?.version) ?? 0) !== day.version - 1) return false;
      this.days.set(key, day);
      return true;
    },
  };
  readonly files = {
    readSnapshot: async (): Promise<LastSnapshot> => {
      const text = this.#unless('files', this.bucket.get('snapshot.json'));
      return { snapshot: text === undefined ? undefined : statusSnapshot.parse(JSON.parse(text)), version: text };
    },
    writeSnapshot: async (file: PublishedFile, version: string | undefined) => {
      if (this.bucket.get(file.key) !== version) return false;
      await this.files.write(file);
      return true;
    },
    write: async (file: PublishedFile) => {
      this.#unless('files', undefined);
      this.written.push(file);
      this.bucket.set(file.key, file.body);
    },
  };

  /** What the canary reported of one component in the minute that began so many minutes ago. */
  canary(component: ComponentId, minutesAgo: number, failed: 0 | 1): void {
    const minute = this.now - (this.now % 60_000) - minutesAgo * 60_000;
    for (const [metric, value] of [
      ['Canary/Runs', 1],
      ['Canary/Failed', failed],
    ] as const) {
      const key = `${metric} ${component}`;
      this.sums.set(key, (this.sums.get(key) ?? new Map()).set(minute, value));
    }
  }

  #unless<T>(part: Part, value: T): T {
    if (this.failing.has(part)) throw new Error(`${part} fails`);
    return value;
  }
}
