/** Function `password`: everything that sees a password or its hash. */

import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { routes } from '../../contract/routes.ts';
import { type PasswordAnswer, passwordQuestion } from '../../contract/schemas.ts';
import { documentClient } from '../adapters/aws-clients.ts';
import { isCommonPassword } from '../adapters/common-password-list.ts';
import { DynamoAttemptStore } from '../adapters/dynamo-attempt-store.ts';
import { DynamoCredentialStore } from '../adapters/dynamo-credential-store.ts';
import { DynamoDistinctCounter } from '../adapters/dynamo-distinct-counter.ts';
import { DynamoRegistrationStore } from '../adapters/dynamo-registration-store.ts';
import { DynamoTokenStore } from '../adapters/dynamo-token-store.ts';
import { KmsPasswordHasher } from '../adapters/kms-password-hasher.ts';
import { Secret, SecretKeyedHash } from '../adapters/secrets.ts';
import { readResource } from '../adapters/settings.ts';
import { SqsBlockQueue } from '../adapters/sqs-block-queue.ts';
import { SqsMailQueue } from '../adapters/sqs-mail-queue.ts';
import { systemClock } from '../adapters/system.ts';
import type { PasswordServices } from '../domain/context.ts';
import { answerQuestion } from '../domain/credential-questions.ts';
import { confirmPasswordReset, requestPasswordReset } from '../domain/password-reset.ts';
import { Unavailable } from '../domain/ports.ts';
import { changePassword } from '../domain/reauthentication.ts';
import { register, verifyAddress } from '../domain/registration.ts';
import { signIn } from '../domain/sign-in.ts';
import { challenged, refuse, rotated, signedIn } from '../http/answers.ts';
import type { HttpEvent, PipelineServices } from '../http/call.ts';
import { deviceCookie } from '../http/cookies.ts';
import { createPipeline } from '../http/pipeline.ts';
import { answer } from '../http/responses.ts';
import { bodyOf, currentSession, domainCall } from '../http/session-call.ts';
import { once } from './once.ts';
import { routeBudgets, sessionServices } from './services.ts';

const services = once((): PipelineServices & PasswordServices => {
  const shared = sessionServices();
  const client = documentClient();
  return {
    ...shared,
    budgets: routeBudgets(),
    credentials: new DynamoCredentialStore(client, readResource('table', 'credentials')),
    registrations: new DynamoRegistrationStore(client, readResource('table', 'registrations')),
    tokens: new DynamoTokenStore(client, readResource('table', 'tokens')),
    attempts: new DynamoAttemptStore(client, readResource('table', 'attempts')),
    distinct: new DynamoDistinctCounter(client, readResource('table', 'attempts')),
    mail: new SqsMailQueue(readResource('queue', 'mail')),
    blocks: new SqsBlockQueue(readResource('queue', 'blocks')),
    hasher: new KmsPasswordHasher(readResource('key', 'pepper')),
    identity: new SecretKeyedHash(new Secret(readResource('secret', 'identity'), systemClock)),
    deviceKey: new SecretKeyedHash(new Secret(readResource('secret', 'device'), systemClock)),
    rules: { profile: shared.settings.passwordProfile, productName: shared.settings.productName, isCommon: isCommonPassword },
    bcryptCost: shared.settings.bcryptCost,
  };
});

const pipeline = createPipeline(
  routes,
  {
    'accounts.register': async (call) => {
      const outcome = await register(services(), domainCall(call), bodyOf(call, 'accounts.register'));
      return outcome.kind === 'accepted' ? answer(call, 202, { status: 'accepted' }) : refuse(call, outcome);
    },
    'accounts.verify': async (call) => {
      const outcome = await verifyAddress(services(), domainCall(call), bodyOf(call, 'accounts.verify'));
      if (outcome.kind !== 'verified') return refuse(call, outcome);
      return answer(call, 204, undefined, { cookies: [deviceCookie(outcome.deviceCookie)] });
    },
    'sign-in': async (call) => {
      const body = bodyOf(call, 'sign-in');
      const outcome = await signIn(services(), domainCall(call), body);
      const { telemetry } = services();
      if (outcome.kind === 'signed_in') telemetry.count('SignIn/Succeeded');
      else if (outcome.kind !== 'invalid_email' && outcome.kind !== 'second_factor_required') telemetry.count('SignIn/Failed');
      if (outcome.kind === 'second_factor_required') return challenged(call, outcome);
      return outcome.kind === 'signed_in' ? signedIn(call, outcome, body.delivery, services().factorPolicy) : refuse(call, outcome);
    },
    'password-reset.request': async (call) => {
      const outcome = await requestPasswordReset(services(), domainCall(call), bodyOf(call, 'password-reset.request'));
      return outcome.kind === 'accepted' ? answer(call, 202, { status: 'accepted' }) : refuse(call, outcome);
    },
    'password-reset.confirm': async (call) => {
      const outcome = await confirmPasswordReset(services(), domainCall(call), bodyOf(call, 'password-reset.confirm'));
      if (outcome.kind !== 'reset') return refuse(call, outcome);
      return answer(call, 204, undefined, { cookies: [deviceCookie(outcome.deviceCookie)] });
    },
    'account.change-password': async (call) => {
      const outcome = await changePassword(services(), domainCall(call), currentSession(call), bodyOf(call, 'account.change-password'));
      return outcome.kind === 'changed' ? rotated(call, outcome.token) : refuse(call, outcome);
    },
  },
  services,
);

/**
 * HTTP requests come from API Gateway, whose events have a version and a route key; questions come from functions whose
 * roles may invoke this one. A body can't make one look like the other.
 */
export async function handler(event: HttpEvent | Readonly<Record<string, unknown>>, context: Context): Promise<unknown> {
  return isHttpEvent(event) ? pipeline(event, context) : answerFunction(event);
}

function isHttpEvent(event: HttpEvent | Readonly<Record<string, unknown>>): event is HttpEvent {
  return 'routeKey' in event;
}

async function answerFunction(event: Readonly<Record<string, unknown>>): Promise<PasswordAnswer> {
  const question = z.parse(passwordQuestion, event);
  try {
    return await answerQuestion(services(), question);
  } catch (fault) {
    if (!(fault instanceof Unavailable)) throw fault;
    services().telemetry.log('ERROR', 'dependency.unavailable', { part: fault.part });
    return { kind: 'unavailable' };
  }
}
