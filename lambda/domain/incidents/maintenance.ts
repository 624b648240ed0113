/** Maintenance: announced by people, begun and ended by the clock or by people, whoever comes first. */

import type { ComponentId } from '../../../contract/components.ts';
import type { CancelMaintenance, ScheduleMaintenance, UpdateMaintenance } from '../../../contract/incident-bodies.ts';
import {
  type AffectedComponent,
  type BilingualText,
  type Maintenance,
  type MaintenanceStatus,
  maintenanceStatuses,
} from '../../../contract/incidents.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';
import { instant, newId } from '../sessions.ts';
import { type Author, conflict, inBothLanguages, invalid, notFound, recordAct, type WriteRefusal } from './authors.ts';
import { createIdentifier } from './identifier.ts';
import type { IncidentServices, StoredMaintenance } from './ports.ts';
import { maintenanceTexts } from './texts.ts';

const policy = securityPolicy.incidents;
const DAY = 86_400;

export type MaintenanceOutcome = { readonly kind: 'written'; readonly maintenance: StoredMaintenance } | WriteRefusal;

/** Whether this window is open for the component: said by its times, so that a late clock silences nothing for longer. */
export function covers({ status, scheduledFor, scheduledUntil, components }: Maintenance, component: ComponentId, now: number): boolean {
  if (!components.some((each) => each.component === component) || now >= Date.parse(scheduledUntil)) return false;
  return status === 'in_progress' || status === 'verifying' || (status === 'scheduled' && now >= Date.parse(scheduledFor));
}

/** What the clock does to it, one step at a time. @returns undefined when nothing is due */
export function decideTransition(maintenance: StoredMaintenance, now: number, newUpdateId: () => string): StoredMaintenance | undefined {
  const { status, scheduledFor, scheduledUntil } = maintenance.content;
  if (status === 'completed') return undefined;
  if (status === 'scheduled') {
    return now >= Date.parse(scheduledFor) ? move(maintenance, 'in_progress', maintenanceTexts.begun, now, newUpdateId()) : undefined;
  }
  return now >= Date.parse(scheduledUntil) ? move(maintenance, 'completed', maintenanceTexts.over, now, newUpdateId()) : undefined;
}

function move(
  maintenance: StoredMaintenance,
  status: MaintenanceStatus,
  body: BilingualText,
  now: number,
  updateId: string,
): StoredMaintenance {
  const { content } = maintenance;
  const at = instant(Math.max(now, Date.parse(content.updatedAt)));
  const components: AffectedComponent[] = content.components.map(({ component }) => ({
    component,
    status: status === 'in_progress' || status === 'verifying' ? 'under_maintenance' : 'operational',
  }));
  const updates =
    content.updates.length < policy.updates ? [...content.updates, { id: updateId, status, body, at, components }] : content.updates;
  const moved: Maintenance = { ...content, status, updatedAt: at, ...(status === 'completed' && { completedAt: at }), components, updates };
  return { ...maintenance, content: moved, version: maintenance.version + 1 };
}

export async function scheduleMaintenance(
  services: IncidentServices,
  author: Author,
  input: ScheduleMaintenance,
): Promise<MaintenanceOutcome> {
  const now = services.clock.now();
  const refusal = refuseWindow(input, now, now);
  if (refusal) return refusal;
  const at = instant(now);
  const components: AffectedComponent[] = input.components.map((component) => ({ component, status: 'operational' }));
  const content: Maintenance = {
    kind: 'maintenance',
    id: createIdentifier(now, services.random.bytes(12)),
    name: inBothLanguages(input.name),
    status: 'scheduled',
    createdAt: at,
    updatedAt: at,
    scheduledFor: instant(Date.parse(input.scheduledFor)),
    scheduledUntil: instant(Date.parse(input.scheduledUntil)),
    components,
    updates: [{ id: newId(services.random), status: 'scheduled', body: inBothLanguages(input.body), at, components }],
  };
  const maintenance: StoredMaintenance = { content, version: 1 };
  const { scheduledFor, scheduledUntil } = content;
  await recordAct(services, author, 'maintenance.scheduled', content.id, `${scheduledFor} to ${scheduledUntil}: ${content.name.en}`);
  await services.store.writeMaintenance(maintenance);
  await services.publisher.request('maintenance.scheduled');
  return { kind: 'written', maintenance };
}

export async function updateMaintenance(
  services: IncidentServices,
  author: Author,
  id: string,
  input: UpdateMaintenance,
): Promise<MaintenanceOutcome> {
  return await change(services, id, (maintenance) => decideUpdate(maintenance, input, services), {
    record: ({ content }) => recordAct(services, author, 'maintenance.updated', id, `${content.status}: ${content.name.en}`),
    reason: 'maintenance.updated',
  });
}

