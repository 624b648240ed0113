import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { createQueuePair } from './queue-pair.ts';

/** A failed publication is made good by the next one, at the latest by that of the clock: no request is worth more tries. */
const maximumReceives = 3;

/** What should be on the status page at once, writes a message here; it says nothing but that. */
export class PublishRequests extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { dataKey }: { readonly dataKey: IKey }) {
    super(scope, id);
    const { queue, deadLetters } = createQueuePair(this, dataKey, maximumReceives);
    this.queue = queue;
    this.deadLetters = deadLetters;
  }
}
