/** Function `triage`: reports of vulnerabilities for staff, and by the clock. */
import type { Context, EventBridgeEvent } from 'aws-lambda';
import { disclosureSettings, disclosureVariable } from '../../contract/disclosure.ts';
import { type RouteId, routes } from '../../contract/routes.ts';
import { documentClient } from '../adapters/aws-clients.ts';
import { scoreCvss } from '../adapters/cvss-score.ts';
import { DynamoTriageStore } from '../adapters/dynamo-triage-store.ts';
import { KmsReportVault } from '../adapters/kms-report-vault.ts';
import { readResource } from '../adapters/settings.ts';
import { SqsHandoverQueue } from '../adapters/sqs-handover-queue.ts';
import { SqsMailQueue } from '../adapters/sqs-mail-queue.ts';
import { runOnSchedule } from '../domain/disclosure/run.ts';
import { findReport, type Handler, recordHandling, type TriageServices, updateReport } from '../domain/disclosure/triage.ts';
import { listReports, viewReport } from '../domain/disclosure/view.ts';
import { refuse } from '../http/answers.ts';
import type { HttpAnswer, HttpCall, HttpEvent, PipelineServices, RouteHandler } from '../http/call.ts';
import { createPipeline } from '../http/pipeline.ts';
import { answer } from '../http/responses.ts';
import { bodyOf, currentSession } from '../http/session-call.ts';
import { once } from './once.ts';
import { sessionServices } from './services.ts';

const services = once((): PipelineServices & TriageServices => {
  const calendar = disclosureSettings.parse(JSON.parse(process.env[disclosureVariable] ?? ''));
  return {
    ...sessionServices(),
    store: new DynamoTriageStore(documentClient(), readResource('table', 'vulnerability-reports')),
    vault: new KmsReportVault(readResource('key', 'reports')),
    mail: new SqsMailQueue(readResource('queue', 'mail')),
    calendar,
    ...(calendar.handOverUrl !== undefined && { handover: new SqsHandoverQueue(readResource('queue', 'handover')) }),
    scoreCvss,
  };
});

function handlerOf(call: HttpCall): Handler {
  const { accountId, email, token } = currentSession(call);
  const { address, userAgent } = call.viewer;
  const session = { accountId, sessionId: token.sessionId };
  return { actor: accountId, name: email, address, userAgent, requestId: call.requestId, siteOrigin: call.siteOrigin, session };
}

function idOf(call: HttpCall): string {
  return call.event.pathParameters?.id ?? '';
}

export function createRoutes(given: () => TriageServices) {
  return {
    'reports.list': async (call) => answer(call, 200, await listReports(given())),
    'reports.read': async (call) => {
      const report = await findReport(given().store, idOf(call));
      if (report === undefined) return refuse(call, { kind: 'not_found' });
      // Written before it is shown: what could not be written down is not done.
      await recordHandling(given(), handlerOf(call), 'report.viewed', report.reportId, '');
      return answer(call, 200, await viewReport(given(), report));
    },
    'reports.update': async (call) => {
      const outcome = await updateReport(given(), handlerOf(call), idOf(call), bodyOf(call, 'reports.update'));
      return outcome.kind === 'updated' ? answer(call, 200, await viewReport(given(), outcome.report)) : refuse(call, outcome);
    },
  } satisfies Partial<Record<RouteId, RouteHandler>>;
}

const serveHttp = createPipeline(routes, createRoutes(services), services);

export async function handler(event: EventBridgeEvent<string, unknown> | HttpEvent, context: Context): Promise<HttpAnswer | undefined> {
  if ('routeKey' in event) return await serveHttp(event, context);
  await runOnSchedule(services());
  return undefined;
}
