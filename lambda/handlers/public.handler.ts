/**
 * Function `public`: what needs no one to be known. It takes `$default` too: the guards answer what no route takes, and notice who
 * asks for a trap.
 */

import { createOpenApiDocument } from '../../contract/openapi.ts';
import { routes } from '../../contract/routes.ts';
import { documentClient } from '../adapters/aws-clients.ts';
import { DynamoIncidentReader } from '../adapters/dynamo-incident-store.ts';
import { keyProbe, storeProbe } from '../adapters/health-probes.ts';
import { publicKeyOf } from '../adapters/kms-checkpoint-signer.ts';
import { readResource } from '../adapters/settings.ts';
import { SqsBlockQueue } from '../adapters/sqs-block-queue.ts';
import { systemClock, systemRandom } from '../adapters/system.ts';
import { describePublicKey } from '../domain/audit/checkpoint.ts';
import { createHealthCheck } from '../domain/health.ts';
import { Honeypot } from '../domain/honeypot.ts';
import { readNotices } from '../domain/incidents/notices.ts';
import { watchTraps } from '../http/guards/honeypot.ts';
import { createPipeline } from '../http/pipeline.ts';
import { answer, answerUnlessKnown, problem } from '../http/responses.ts';
import { once } from './once.ts';
import { publicServices } from './services.ts';

const services = once(publicServices);
const checkHealth = once(() =>
  createHealthCheck(
    { store: storeProbe(documentClient(), readResource('table', 'attempts')), kms: keyProbe(readResource('key', 'pepper')) },
    systemClock,
  ),
);
const honeypot = once(
  () => new Honeypot({ clock: systemClock, random: systemRandom, blocks: new SqsBlockQueue(readResource('queue', 'blocks')) }),
);
const incidents = once(() => new DynamoIncidentReader(documentClient(), readResource('table', 'incidents')));

const auditKey = once(() => once(() => publicKeyOf(readResource('key', 'audit'))));

export const handler = createPipeline(
  routes,
  {
    health: async (call) => {
      const health = await checkHealth()();
      if (health.status === 'ok') return answer(call, 200, health);
      const failing = Object.keys(health.parts).filter((part) => health.parts[part] === 'failing');
      return problem(call, 'unavailable', { detail: `Failing: ${failing.join(', ')}`, retryAfterSeconds: 5 });
    },
    notices: async (call) => answerUnlessKnown(call, await readNotices(incidents(), systemClock.now())),
    'audit-key': async (call) => answer(call, 200, describePublicKey(await auditKey()())),
    openapi: async (call) => answer(call, 200, createOpenApiDocument(call.siteOrigin)),
  },
  services,
  [watchTraps(honeypot)],
);
