/** The two ways in which the function `incidents` is called without anybody asking: messages of alarms, and the clock. */
import type { ComponentId } from '../../../contract/components.ts';
import { componentIds } from '../../../contract/components.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';
import { newId } from '../sessions.ts';
import { type AlarmChange, readAlarmMessage } from './alarm-message.ts';
import { decideNext, expireIncident, noteAlarm, ringingOf } from './automation.ts';
import { createIdentifier } from './identifier.ts';
import { covers, decideTransition } from './maintenance.ts';
import type { ComponentWatch, IncidentServices, StoredIncident } from './ports.ts';
import { expiredText } from './texts.ts';

const policy = securityPolicy.incidents;

/**
 * @param topics how the ARNs of the topics begin that are believed
 * @returns ids of the messages that nobody can make sense of, or that nobody of ours has sent: they end among the dead letters
 * @throws Unavailable when the store fails: the batch comes again
 */
export async function runOnMessages(
  services: IncidentServices,
  topics: readonly string[],
  messages: readonly { readonly messageId: string; readonly body: string }[],
): Promise<string[]> {
  const refused: string[] = [];
  const changes: AlarmChange[] = [];
  for (const { messageId, body } of messages) {
    const reading = readAlarmMessage(body, topics, services.clock.now());
    if (reading.kind === 'change') changes.push(reading.change);
    else {
      const { kind, reason } = reading;
      services.journal.note(kind === 'refused' ? 'WARN' : 'INFO', `alarm_message.${kind}`, { messageId, reason });
      if (kind === 'refused') refused.push(messageId);
    }
  }
  for (const change of changes) await takeChange(services, change);
  for (const component of new Set(changes.map((change) => change.component))) await bringUp(services, component);
  return refused;
}

/** Maintenance begins and ends, incidents that have been quiet are closed, and what a crash left half done is finished. */
export async function runOnSchedule(services: IncidentServices): Promise<void> {
  await moveMaintenances(services);
  for (const component of componentIds) await bringUp(services, component);
  await expireIncidents(services);
}

/** One write of the component's watch. */
async function takeChange({ store }: IncidentServices, change: AlarmChange): Promise<void> {
  for (let attempt = 0; attempt < policy.writeAttempts; attempt++) {
    const noted = noteAlarm(await store.readWatch(change.component), change);
    if (noted === undefined || (await store.writeWatch(noted))) return;
  }
  throw new Error(`the watch of ${change.component} was written by somebody else in each of ${policy.writeAttempts} attempts`);
}

/** Takes the next step until there is none. Overtaken, it looks again: whoever was faster took the same step, or a better one. */
async function bringUp(services: IncidentServices, component: ComponentId): Promise<void> {
  const { store, publisher, journal } = services;
  for (let attempt = 0; attempt < policy.writeAttempts; attempt++) {
    const watch = await store.readWatch(component);
    if (watch === undefined) return;
    const incident = watch.incidentId === undefined ? undefined : await store.readIncident(watch.incidentId);
    if (isAtRest(watch, incident)) return;
    const step = decideNext(await surveySituation(services, watch, incident));
    if (step.kind === 'nothing') return;
    if (step.kind === 'write_watch') {
      await store.writeWatch(step.watch);
      continue;
    }
    if (!(await store.writeIncident(step.incident)) || !step.isTold) continue;
    const { id, status, impact } = step.incident.content;
    journal.note('INFO', 'incident.told', { component, incidentId: id, status, impact });
    await publisher.request(`incident.${status}`);
  }
}

/** Nothing rings, and there is no incident that could have an end: what holds nearly always is found out by two reads. */
function isAtRest(watch: ComponentWatch, incident: StoredIncident | undefined): boolean {
  const isDone = watch.incidentId === undefined || incident?.content.resolvedAt !== undefined;
  return isDone && Object.keys(ringingOf(watch)).length === 0;
}

async function surveySituation(services: IncidentServices, watch: ComponentWatch, incident: StoredIncident | undefined) {
  const { store, clock, random } = services;
  const now = clock.now();
  const [open, maintenances] = await Promise.all([
    store.listIncidents(now, policy.shownAtOnce),
    store.readMaintenances(now, policy.shownAtOnce),
  ]);
  const unresolved = open.filter(({ content }) => content.resolvedAt === undefined);
  const own = unresolved.find(({ content }) => content.components.some(({ component }) => component === watch.component));
  // What people lead is theirs to widen: alarms would be silent in it.
  const related = unresolved.find(
    ({ content, isLedByPeople }) => !isLedByPeople && now - Date.parse(content.createdAt) <= policy.joinSeconds * 1000,
  );
  return {
    watch,
    incident,
    openIncidentId: (own ?? related)?.content.id,
    isUnderMaintenance: maintenances.some((each) => covers(each, watch.component, now)),
    now,
    newId: () => createIdentifier(now, random.bytes(12)),
  };
}

async function moveMaintenances(services: IncidentServices): Promise<void> {
  const { store, clock, random, publisher, journal } = services;
  for (const listed of await store.listMaintenances(clock.now(), policy.shownAtOnce)) {
    let maintenance = listed;
    // Begun and ended between two runs, it says both.
    for (;;) {
      const moved = decideTransition(maintenance, clock.now(), () => newId(random));
      if (moved === undefined || !(await store.writeMaintenance(moved))) break;
      maintenance = moved;
      const { id, status } = moved.content;
      journal.note('INFO', 'maintenance.moved', { maintenanceId: id, status });
      await publisher.request(`maintenance.${status}`);
    }
  }
}

async function expireIncidents(services: IncidentServices): Promise<void> {
  const { store, clock, random, publisher, journal } = services;
  for (const incident of await store.listIncidents(clock.now(), policy.shownAtOnce)) {
    const expired = expireIncident(incident, clock.now(), () => newId(random), expiredText);
    if (expired === undefined || !(await store.writeIncident(expired))) continue;
    journal.note('WARN', 'incident.expired', { incidentId: expired.content.id });
    await publisher.request('incident.resolved');
  }
}
