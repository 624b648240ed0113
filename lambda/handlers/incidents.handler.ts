/** Function `incidents`: called by the queue `alarms`, by the clock, and by staff over HTTP. */
import type { Context, EventBridgeEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { alarmTopics, alarmTopicsVariable } from '../../contract/alarm-message.ts';
import { type RouteId, routes } from '../../contract/routes.ts';
import { documentClient } from '../adapters/aws-clients.ts';
import { DynamoIncidentStore } from '../adapters/dynamo-incident-store.ts';
import { log } from '../adapters/log.ts';
import { readResource } from '../adapters/settings.ts';
import { SqsPublishRequests } from '../adapters/sqs-publish-requests.ts';
import type { Author } from '../domain/incidents/authors.ts';
import { cancelMaintenance, type MaintenanceOutcome, scheduleMaintenance, updateMaintenance } from '../domain/incidents/maintenance.ts';
import { editComponents, type IncidentOutcome, openIncident, updateIncident } from '../domain/incidents/people.ts';
import type { IncidentServices } from '../domain/incidents/ports.ts';
import { runOnMessages, runOnSchedule } from '../domain/incidents/run.ts';
import { readOverview, viewIncident } from '../domain/incidents/view.ts';
import { refuse } from '../http/answers.ts';
import type { HttpAnswer, HttpCall, HttpEvent, PipelineServices, RouteHandler } from '../http/call.ts';
import { createPipeline } from '../http/pipeline.ts';
import { answer } from '../http/responses.ts';
import { bodyOf, currentSession } from '../http/session-call.ts';
import { once } from './once.ts';
import { sessionServices } from './services.ts';

const services = once((): PipelineServices & IncidentServices => ({
  ...sessionServices(),
  store: new DynamoIncidentStore(documentClient(), readResource('table', 'incidents')),
  publisher: new SqsPublishRequests(readResource('queue', 'status'), (fields) => log('WARN', 'status.not_requested', fields)),
  journal: { note: log },
}));
const topics = once(() => alarmTopics.parse(JSON.parse(process.env[alarmTopicsVariable] ?? 'null')));

function authorOf(call: HttpCall): Author {
  const { accountId, token } = currentSession(call);
  const { address, userAgent } = call.viewer;
  return { actor: accountId, address, userAgent, requestId: call.requestId, session: { accountId, sessionId: token.sessionId } };
}

function idOf(call: HttpCall): string {
  return call.event.pathParameters?.id ?? '';
}

export function createRoutes(given: () => IncidentServices) {
  async function incident(call: HttpCall, status: 200 | 201, outcome: IncidentOutcome): Promise<HttpAnswer> {
    if (outcome.kind !== 'written') return refuse(call, outcome);
    return answer(call, status, { incident: await viewIncident(given().store, outcome.incident) });
  }
  function maintenance(call: HttpCall, status: 200 | 201, outcome: MaintenanceOutcome): HttpAnswer {
    return outcome.kind === 'written' ? answer(call, status, { maintenance: outcome.maintenance.content }) : refuse(call, outcome);
  }
  return {
    'incidents.list': async (call) => answer(call, 200, await readOverview(given().store, given().clock.now())),
    'incidents.open': async (call) => incident(call, 201, await openIncident(given(), authorOf(call), bodyOf(call, 'incidents.open'))),
    'incidents.update': async (call) =>
      incident(call, 200, await updateIncident(given(), authorOf(call), idOf(call), bodyOf(call, 'incidents.update'))),
    'incidents.components': async (call) =>
      incident(call, 200, await editComponents(given(), authorOf(call), idOf(call), bodyOf(call, 'incidents.components'))),
    'maintenances.schedule': async (call) =>
      maintenance(call, 201, await scheduleMaintenance(given(), authorOf(call), bodyOf(call, 'maintenances.schedule'))),
    'maintenances.update': async (call) =>
      maintenance(call, 200, await updateMaintenance(given(), authorOf(call), idOf(call), bodyOf(call, 'maintenances.update'))),
    'maintenances.cancel': async (call) =>
      maintenance(call, 200, await cancelMaintenance(given(), authorOf(call), idOf(call), bodyOf(call, 'maintenances.cancel'))),
  } satisfies Partial<Record<RouteId, RouteHandler>>;
}

const serveHttp = createPipeline(routes, createRoutes(services), services);

export async function handler(
  event: SQSEvent | EventBridgeEvent<string, unknown> | HttpEvent,
  context: Context,
): Promise<SQSBatchResponse | HttpAnswer | undefined> {
  if ('routeKey' in event) return await serveHttp(event, context);
  if (!('Records' in event)) {
    await runOnSchedule(services());
    return undefined;
  }
  const refused = await runOnMessages(services(), topics(), event.Records);
  return { batchItemFailures: refused.map((itemIdentifier) => ({ itemIdentifier })) };
}
