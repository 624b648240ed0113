/** What SNS hands to a queue: the policies of queue and key must let the topic in, or AWS would lose the message without a word. */
import type { Delivery } from '../model.ts';
import type { QueueStore } from './store.ts';

/**
 * Regions that an account has to opt in to. To a queue there, from a topic elsewhere, SNS comes by the region's own name:
 * Amazon SNS Developer Guide, "Sending Amazon SNS messages to an Amazon SQS queue or AWS Lambda function in a different Region".
 */
const optInRegions = new Set(
  'af-south-1 ap-east-1 ap-south-2 ap-southeast-3 ap-southeast-4 eu-central-2 eu-south-1 eu-south-2 il-central-1 me-central-1 me-south-1'.split(
    ' ',
  ),
);

/** @throws Error when a policy refuses */
export async function deliverFromTopic(store: QueueStore, delivery: Delivery): Promise<void> {
  const { assembly, authorizer } = store.context;
  const queue = store.byArn(delivery.endpoint);
  const { arn, encryptionKeyArn } = queue.settings;
  const service = principalOf(delivery.topicArn, arn);
  const context = { 'aws:SourceArn': delivery.topicArn, 'aws:SourceAccount': assembly.account };
  const requests = [
    { action: 'sqs:SendMessage', resource: arn },
    ...(encryptionKeyArn === undefined
      ? []
      : ['kms:GenerateDataKey', 'kms:Decrypt'].map((action) => ({ action, resource: encryptionKeyArn }))),
  ];
  for (const request of requests) {
    const decision = await authorizer.authorize(service, { ...request, context });
    if (!decision.allowed) throw new Error(`${arn} gets nothing from the topic ${delivery.topicArn}: ${decision.reason}`);
  }
  queue.send(envelope(delivery), service, undefined, 0);
}

function principalOf(topicArn: string, queueArn: string): string {
  const [topicRegion, queueRegion = ''] = [topicArn, queueArn].map((arn) => arn.split(':')[3]);
  return topicRegion !== queueRegion && optInRegions.has(queueRegion) ? `sns.${queueRegion}.amazonaws.com` : 'sns.amazonaws.com';
}

/** Amazon SNS Developer Guide, "Parsing Amazon SNS message formats". */
function envelope({ messageId, topicArn, subject, message, at }: Delivery): string {
  return JSON.stringify({
    Type: 'Notification',
    MessageId: messageId,
    TopicArn: topicArn,
    ...(subject === undefined ? {} : { Subject: subject }),
    Message: message,
    Timestamp: at,
    SignatureVersion: '1',
  });
}
