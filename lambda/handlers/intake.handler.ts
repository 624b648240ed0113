/** Function `intake`: reports of vulnerabilities, for whoever brings them. It knows no account, and looks at no cookie. */
import { type DisclosureSettings, disclosureSettings, disclosureVariable } from '../../contract/disclosure.ts';
import { securityTxt } from '../../contract/policy/disclosure.ts';
import { type RouteId, routes } from '../../contract/routes.ts';
import { documentClient } from '../adapters/aws-clients.ts';
import { DynamoBudgetStore } from '../adapters/dynamo-budget-store.ts';
import { DynamoReportStore } from '../adapters/dynamo-report-store.ts';
import { KmsReportVault } from '../adapters/kms-report-vault.ts';
import { log } from '../adapters/log.ts';
import { Secret, SecretKeyedHash } from '../adapters/secrets.ts';
import { readResource } from '../adapters/settings.ts';
import { SqsMailQueue } from '../adapters/sqs-mail-queue.ts';
import { systemClock, systemRandom } from '../adapters/system.ts';
import { fileReport, type IntakeServices } from '../domain/disclosure/file-report.ts';
import { addMessage, followReport, listThanks } from '../domain/disclosure/follow-report.ts';
import { refuse } from '../http/answers.ts';
import type { HttpCall, PipelineServices, RouteHandler } from '../http/call.ts';
import { createPipeline } from '../http/pipeline.ts';
import { answer, problem } from '../http/responses.ts';
import { bodyOf, domainCall } from '../http/session-call.ts';
import { once } from './once.ts';
import { publicServices, routeBudgets } from './services.ts';

type Services = IntakeServices & { readonly calendar: DisclosureSettings };

/** Whoever is asked for by name must still be staff. */
function notifiedOf({ notify }: DisclosureSettings, staff: readonly string[]): readonly string[] {
  return notify === undefined ? staff : staff.filter((email) => notify.includes(email));
}

const services = once((): PipelineServices & Services => {
  const client = documentClient();
  const shared = publicServices();
  const calendar = disclosureSettings.parse(JSON.parse(process.env[disclosureVariable] ?? ''));
  return {
    ...shared,
    random: systemRandom,
    store: new DynamoReportStore(client, readResource('table', 'vulnerability-reports')),
    vault: new KmsReportVault(readResource('key', 'reports')),
    budgets: routeBudgets(),
    acknowledgements: new DynamoBudgetStore(client, readResource('table', 'rate-limits')),
    trackingKey: new SecretKeyedHash(new Secret(readResource('secret', 'tracking'), systemClock)),
    identity: new SecretKeyedHash(new Secret(readResource('secret', 'identity'), systemClock)),
    mail: new SqsMailQueue(readResource('queue', 'mail')),
    journal: { note: log },
    calendar,
    notified: notifiedOf(calendar, shared.settings.staff),
  };
});

function tokenOf(call: HttpCall): string {
  return call.event.pathParameters?.trackingToken ?? '';
}

/** For somebody who has found something and finds the door shut. */
function otherWay(call: HttpCall, { email }: DisclosureSettings): string {
  const file = `${call.siteOrigin}/${securityTxt.path}`;
  return email === undefined ? `try again later; ${file} names every way to us` : `write to ${email} instead, or try again later`;
}

export function createRoutes(given: () => Services) {
  return {
    'reports.file': async (call) => {
      const outcome = await fileReport(given(), domainCall(call), bodyOf(call, 'reports.file'));
      switch (outcome.kind) {
        case 'filed':
          return answer(call, 202, { trackingToken: outcome.trackingToken });
        case 'rate_limited':
          return problem(call, 'rate_limited', {
            retryAfterSeconds: outcome.retryAfterSeconds,
            detail: `Too many reports came from this network: ${otherWay(call, given().calendar)}`,
          });
        case 'overloaded':
          return problem(call, 'unavailable', {
            retryAfterSeconds: outcome.retryAfterSeconds,
            detail: `More reports are coming in than can be taken: ${otherWay(call, given().calendar)}`,
          });
        default:
          return refuse(call, outcome);
      }
    },
    'reports.follow': async (call) => {
      const outcome = await followReport(given(), tokenOf(call));
      return outcome.kind === 'found' ? answer(call, 200, outcome.report) : refuse(call, outcome);
    },
    'reports.thanks': async (call) => answer(call, 200, await listThanks(given())),
    'reports.add-message': async (call) => {
      const outcome = await addMessage(given(), tokenOf(call), bodyOf(call, 'reports.add-message'));
      return outcome.kind === 'added' ? answer(call, 202, { id: outcome.messageId }) : refuse(call, outcome);
    },
  } satisfies Partial<Record<RouteId, RouteHandler>>;
}

export const handler = createPipeline(routes, createRoutes(services), services);
