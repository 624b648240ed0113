/** Where incidents and maintenance are kept, and who is told when one changes. */
import type { ComponentId } from '../../../contract/components.ts';
import type { Incident, Maintenance } from '../../../contract/incidents.ts';
import type { Clock, EventLog, RandomSource } from '../ports.ts';

/** As everybody who only reads them sees it. */
export interface IncidentReader {
  /**
   * Newest first by creation, at most `limit` of a kind: everything that is not over, and what ended at or after `since`.
   *
   * @param since epoch milliseconds
   */
  readIncidents(since: number, limit: number): Promise<readonly Incident[]>;
  readMaintenances(since: number, limit: number): Promise<readonly Maintenance[]>;
}

/** With what customers don't see. */
export interface StoredIncident {
  readonly content: Incident;
  /** When each alarm rang that is part of it, by name, in milliseconds: what it has been told of once, it need not be told again. */
  readonly rang: Readonly<Record<string, number>>;
  /** Somebody has written to it: from then on nothing but people says anything in it. */
  readonly isLedByPeople: boolean;
  /** One more with each write. */
  readonly version: number;
}

export interface StoredMaintenance {
  readonly content: Maintenance;
  readonly version: number;
}

export interface AlarmState {
  readonly isRinging: boolean;
  /** When it became so, by its own clock, in milliseconds. */
  readonly at: number;
}

/** The alarms of one component as they last spoke, and the incident that they opened last. */
export interface ComponentWatch {
  readonly component: ComponentId;
  readonly alarms: Readonly<Record<string, AlarmState>>;
  readonly incidentId?: string;
  readonly version: number;
}

/** Each write is one conditional write to one item: false means that somebody else has written it since it was read. */
export interface IncidentStore extends IncidentReader {
  readIncident(id: string): Promise<StoredIncident | undefined>;
  readMaintenance(id: string): Promise<StoredMaintenance | undefined>;
  /** As the readers' methods, with everything that is known. */
  listIncidents(since: number, limit: number): Promise<readonly StoredIncident[]>;
  listMaintenances(since: number, limit: number): Promise<readonly StoredMaintenance[]>;
  /** Creates it at version 1, and replaces it from any other. */
  writeIncident(incident: StoredIncident): Promise<boolean>;
  writeMaintenance(maintenance: StoredMaintenance): Promise<boolean>;
  /** Undefined before the first alarm. */
  readWatch(component: ComponentId): Promise<ComponentWatch | undefined>;
  writeWatch(watch: ComponentWatch): Promise<boolean>;
}

/** The status page is written anew when something has changed. */
export interface StatusPublisher {
  /**
   * Asks for it. Never throws: what is kept is kept, and the page is published by the clock too.
   *
   * @param reason what changed, for the log
   */
  request(reason: string): Promise<void>;
}

export interface IncidentServices {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly store: IncidentStore;
  readonly publisher: StatusPublisher;
  readonly events: EventLog;
  readonly journal: {
    note(level: 'INFO' | 'WARN' | 'ERROR', event: string, fields?: Readonly<Record<string, string | number | boolean | undefined>>): void;
  };
}