/** Before it begins: what has begun is completed instead. */
export async function cancelMaintenance(
  services: IncidentServices,
  author: Author,
  id: string,
  { body }: CancelMaintenance,
): Promise<MaintenanceOutcome> {
  const decide = (maintenance: StoredMaintenance): StoredMaintenance | WriteRefusal => {
    const { status } = maintenance.content;
    if (status === 'completed') return conflict('This maintenance is over');
    if (status !== 'scheduled') return conflict('This maintenance has begun: complete it instead');
    const text = body === undefined ? maintenanceTexts.cancelled : inBothLanguages(body);
    const moved = move(maintenance, 'completed', text, services.clock.now(), newId(services.random));
    return { ...moved, content: { ...moved.content, isCancelled: true } };
  };
  return await change(services, id, decide, {
    record: ({ content }) => recordAct(services, author, 'maintenance.cancelled', id, content.name.en),
    reason: 'maintenance.cancelled',
  });
}

function decideUpdate(
  maintenance: StoredMaintenance,
  input: UpdateMaintenance,
  services: IncidentServices,
): StoredMaintenance | WriteRefusal {
  const { content } = maintenance;
  const now = services.clock.now();
  if (content.status === 'completed') return conflict('This maintenance is over: schedule another one');
  const status = input.status ?? content.status;
  if (maintenanceStatuses.indexOf(status) < maintenanceStatuses.indexOf(content.status)) {
    return conflict(`This maintenance is ${content.status} already: it can't go back to ${status}`);
  }
  if (content.status === 'scheduled' && status === 'completed') return conflict('This maintenance has not begun: cancel it instead');
  if (input.scheduledFor !== undefined && content.status !== 'scheduled')
    return conflict('This maintenance has begun: only its end can be moved');
  const scheduledFor = input.scheduledFor ?? content.scheduledFor;
  const scheduledUntil = input.scheduledUntil ?? content.scheduledUntil;
  if (input.scheduledFor !== undefined || input.scheduledUntil !== undefined) {
    const earliest = input.scheduledFor === undefined ? Number.NEGATIVE_INFINITY : now;
    const refusal = refuseWindow({ scheduledFor, scheduledUntil }, earliest, Date.parse(content.createdAt));
    if (refusal) return refusal;
    if (Date.parse(scheduledUntil) <= now) return invalid('scheduledUntil', 'must be in the future: complete the maintenance instead');
  }
  if (content.updates.length >= policy.updatesByPeople) return conflict('This maintenance has all the updates that it can hold');
  const window = { scheduledFor: instant(Date.parse(scheduledFor)), scheduledUntil: instant(Date.parse(scheduledUntil)) };
  const moved = move(
    { ...maintenance, content: { ...content, ...window } },
    status,
    inBothLanguages(input.body),
    now,
    newId(services.random),
  );
  const isFull = Buffer.byteLength(JSON.stringify(moved.content)) > policy.bytesByPeople;
  return isFull ? conflict('This maintenance has all the updates that it can hold') : moved;
}

function refuseWindow(
  { scheduledFor, scheduledUntil }: Pick<Maintenance, 'scheduledFor' | 'scheduledUntil'>,
  earliest: number,
  createdAt: number,
): WriteRefusal | undefined {
  const [from, until] = [Date.parse(scheduledFor), Date.parse(scheduledUntil)];
  const { longestOpenSeconds, longestMaintenanceSeconds, clockSkewSeconds } = policy;
  if (from < earliest - clockSkewSeconds * 1000) return invalid('scheduledFor', 'must not be in the past');
  if (until <= from) return invalid('scheduledUntil', 'must be later than scheduledFor');
  if (until - from > longestMaintenanceSeconds * 1000) {
    return invalid('scheduledUntil', `must be at most ${longestMaintenanceSeconds / DAY} days after scheduledFor`);
  }
  // A day before readers stop looking.
  const latest = longestOpenSeconds - DAY;
  if (until > createdAt + latest * 1000) {
    return invalid('scheduledUntil', `must be within ${latest / DAY} days of the day on which it was announced`);
  }
  return undefined;
}

async function change(
  services: IncidentServices,
  id: string,
  decide: (maintenance: StoredMaintenance) => StoredMaintenance | WriteRefusal,
  { record, reason }: { readonly record: (decided: StoredMaintenance) => Promise<void>; readonly reason: string },
): Promise<MaintenanceOutcome> {
  let isRecorded = false;
  for (let attempt = 0; attempt < policy.writeAttempts; attempt++) {
    const maintenance = await services.store.readMaintenance(id);
    if (maintenance === undefined) return notFound;
    const decided = decide(maintenance);
    if ('kind' in decided) return decided;
    if (!isRecorded) await record(decided);
    isRecorded = true;
    if (!(await services.store.writeMaintenance(decided))) continue;
    await services.publisher.request(reason);
    return { kind: 'written', maintenance: decided };
  }
  return conflict('Others are writing to this maintenance all the time: try again');
}
