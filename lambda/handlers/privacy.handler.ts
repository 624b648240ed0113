/** Function `privacy`: hands out a person's data and erases it. Called over HTTP, by the clock, and by operators. */
import type { Context, EventBridgeEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { privacyQuestion } from '../../contract/operator-questions.ts';
import { type RouteId, routes } from '../../contract/routes.ts';
import { documentClient } from '../adapters/aws-clients.ts';
import { DynamoErasableAccounts, DynamoErasureStore } from '../adapters/dynamo-erasure-store.ts';
import { DynamoPersonalHistory } from '../adapters/dynamo-personal-history.ts';
import { DynamoReportEndStore } from '../adapters/dynamo-report-end-store.ts';
import { DynamoSeedStore } from '../adapters/dynamo-seed-store.ts';
import { DynamoSubscriptionStore } from '../adapters/dynamo-subscription-store.ts';
import { DynamoTokenStore } from '../adapters/dynamo-token-store.ts';
import { LambdaAccountDirectory } from '../adapters/lambda-account-directory.ts';
import { LambdaCredentialMover } from '../adapters/lambda-credential-mover.ts';
import { log } from '../adapters/log.ts';
import { Secret, SecretKeyedHash } from '../adapters/secrets.ts';
import { readResource } from '../adapters/settings.ts';
import { SqsMailQueue } from '../adapters/sqs-mail-queue.ts';
import { systemClock } from '../adapters/system.ts';
import { eraseClosedReports } from '../domain/disclosure/erase-reports.ts';
import { answerOperator, handOutOwn, keepByLink, type PrivacyAnswer } from '../domain/privacy/ask.ts';
import { requestErasure, runErasures } from '../domain/privacy/erase.ts';
import type { PrivacyServices } from '../domain/privacy/ports.ts';
import { instant } from '../domain/sessions.ts';
import { refuse } from '../http/answers.ts';
import type { HttpAnswer, HttpEvent, PipelineServices, RouteHandler } from '../http/call.ts';
import { expiredSessionCookie } from '../http/cookies.ts';
import { createPipeline } from '../http/pipeline.ts';
import { answer } from '../http/responses.ts';
import { bodyOf, currentSession, domainCall } from '../http/session-call.ts';
import { once } from './once.ts';
import { routeBudgets, sessionServices } from './services.ts';

const services = once((): PipelineServices & PrivacyServices => {
  const shared = sessionServices();
  const client = documentClient();
  const { siteOrigin } = shared.settings;
  return {
    ...shared,
    budgets: routeBudgets(),
    erasable: new DynamoErasableAccounts(client, readResource('table', 'accounts')),
    erasures: new DynamoErasureStore(client, readResource('table', 'erasures')),
    history: new DynamoPersonalHistory(client, readResource('table', 'events')),
    seeds: new DynamoSeedStore(client, readResource('table', 'seeds')),
    subscriptions: new DynamoSubscriptionStore(client, readResource('table', 'status-subscriptions')),
    credentials: new LambdaCredentialMover(readResource('function', 'password')),
    directory: new LambdaAccountDirectory(readResource('function', 'password')),
    tokens: new DynamoTokenStore(client, readResource('table', 'tokens')),
    mail: new SqsMailQueue(readResource('queue', 'mail')),
    identity: new SecretKeyedHash(new Secret(readResource('secret', 'identity'), systemClock)),
    journal: { note: log },
    ...(siteOrigin !== undefined && { siteOrigin }),
  };
});

const reports = once(() => new DynamoReportEndStore(documentClient(), readResource('table', 'vulnerability-reports')));

export function createRoutes(given: () => PrivacyServices) {
  return {
    'account.export': async (call) =>
      answer(call, 200, await handOutOwn(given(), domainCall(call), currentSession(call)), {
        headers: { 'Content-Disposition': 'attachment; filename="account.json"' },
      }),
    'account.erase': async (call) => {
      const outcome = await requestErasure(given(), domainCall(call), currentSession(call).accountId);
      if (outcome.kind !== 'scheduled') return refuse(call, outcome);
      const body = { status: 'to_be_erased', erasesAt: instant(outcome.erasesAt) };
      return answer(call, 202, body, { headers: { 'Clear-Site-Data': '"cache", "storage"' }, cookies: [expiredSessionCookie()] });
    },
    'account.keep': async (call) => {
      const outcome = await keepByLink(given(), domainCall(call), bodyOf(call, 'account.keep'));
      return outcome.kind === 'kept' ? answer(call, 204) : refuse(call, outcome);
    },
  } satisfies Partial<Record<RouteId, RouteHandler>>;
}

const serve = createPipeline(routes, createRoutes(services), services);
/** Of events that are neither HTTP nor the clock's: what `npm run ops -- account` sends. */
const question = z.object({ ask: z.optional(z.string()) });

export async function handler(
  event: HttpEvent | EventBridgeEvent<string, unknown>,
  context: Context,
): Promise<HttpAnswer | PrivacyAnswer | undefined> {
  if ('routeKey' in event) return await serve(event, context);
  if (question.safeParse(event).data?.ask !== undefined) {
    return await answerOperator(services(), privacyQuestion.parse(event), context.awsRequestId);
  }
  await runErasures(services());
  await eraseClosedReports({ clock: systemClock, reports: reports() });
  return undefined;
}
