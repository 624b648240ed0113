import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { securityPolicy } from '../../contract/security-policy.ts';
import { acknowledge } from '../acknowledgements.ts';
import { LockedBucket } from './locked-bucket.ts';

const { lockedDays, keptDays } = securityPolicy.auditTrail.archive;

/**
 * Where sealed blocks and signed checkpoints of the audit trail are copied. Locked in compliance mode: until the time is over not even
 * the account's root user deletes one, so that whoever takes over the tables can't take the trail with them. Holds no personal data.
 */
export class AuditArchive extends LockedBucket {
  constructor(scope: Construct, id: string, { key }: { readonly key: IKey }) {
    super(scope, id, { key, lockedDays, keptDays });
    // Here IAM can ask for what it can't ask of a table: a write is of a new object, or it is refused.
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'OnlyNewObjects',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:PutObject'],
        resources: [this.arnForObjects('*')],
        conditions: { Null: { 's3:if-none-match': 'true' } },
      }),
    );
    const itself =
      'One function writes a few small objects an hour and CloudTrail can record who; every object says in itself when and what it is';
    acknowledge(this, {
      'AwsSolutions-S1': itself,
      'NIST.800.53.R5-S3BucketLoggingEnabled': itself,
      'NIST.800.53.R5-S3BucketReplicationEnabled':
        'The objects are locked where they are, and copies of the table; a replica in another region would take data out of the chosen one',
    });
  }
}
