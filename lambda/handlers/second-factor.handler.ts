/** Function `second-factor`: codes. It may open seeds, and asks the function `password` about passwords. */
import { routes } from '../../contract/routes.ts';
import { documentClient } from '../adapters/aws-clients.ts';
import { DynamoFactorStore } from '../adapters/dynamo-factor-store.ts';
import { DynamoSeedStore } from '../adapters/dynamo-seed-store.ts';
import { KmsSeedVault } from '../adapters/kms-seed-vault.ts';
import { LambdaPasswordConfirmer } from '../adapters/lambda-password-confirmer.ts';
import { otplibTotp } from '../adapters/otplib-totp.ts';
import { Secret, SecretKeyedHash } from '../adapters/secrets.ts';
import { readResource } from '../adapters/settings.ts';
import { SqsMailQueue } from '../adapters/sqs-mail-queue.ts';
import { systemClock } from '../adapters/system.ts';
import type { SecondFactorServices } from '../domain/context.ts';
import { answerChallenge } from '../domain/second-factor/challenge.ts';
import { confirmTotp, enrolTotp, removeTotp, renewRecoveryCodes } from '../domain/second-factor/enrolment.ts';
import { stepUp } from '../domain/second-factor/step-up.ts';
import { refuse, rotated, signedIn } from '../http/answers.ts';
import type { PipelineServices } from '../http/call.ts';
import { createPipeline } from '../http/pipeline.ts';
import { answer } from '../http/responses.ts';
import { bodyOf, currentAccount, currentSession, domainCall } from '../http/session-call.ts';
import { once } from './once.ts';
import { routeBudgets, sessionServices } from './services.ts';

const services = once((): PipelineServices & SecondFactorServices => {
  const shared = sessionServices();
  return {
    ...shared,
    budgets: routeBudgets(),
    factors: new DynamoFactorStore(documentClient(), readResource('table', 'accounts')),
    seeds: new DynamoSeedStore(documentClient(), readResource('table', 'seeds')),
    vault: new KmsSeedVault(readResource('key', 'seeds')),
    totp: otplibTotp,
    passwords: new LambdaPasswordConfirmer(readResource('function', 'password')),
    mail: new SqsMailQueue(readResource('queue', 'mail')),
    deviceKey: new SecretKeyedHash(new Secret(readResource('secret', 'device'), systemClock)),
    recoveryKey: new SecretKeyedHash(new Secret(readResource('secret', 'recovery'), systemClock)),
    productName: shared.settings.productName,
  };
});

export const handler = createPipeline(
  routes,
  {
    'sign-in.second-factor': async (call) => {
      const outcome = await answerChallenge(services(), domainCall(call), bodyOf(call, 'sign-in.second-factor'));
      services().telemetry.count(outcome.kind === 'signed_in' ? 'SignIn/Succeeded' : 'SignIn/Failed');
      return outcome.kind === 'signed_in' ? signedIn(call, outcome, outcome.delivery, services().factorPolicy) : refuse(call, outcome);
    },
    'session.step-up': async (call) => {
      const needsCode = currentAccount(call).secondFactor !== undefined;
      const outcome = await stepUp(services(), domainCall(call), currentSession(call), needsCode, bodyOf(call, 'session.step-up'));
      if (outcome.kind !== 'stepped_up') return refuse(call, outcome);
      return currentSession(call).delivery === 'cookie' ? rotated(call, outcome.token) : answer(call, 204);
    },
    'account.totp.enrol': async (call) => {
      const outcome = await enrolTotp(services(), currentSession(call));
      return outcome.kind === 'enrolling' ? answer(call, 201, { secret: outcome.secret, uri: outcome.uri }) : refuse(call, outcome);
    },
    'account.totp.confirm': async (call) => {
      const { code } = bodyOf(call, 'account.totp.confirm');
      const outcome = await confirmTotp(services(), domainCall(call), currentSession(call), code);
      return outcome.kind === 'enabled' ? answer(call, 200, { recoveryCodes: outcome.recoveryCodes }) : refuse(call, outcome);
    },
    'account.totp.remove': async (call) => {
      const { code } = bodyOf(call, 'account.totp.remove');
      const outcome = await removeTotp(services(), domainCall(call), currentSession(call), code);
      return outcome.kind === 'disabled' ? answer(call, 204) : refuse(call, outcome);
    },
    'account.recovery-codes.renew': async (call) => {
      const outcome = await renewRecoveryCodes(services(), domainCall(call), currentSession(call));
      return outcome.kind === 'renewed' ? answer(call, 200, { recoveryCodes: outcome.recoveryCodes }) : refuse(call, outcome);
    },
  },
  services,
);
