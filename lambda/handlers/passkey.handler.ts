/** Function `passkey`: WebAuthn. It knows public keys, and neither seeds nor hashes. */
import { routes } from '../../contract/routes.ts';
import { documentClient } from '../adapters/aws-clients.ts';
import { DynamoFactorStore } from '../adapters/dynamo-factor-store.ts';
import { LambdaPasswordConfirmer } from '../adapters/lambda-password-confirmer.ts';
import { Secret, SecretKeyedHash } from '../adapters/secrets.ts';
import { readResource } from '../adapters/settings.ts';
import { SqsMailQueue } from '../adapters/sqs-mail-queue.ts';
import { systemClock } from '../adapters/system.ts';
import { webAuthnOnDemand } from '../adapters/webauthn-on-demand.ts';
import type { PasskeyServices } from '../domain/context.ts';
import { listPasskeys, registerPasskey, registrationOptions, removePasskey } from '../domain/passkeys/enrolment.ts';
import { answerWithPasskey, signInOptions, signInWithPasskey } from '../domain/passkeys/sign-in.ts';
import { stepUpOptions, stepUpWithPasskey } from '../domain/passkeys/step-up.ts';
import { refuse, rotated, signedIn } from '../http/answers.ts';
import type { PipelineServices } from '../http/call.ts';
import { createPipeline } from '../http/pipeline.ts';
import { answer } from '../http/responses.ts';
import { bodyOf, currentAccount, currentSession, domainCall } from '../http/session-call.ts';
import { once } from './once.ts';
import { routeBudgets, sessionServices } from './services.ts';

const services = once((): PipelineServices & PasskeyServices => {
  const shared = sessionServices();
  const keyedBy = (secret: 'device' | 'recovery' | 'ceremony') =>
    new SecretKeyedHash(new Secret(readResource('secret', secret), systemClock));
  return {
    ...shared,
    budgets: routeBudgets(),
    factors: new DynamoFactorStore(documentClient(), readResource('table', 'accounts')),
    webauthn: webAuthnOnDemand,
    passwords: new LambdaPasswordConfirmer(readResource('function', 'password')),
    mail: new SqsMailQueue(readResource('queue', 'mail')),
    deviceKey: keyedBy('device'),
    recoveryKey: keyedBy('recovery'),
    ceremonyKey: keyedBy('ceremony'),
    productName: shared.settings.productName,
  };
});

export const handler = createPipeline(
  routes,
  {
    'sign-in.passkey.options': async (call) => {
      const outcome = await signInOptions(services(), domainCall(call), bodyOf(call, 'sign-in.passkey.options').challengeId);
      return outcome.kind === 'options' ? answer(call, 200, { options: outcome.options }) : refuse(call, outcome);
    },
    'sign-in.passkey': async (call) => {
      const { challengeId, ...body } = bodyOf(call, 'sign-in.passkey');
      const outcome = await (challengeId === undefined
        ? signInWithPasskey(services(), domainCall(call), body)
        : answerWithPasskey(services(), domainCall(call), { ...body, challengeId }));
      services().telemetry.count(outcome.kind === 'signed_in' ? 'SignIn/Succeeded' : 'SignIn/Failed');
      return outcome.kind === 'signed_in' ? signedIn(call, outcome, outcome.delivery, services().factorPolicy) : refuse(call, outcome);
    },
    'session.step-up.passkey.options': async (call) => {
      const outcome = await stepUpOptions(services(), domainCall(call), currentSession(call), currentAccount(call).secondFactor);
      return outcome.kind === 'options' ? answer(call, 200, { options: outcome.options }) : refuse(call, outcome);
    },
    'session.step-up.passkey': async (call) => {
      const { credential } = bodyOf(call, 'session.step-up.passkey');
      const outcome = await stepUpWithPasskey(services(), domainCall(call), currentSession(call), credential);
      if (outcome.kind !== 'stepped_up') return refuse(call, outcome);
      return currentSession(call).delivery === 'cookie' ? rotated(call, outcome.token) : answer(call, 204);
    },
    'account.passkeys.list': async (call) => answer(call, 200, { passkeys: listPasskeys(currentAccount(call).secondFactor) }),
    'account.passkeys.options': async (call) => {
      const outcome = await registrationOptions(services(), domainCall(call), currentSession(call), currentAccount(call).secondFactor);
      return outcome.kind === 'options' ? answer(call, 200, { options: outcome.options }) : refuse(call, outcome);
    },
    'account.passkeys.register': async (call) => {
      const outcome = await registerPasskey(services(), domainCall(call), currentSession(call), bodyOf(call, 'account.passkeys.register'));
      if (outcome.kind !== 'added') return refuse(call, outcome);
      const { passkey, recoveryCodes } = outcome;
      return answer(call, 201, { passkey, ...(recoveryCodes ? { recoveryCodes } : {}) });
    },
    'account.passkeys.remove': async (call) => {
      const passkeyId = call.event.pathParameters?.id ?? '';
      const outcome = await removePasskey(services(), domainCall(call), currentSession(call), passkeyId);
      return outcome.kind === 'removed' ? answer(call, 204) : refuse(call, outcome);
    },
  },
  services,
);
