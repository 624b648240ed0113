/** What people do with incidents. From the first word on it is theirs: alarms go on being noted, and say nothing more. */
import type { EditComponents, OpenIncident, UpdateIncident } from '../../../contract/incident-bodies.ts';
import type { AffectedComponent, Incident } from '../../../contract/incidents.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';
import { instant, newId } from '../sessions.ts';
import { type Author, conflict, inBothLanguages, invalid, notFound, recordAct, type WriteRefusal } from './authors.ts';
import { createIdentifier } from './identifier.ts';
import { allOperational, computeImpact, worstImpact } from './impact.ts';
import type { IncidentServices, StoredIncident } from './ports.ts';

const policy = securityPolicy.incidents;

export type IncidentOutcome = { readonly kind: 'written'; readonly incident: StoredIncident } | WriteRefusal;

export async function openIncident(services: IncidentServices, author: Author, input: OpenIncident): Promise<IncidentOutcome> {
  const now = services.clock.now();
  const startedAt = input.startedAt === undefined ? now : Date.parse(input.startedAt);
  if (startedAt > now + policy.clockSkewSeconds * 1000) return invalid('startedAt', 'must not be in the future');
  if (startedAt < now - policy.longestOpenSeconds * 1000) {
    return invalid('startedAt', `must be within the last ${policy.longestOpenSeconds / 86_400} days`);
  }
  const refusal = refuseStatuses(input.components);
  if (refusal) return refusal;

  const at = instant(now);
  const { components, status } = input;
  const content: Incident = {
    kind: 'incident',
    id: createIdentifier(now, services.random.bytes(12)),
    name: inBothLanguages(input.name),
    status,
    impact: input.impact ?? computeImpact(components),
    createdAt: at,
    updatedAt: at,
    startedAt: instant(Math.min(now, startedAt)),
    components,
    updates: [{ id: newId(services.random), status, body: inBothLanguages(input.body), at, components }],
  };
  const incident: StoredIncident = { content, rang: {}, isLedByPeople: true, version: 1 };
  await recordAct(services, author, 'incident.opened', content.id, content.name.en);
  await services.store.writeIncident(incident);
  await services.publisher.request('incident.opened');
  return { kind: 'written', incident };
}

export async function updateIncident(
  services: IncidentServices,
  author: Author,
  id: string,
  input: UpdateIncident,
): Promise<IncidentOutcome> {
  const refusal = refuseStatuses(input.components ?? []);
  if (refusal) return refusal;
  return await change(services, id, (incident) => decideUpdate(incident, input, services), {
    record: (outcome) => recordAct(services, author, 'incident.updated', id, `${outcome.content.status}: ${outcome.content.name.en}`),
    reason: 'incident.updated',
  });
}

export async function editComponents(
  services: IncidentServices,
  author: Author,
  id: string,
  { components }: EditComponents,
): Promise<IncidentOutcome> {
  const refusal = refuseStatuses(components);
  if (refusal) return refusal;
  const decide = (incident: StoredIncident) => {
    if (incident.content.resolvedAt !== undefined) return conflict('This incident is closed: its components are as they are');
    const updatedAt = instant(services.clock.now());
    const impact = worstImpact(incident.content.impact, computeImpact(components));
    return next(incident, { ...incident.content, components, impact, updatedAt });
  };
  return await change(services, id, decide, {
    record: () =>
      recordAct(
        services,
        author,
        'incident.components_edited',
        id,
        components.map((each) => `${each.component} ${each.status}`).join(', '),
      ),
    reason: 'incident.components_edited',
  });
}

function decideUpdate(incident: StoredIncident, input: UpdateIncident, { clock, random }: IncidentServices): StoredIncident | WriteRefusal {
  const { content } = incident;
  const now = clock.now();
  const status = input.status ?? content.status;
  const isClosed = content.resolvedAt !== undefined;
  if (isClosed && status !== 'postmortem') return conflict('This incident is closed: only a postmortem may follow. Open another one');
  if (isClosed && input.components !== undefined) return conflict('This incident is closed: its components are as they are');
  if (!isClosed && status === 'postmortem') return conflict('This incident is still open: resolve it before its postmortem');
  const named = new Map((input.components ?? []).map((each) => [each.component, each]));
  if (status === 'resolved' && [...named.values()].some((each) => each.status !== 'operational')) {
    return invalid('components', 'must all be operational once the incident is resolved');
  }
  const kept = content.components.filter(({ component }) => !named.has(component));
  const components = status === 'resolved' ? allOperational([...kept, ...named.values()]) : [...kept, ...named.values()];
  // An update never stands before the one that it answers, whatever the clocks of two instances say.
  const at = instant(Math.max(now, Date.parse(content.updatedAt)));
  const changed: Incident = {
    ...content,
    status,
    impact: input.impact ?? worstImpact(content.impact, computeImpact(components)),
    updatedAt: at,
    ...(status === 'resolved' && { resolvedAt: at }),
    components,
    updates: [...content.updates, { id: newId(random), status, body: inBothLanguages(input.body), at, components }],
  };
  const isFull = changed.updates.length > policy.updatesByPeople || Buffer.byteLength(JSON.stringify(changed)) > policy.bytesByPeople;
  // Its end must find room.
  if (isFull && status !== 'resolved')
    return conflict('This incident has all the updates that it can hold: resolve it and open another one');
  if (changed.updates.length > policy.updates) return conflict('This incident has all the updates that it can hold');
  return next(incident, changed);
}

function next(incident: StoredIncident, content: Incident): StoredIncident {
  return { ...incident, content, isLedByPeople: true, version: incident.version + 1 };
}

function refuseStatuses(components: readonly AffectedComponent[]): WriteRefusal | undefined {
  const index = components.findIndex(({ status }) => status === 'under_maintenance');
  return index < 0
    ? undefined
    : invalid(`components.${index}.status`, 'must be how it stands in an incident: maintenance has a calendar of its own');
}

/** Reads, decides and writes until nobody came between. */
async function change(
  services: IncidentServices,
  id: string,
  decide: (incident: StoredIncident) => StoredIncident | WriteRefusal,
  { record, reason }: { readonly record: (decided: StoredIncident) => Promise<void>; readonly reason: string },
): Promise<IncidentOutcome> {
  let isRecorded = false;
  for (let attempt = 0; attempt < policy.writeAttempts; attempt++) {
    const incident = await services.store.readIncident(id);
    if (incident === undefined) return notFound;
    const decided = decide(incident);
    if ('kind' in decided) return decided;
    if (!isRecorded) await record(decided);
    isRecorded = true;
    if (!(await services.store.writeIncident(decided))) continue;
    await services.publisher.request(reason);
    return { kind: 'written', incident: decided };
  }
  return conflict('Others are writing to this incident all the time: try again');
}
