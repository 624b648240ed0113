/** Sends the mails that requests ask for. Called by the mail queue; failed messages go back to it one by one. */
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { documentClient } from '../adapters/aws-clients.ts';
import { CanaryMailbox } from '../adapters/canary-mailbox.ts';
import { DynamoMailBudgetStore } from '../adapters/dynamo-mail-budget-store.ts';
import { DynamoMailTokenStore } from '../adapters/dynamo-mail-token-store.ts';
import { DynamoRecipientDirectory } from '../adapters/dynamo-recipient-directory.ts';
import { countMetric, log } from '../adapters/log.ts';
import { SesMailSender } from '../adapters/ses-mail-sender.ts';
import { readResource, readSettings } from '../adapters/settings.ts';
import { SqsVisibility } from '../adapters/sqs-visibility.ts';
import { systemClock, systemRandom } from '../adapters/system.ts';
import { deliverBatch } from '../domain/mail/deliver-batch.ts';
import type { MailPorts } from '../domain/mail/ports.ts';
import { once } from './once.ts';

const ports = once((): MailPorts => {
  const { sender, productName, staff } = readSettings();
  const addressesOfStaff = new Set(staff);
  const configurationSet = process.env.MAIL_CONFIGURATION_SET;
  return {
    clock: systemClock,
    random: systemRandom,
    directory: new DynamoRecipientDirectory(documentClient(), readResource('table', 'credentials')),
    budgets: new DynamoMailBudgetStore(documentClient(), readResource('table', 'mail-budgets')),
    tokens: new DynamoMailTokenStore(documentClient(), readResource('table', 'tokens')),
    sender: new CanaryMailbox(
      readResource('queue', 'canary'),
      new SesMailSender({ sender, productName, ...(configurationSet && { configurationSet }) }),
    ),
    visibility: new SqsVisibility(readResource('queue', 'mail')),
    journal: { note: log, count: countMetric },
    productName,
    isStaff: (email) => addressesOfStaff.has(email),
  };
});

export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const failed = await deliverBatch(ports(), event.Records, () => context.getRemainingTimeInMillis());
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}
