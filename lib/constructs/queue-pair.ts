import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { securityPolicy } from '../../contract/security-policy.ts';
import { acknowledge } from '../acknowledgements.ts';

export interface QueuePair {
  readonly queue: Queue;
  readonly deadLetters: Queue;
}

/** A queue that one of our functions consumes, and the queue for what it could not deal with. */
export function createQueuePair(scope: Construct, dataKey: IKey, maxReceiveCount: number): QueuePair {
  const common = { encryption: QueueEncryption.KMS, encryptionMasterKey: dataKey, enforceSSL: true, retentionPeriod: Duration.days(14) };
  const deadLetters = new Queue(scope, 'DeadLetters', { ...common, removalPolicy: RemovalPolicy.RETAIN });
  acknowledge(deadLetters, {
    'Serverless-SQSRedrivePolicy': 'It is the dead-letter queue: what fails here is redriven by a person, after the alarm',
  });
  const queue = new Queue(scope, 'Queue', {
    ...common,
    // Over six times the function's timeout, as Lambda asks: throttled batches must not be handed out twice.
    visibilityTimeout: Duration.seconds(7 * securityPolicy.functionTimeoutSeconds),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount },
  });
  return { queue, deadLetters };
}
