import { AwsError } from '../aws-error.ts';
import { createJsonService } from '../json-protocol.ts';
import type { Service } from '../service.ts';
import { changeMessageVisibility } from './change-message-visibility.ts';
import { deleteMessage } from './delete-message.ts';
import { getQueueAttributes } from './get-queue-attributes.ts';
import { receiveMessage } from './receive-message.ts';
import { sendMessage } from './send-message.ts';
import { sendMessageBatch } from './send-message-batch.ts';
import type { QueueStore } from './store.ts';

export function createSqs(store: QueueStore): Service {
  return createJsonService(store.context, {
    signingName: 'sqs',
    faultName: 'sqs',
    version: '1.0',
    targetPrefix: 'AmazonSQS',
    namespace: 'com.amazonaws.sqs',
    faults: {
      error: new AwsError('InternalFailure', 'The request processing has failed because of an unknown error, exception or failure.', 500),
      throttle: new AwsError('RequestThrottled', 'Request is throttled.', 400, { 'x-amzn-query-error': 'RequestThrottled;Sender' }),
    },
    actions: {
      ChangeMessageVisibility: changeMessageVisibility,
      DeleteMessage: deleteMessage,
      GetQueueAttributes: getQueueAttributes,
      ReceiveMessage: receiveMessage,
      SendMessage: sendMessage,
      SendMessageBatch: sendMessageBatch,
    },
    store,
  });
}
