import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { securityPolicy } from '../../contract/security-policy.ts';
import { createQueuePair } from './queue-pair.ts';

/** What asks for blocks, by hand or by itself, writes a message here: one function alone writes the IP sets. */
export class Blocks extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { dataKey }: { readonly dataKey: IKey }) {
    super(scope, id);
    const { queue, deadLetters } = createQueuePair(this, dataKey, securityPolicy.blocklist.maximumReceives);
    this.queue = queue;
    this.deadLetters = deadLetters;
  }
}
