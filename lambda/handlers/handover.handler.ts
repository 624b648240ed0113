/** Function `handover`: sends reports of vulnerabilities to the platform that the deployment names. Called by its queue. */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { disclosureSettings, disclosureVariable, handoverMessage } from '../../contract/disclosure.ts';
import { documentClient } from '../adapters/aws-clients.ts';
import { DynamoTriageStore } from '../adapters/dynamo-triage-store.ts';
import { postToWebhook } from '../adapters/https-webhook.ts';
import { KmsReportVault } from '../adapters/kms-report-vault.ts';
import { log } from '../adapters/log.ts';
import { Secret, SecretKeyedHash } from '../adapters/secrets.ts';
import { readResource } from '../adapters/settings.ts';
import { systemClock } from '../adapters/system.ts';
import { type HandOverServices, handOver, NotHandedOver } from '../domain/disclosure/hand-over.ts';
import { once } from './once.ts';

const services = once((): HandOverServices => {
  const { handOverUrl } = disclosureSettings.parse(JSON.parse(process.env[disclosureVariable] ?? ''));
  return {
    clock: systemClock,
    store: new DynamoTriageStore(documentClient(), readResource('table', 'vulnerability-reports')),
    vault: new KmsReportVault(readResource('key', 'reports')),
    signingKey: new SecretKeyedHash(new Secret(readResource('secret', 'handover'), systemClock)),
    post: async (request) => {
      if (handOverUrl === undefined) throw new Error('this deployment hands reports over to nobody');
      return await postToWebhook(handOverUrl, request);
    },
  };
});

export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const failed: string[] = [];
  for (const { messageId, body } of event.Records) {
    try {
      await handOver(services(), handoverMessage.parse(JSON.parse(body)).reportId);
      log('INFO', 'report.handed_over', { messageId });
    } catch (error) {
      const status = error instanceof NotHandedOver ? error.status : undefined;
      log('ERROR', 'report.not_handed_over', { messageId, status, reason: error instanceof Error ? error.name : 'unknown' });
      failed.push(messageId);
    }
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}
