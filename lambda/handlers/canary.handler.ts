/** Function `canary`: a customer of our own. Called by the clock, and by the queue that its mail comes through. */
import type { EventBridgeEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { siteOriginVariable } from '../../contract/settings.ts';
import { SecretCanaryMemory } from '../adapters/canary-memory.ts';
import { HttpsSite } from '../adapters/https-site.ts';
import { countSighting, log } from '../adapters/log.ts';
import { readResource } from '../adapters/settings.ts';
import { systemClock, systemRandom } from '../adapters/system.ts';
import { totpCode } from '../adapters/totp-code.ts';
import { StepFailed } from '../domain/canary/browser.ts';
import type { CanaryPorts } from '../domain/canary/ports.ts';
import { runCanary } from '../domain/canary/run.ts';
import { followLink } from '../domain/canary/set-up.ts';
import { once } from './once.ts';

const ports = once(
  (): CanaryPorts => ({
    clock: systemClock,
    random: systemRandom,
    site: new HttpsSite(process.env[siteOriginVariable] ?? ''),
    memory: new SecretCanaryMemory(readResource('secret', 'canary')),
    code: totpCode,
    journal: { note: log, see: countSighting },
  }),
);

const mail = z.object({ to: z.string(), text: z.string() });

export async function handler(event: SQSEvent | EventBridgeEvent<string, unknown>): Promise<SQSBatchResponse | undefined> {
  if (!('Records' in event)) {
    await runCanary(ports());
    return undefined;
  }
  const failed: string[] = [];
  for (const { messageId, body } of event.Records) {
    try {
      await followLink(ports(), mail.parse(JSON.parse(body)));
    } catch (error) {
      const { component, step } = error instanceof StepFailed ? error : { component: undefined, step: undefined };
      const { name, message } = Object(error) as { name?: string; message?: string };
      log('ERROR', 'canary.mail_failed', { messageId, component, step, reason: error instanceof StepFailed ? message : name });
      failed.push(messageId);
    }
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}
