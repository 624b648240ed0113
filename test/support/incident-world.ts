/** Incidents over memory, with a clock that tests move and messages as CloudWatch, SNS and SQS write them. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Author } from '../../lambda/domain/incidents/authors.ts';
import type { IncidentServices } from '../../lambda/domain/incidents/ports.ts';
import { runOnMessages, runOnSchedule } from '../../lambda/domain/incidents/run.ts';
import { MemoryIncidentStore } from './memory-incident-store.ts';
import { MemoryEventLog } from './memory-stores.ts';

export const account = '123456789012';
export const pageTopic = `arn:aws:sns:eu-south-1:${account}:PortiereMonitoring-OnCallPage1A2B-`;
export const edgeTopic = `arn:aws:sns:us-east-1:${account}:PortiereEdgeMonitoring-OnCallPage3C4D-`;
export const author: Author = { actor: 'ada', address: '203.0.113.7', userAgent: 'Firefox', requestId: 'request-1' };

export interface AlarmOptions {
  readonly state?: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  /** Milliseconds; default: now. */
  readonly at?: number;
  readonly topic?: string;
  /** In place of what CloudWatch would say. */
  readonly content?: Readonly<Record<string, unknown>>;
}

export interface IncidentWorld {
  readonly services: IncidentServices;
  readonly store: MemoryIncidentStore;
  readonly events: MemoryEventLog;
  /** Why the status page was asked to be written anew. */
  readonly published: string[];
  readonly notes: { readonly event: string; readonly fields: Readonly<Record<string, unknown>> | undefined }[];
  now(): number;
  advance(seconds: number): void;
  message(alarm: string, options?: AlarmOptions): string;
  /** Delivers messages in one batch. @returns how many were refused */
  deliver(...bodies: readonly string[]): Promise<number>;
  ring(alarm: string, options?: AlarmOptions): Promise<number>;
  silence(alarm: string, options?: AlarmOptions): Promise<number>;
  tick(): Promise<void>;
}

export function createIncidentWorld(store = new MemoryIncidentStore()): IncidentWorld {
  let now = Date.UTC(2026, 0, 15, 12);
  const events = new MemoryEventLog();
  const published: string[] = [];
  const notes: IncidentWorld['notes'] = [];
  const services: IncidentServices = {
    clock: { now: () => now, pause: async (milliseconds) => world.advance(milliseconds / 1000) },
    random: { bytes: (length) => randomBytes(length) },
    store,
    events,
    publisher: { request: async (reason) => void published.push(reason) },
    journal: { note: (_, event, fields) => void notes.push({ event, fields }) },
  };
  const world: IncidentWorld = {
    services,
    store,
    events,
    published,
    notes,
    now: () => now,
    advance(seconds) {
      now += seconds * 1000;
    },
    message(alarm, { state = 'ALARM', at = now, topic = `${pageTopic}AbCdEf123456`, content = {} } = {}) {
      const Message = JSON.stringify({
        AlarmName: alarm,
        AlarmDescription: 'Callers get 5xx from the API. Runbook: Api/Errors',
        AWSAccountId: account,
        NewStateValue: state,
        NewStateReason: 'Threshold Crossed',
        StateChangeTime: new Date(at).toISOString().replace('Z', '+0000'),
        Region: 'Europe (Milan)',
        AlarmArn: `arn:aws:cloudwatch:${topic.split(':')[3]}:${account}:alarm:${alarm}`,
        OldStateValue: state === 'OK' ? 'ALARM' : 'OK',
        ...content,
      });
      const Timestamp = new Date(at).toISOString();
      return JSON.stringify({ Type: 'Notification', MessageId: randomUUID(), TopicArn: topic, Subject: state, Message, Timestamp });
    },
    async deliver(...bodies) {
      const messages = bodies.map((body) => ({ messageId: randomUUID(), body }));
      return (await runOnMessages(services, [pageTopic, edgeTopic], messages)).length;
    },
    ring: (alarm, options) => world.deliver(world.message(alarm, options)),
    silence: (alarm, options) => world.deliver(world.message(alarm, { ...options, state: 'OK' })),
    tick: () => runOnSchedule(services),
  };
  return world;
}

export async function incidentsOf(world: IncidentWorld) {
  return await world.store.readIncidents(0, 100);
}

/** @throws when there is none, or more than one */
export async function onlyIncident(world: IncidentWorld) {
  const [incident, ...more] = await incidentsOf(world);
  if (incident === undefined || more.length > 0) throw new Error(`there are ${more.length + (incident ? 1 : 0)} incidents`);
  return incident;
}
