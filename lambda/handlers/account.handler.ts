/** Function `account`: what owners change about their account, in person or by a link in a mail. */
import { routes } from '../../contract/routes.ts';
import { documentClient } from '../adapters/aws-clients.ts';
import { DynamoAddressStore } from '../adapters/dynamo-address-store.ts';
import { DynamoTokenStore } from '../adapters/dynamo-token-store.ts';
import { LambdaCredentialMover } from '../adapters/lambda-credential-mover.ts';
import { Secret, SecretKeyedHash } from '../adapters/secrets.ts';
import { readResource } from '../adapters/settings.ts';
import { SqsMailQueue } from '../adapters/sqs-mail-queue.ts';
import { systemClock } from '../adapters/system.ts';
import { confirmEmailChange, requestEmailChange } from '../domain/account/change-email.ts';
import { disavow, undoEmailChange } from '../domain/account/secure.ts';
import type { AccountServices } from '../domain/account/services.ts';
import { type DeviceServices, forgetAllDevices, forgetDevice, listDevices } from '../domain/remembered-devices.ts';
import { refuse } from '../http/answers.ts';
import type { HttpAnswer, HttpCall, PipelineServices } from '../http/call.ts';
import { deviceCookie } from '../http/cookies.ts';
import { createPipeline } from '../http/pipeline.ts';
import { answer } from '../http/responses.ts';
import { bodyOf, currentSession, domainCall } from '../http/session-call.ts';
import { once } from './once.ts';
import { routeBudgets, sessionServices } from './services.ts';

const services = once((): PipelineServices & DeviceServices & AccountServices => ({
  ...sessionServices(),
  budgets: routeBudgets(),
  addresses: new DynamoAddressStore(documentClient(), readResource('table', 'accounts')),
  credentials: new LambdaCredentialMover(readResource('function', 'password')),
  tokens: new DynamoTokenStore(documentClient(), readResource('table', 'tokens')),
  mail: new SqsMailQueue(readResource('queue', 'mail')),
  identity: new SecretKeyedHash(new Secret(readResource('secret', 'identity'), systemClock)),
  deviceKey: new SecretKeyedHash(new Secret(readResource('secret', 'device'), systemClock)),
}));

export const handler = createPipeline(
  routes,
  {
    'account.change-email': async (call) => {
      const outcome = await requestEmailChange(services(), domainCall(call), currentSession(call), bodyOf(call, 'account.change-email'));
      return outcome.kind === 'accepted' ? answer(call, 202, { status: 'accepted' }) : refuse(call, outcome);
    },
    'account.confirm-email': async (call) => {
      const outcome = await confirmEmailChange(services(), domainCall(call), bodyOf(call, 'account.confirm-email'));
      return outcome.kind === 'changed' ? done(call, outcome.deviceCookie) : refuse(call, outcome);
    },
    'account.undo-email': async (call) => {
      const outcome = await undoEmailChange(services(), domainCall(call), bodyOf(call, 'account.undo-email'));
      return outcome.kind === 'undone' ? done(call, outcome.deviceCookie) : refuse(call, outcome);
    },
    'account.disavow': async (call) => {
      const outcome = await disavow(services(), domainCall(call), bodyOf(call, 'account.disavow'));
      return outcome.kind === 'disavowed' ? done(call) : refuse(call, outcome);
    },
    'devices.list': async (call) => answer(call, 200, { devices: await listDevices(services(), domainCall(call), currentSession(call)) }),
    'devices.forget': async (call) => {
      const outcome = await forgetDevice(services(), domainCall(call), currentSession(call), call.event.pathParameters?.id ?? '');
      return outcome.kind === 'forgotten' ? answer(call, 204) : refuse(call, outcome);
    },
    'devices.forget-all': async (call) => {
      await forgetAllDevices(services(), domainCall(call), currentSession(call));
      return answer(call, 204);
    },
  },
  services,
);

function done(call: HttpCall, device?: string): HttpAnswer {
  return answer(call, 204, undefined, device === undefined ? {} : { cookies: [deviceCookie(device)] });
}
