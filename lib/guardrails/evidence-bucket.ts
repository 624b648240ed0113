import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { securityPolicy } from '../../contract/security-policy.ts';
import { acknowledge } from '../acknowledgements.ts';
import { LockedBucket } from '../constructs/locked-bucket.ts';

const { lockedDays, keptDays } = securityPolicy.guardrails.trail;

/**
 * Where the account's recordings go. Locked for a year: not even an administrator deletes a file before, so whoever takes
 * the account over can't take the evidence with it.
 */
export class EvidenceBucket extends LockedBucket {
  constructor(scope: Construct, id: string, { key }: { readonly key: IKey }) {
    super(scope, id, { key, lockedDays, keptDays });
    const itself = 'It is the log bucket: logging its own writes would only log the logging; CloudTrail records who changes it';
    acknowledge(this, {
      'AwsSolutions-S1': itself,
      'NIST.800.53.R5-S3BucketLoggingEnabled': itself,
      'NIST.800.53.R5-S3BucketReplicationEnabled':
        'The files are locked for a year where they are; a copy in another region would take data out of the chosen one',
    });
  }
}
