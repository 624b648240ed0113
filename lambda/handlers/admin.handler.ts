/** Function `admin`: what staff and operators may do to an account, and staff about addresses. It reaches neither hashes nor seeds. */
import type { Context } from 'aws-lambda';
import { blocklistSettings, blocklistVariable } from '../../contract/blocks.ts';
import { staffQuestion } from '../../contract/operator-questions.ts';
import { type RouteId, routes } from '../../contract/routes.ts';
import { documentClient } from '../adapters/aws-clients.ts';
import { DynamoAttemptStore } from '../adapters/dynamo-attempt-store.ts';
import { DynamoAuditReader } from '../adapters/dynamo-audit-reader.ts';
import { DynamoBlockList } from '../adapters/dynamo-block-list.ts';
import { DynamoCspReportStore } from '../adapters/dynamo-csp-report-store.ts';
import { DynamoStaffStore } from '../adapters/dynamo-staff-store.ts';
import { LambdaAccountDirectory } from '../adapters/lambda-account-directory.ts';
import { Secret, SecretKeyedHash } from '../adapters/secrets.ts';
import { readResource } from '../adapters/settings.ts';
import { SqsBlockQueue } from '../adapters/sqs-block-queue.ts';
import { SqsMailQueue } from '../adapters/sqs-mail-queue.ts';
import { systemClock } from '../adapters/system.ts';
import { listCspReports } from '../domain/csp/list-reports.ts';
import type { CspReportStore } from '../domain/csp/ports.ts';
import { disableAccount, enableAccount, endAccountSessions, findAccount, readAccount, unlock } from '../domain/staff/accounts.ts';
import type { StaffServices } from '../domain/staff/acts.ts';
import { type AuditServices, readAudit } from '../domain/staff/audit.ts';
import { approveRecovery, cancelRecovery, completeRecovery, requestRecovery } from '../domain/staff/factor-recovery.ts';
import { askForIpBlock, type IpBlockServices, listIpBlocks } from '../domain/staff/ip-blocks.ts';
import { answerOperator, type StaffAnswer } from '../domain/staff/operator.ts';
import { refuse } from '../http/answers.ts';
import type { HttpAnswer, HttpCall, HttpEvent, PipelineServices, RouteHandler } from '../http/call.ts';
import { createPipeline } from '../http/pipeline.ts';
import { answer, problem } from '../http/responses.ts';
import { bodyOf, currentSession, domainCall } from '../http/session-call.ts';
import { once } from './once.ts';
import { sessionServices } from './services.ts';

type AdminServices = StaffServices & IpBlockServices & AuditServices & { readonly cspReports: Pick<CspReportStore, 'list'> };

const services = once((): PipelineServices & AdminServices => {
  const client = documentClient();
  return {
    ...sessionServices(),
    staff: new DynamoStaffStore(client, readResource('table', 'accounts')),
    cspReports: new DynamoCspReportStore(client, readResource('table', 'csp-reports')),
    attempts: new DynamoAttemptStore(client, readResource('table', 'attempts')),
    directory: new LambdaAccountDirectory(readResource('function', 'password')),
    identity: new SecretKeyedHash(new Secret(readResource('secret', 'identity'), systemClock)),
    mail: new SqsMailQueue(readResource('queue', 'mail')),
    blockRecords: new DynamoBlockList(client, readResource('table', 'ip-blocks')),
    blockRequests: new SqsBlockQueue(readResource('queue', 'blocks')),
    acts: new DynamoAuditReader(client, readResource('table', 'events')),
    blocklist: blocklistSettings.parse(JSON.parse(process.env[blocklistVariable] ?? '')),
  };
});

type ActRoute = Exclude<
  Extract<RouteId, `admin.accounts.${string}` | `admin.factor-recovery.${string}`>,
  'admin.accounts.find' | 'admin.accounts.read'
>;

type Services = () => AdminServices;

