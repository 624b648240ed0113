/** Function `account`: what owners change about their account, in person or by a link in a mail. */
import { Secret, SecretKeyedHash } from '../adapters/secrets.ts';
import { readResource } from '../adapters/settings.ts';
import { systemClock } from '../adapters/system.ts';
import { type DeviceServices, forgetAllDevices, forgetDevice, listDevices } from '../domain/remembered-devices.ts';
import { refuse } from '../http/answers.ts';
import type { PipelineServices } from '../http/call.ts';
import { createPipeline } from '../http/pipeline.ts';
import { answer } from '../http/responses.ts';
import { currentSession, domainCall } from '../http/session-call.ts';
import { once } from './once.ts';
import { sessionServices } from './services.ts';

const services = once((): PipelineServices & DeviceServices => ({
  ...sessionServices(),
  deviceKey: new SecretKeyedHash(new Secret(readResource('secret', 'device'), systemClock)),
}));

export const handler = createPipeline(
  {
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