/** Every act has an account in its path, a reason in its body, and no answer but that it was done. */
function acting(services: Services, routeId: ActRoute, use: typeof requestRecovery): RouteHandler {
  return async (call) => {
    const act = { accountId: accountIdOf(call), reason: bodyOf(call, routeId).reason };
    const outcome = await use(services(), domainCall(call), currentSession(call), act);
    return outcome.kind === 'done' ? answer(call, 204) : refuse(call, outcome);
  };
}

function changingBlocks(services: Services, routeId: 'admin.ip-blocks.block' | 'admin.ip-blocks.unblock'): RouteHandler {
  const kind = routeId === 'admin.ip-blocks.block' ? 'block' : 'unblock';
  return async (call) => {
    const outcome = await askForIpBlock(services(), domainCall(call), currentSession(call), kind, bodyOf(call, routeId));
    if (outcome.kind === 'conflict') return refuse(call, outcome);
    if (outcome.kind === 'refused') {
      return problem(call, 'invalid_request', { errors: [{ path: outcome.field, message: outcome.message }] });
    }
    return answer(call, 202, { cidr: outcome.cidr, until: outcome.until });
  };
}

function accountIdOf(call: HttpCall): string {
  return call.event.pathParameters?.id ?? '';
}

export function createRoutes(services: Services) {
  return {
    'admin.accounts.find': async (call) => {
      const outcome = await findAccount(services(), domainCall(call), currentSession(call), bodyOf(call, 'admin.accounts.find'));
      return outcome.kind === 'found' ? answer(call, 200, outcome.view) : refuse(call, outcome);
    },
    'admin.accounts.read': async (call) => {
      const outcome = await readAccount(services(), domainCall(call), currentSession(call), accountIdOf(call));
      return outcome.kind === 'found' ? answer(call, 200, outcome.view) : refuse(call, outcome);
    },
    'admin.accounts.unlock': acting(services, 'admin.accounts.unlock', unlock),
    'admin.accounts.disable': acting(services, 'admin.accounts.disable', disableAccount),
    'admin.accounts.enable': acting(services, 'admin.accounts.enable', enableAccount),
    'admin.accounts.end-sessions': acting(services, 'admin.accounts.end-sessions', endAccountSessions),
    'admin.factor-recovery.request': acting(services, 'admin.factor-recovery.request', requestRecovery),
    'admin.factor-recovery.approve': acting(services, 'admin.factor-recovery.approve', approveRecovery),
    'admin.factor-recovery.complete': acting(services, 'admin.factor-recovery.complete', completeRecovery),
    'admin.factor-recovery.cancel': acting(services, 'admin.factor-recovery.cancel', cancelRecovery),
    'admin.ip-blocks.list': async (call) => answer(call, 200, await listIpBlocks(services())),
    'admin.ip-blocks.block': changingBlocks(services, 'admin.ip-blocks.block'),
    'admin.ip-blocks.unblock': changingBlocks(services, 'admin.ip-blocks.unblock'),
    'admin.audit.list': async (call) => answer(call, 200, await readAudit(services(), domainCall(call), currentSession(call), {})),
    'admin.audit.find': async (call) =>
      answer(call, 200, await readAudit(services(), domainCall(call), currentSession(call), bodyOf(call, 'admin.audit.find'))),
    'admin.csp-reports': async (call) => answer(call, 200, await listCspReports(services().cspReports, services().clock.now())),
  } satisfies Partial<Record<RouteId, RouteHandler>>;
}

const serve = createPipeline(routes, createRoutes(services), services);

/** @param event a request by HTTP, or what `npm run ops -- account` asks: whoever may invoke the function has the rights of the AWS account */
export async function handler(event: HttpEvent | Record<string, unknown>, context: Context): Promise<HttpAnswer | StaffAnswer> {
  if (isHttp(event)) return await serve(event, context);
  const question = staffQuestion.parse(event);
  const siteOrigin = services().settings.siteOrigin ?? question.siteOrigin;
  return await answerOperator(services(), { ...question, siteOrigin }, context.awsRequestId);
}

function isHttp(event: HttpEvent | Record<string, unknown>): event is HttpEvent {
  return 'routeKey' in event;
}
