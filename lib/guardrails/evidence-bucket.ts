import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectLockRetention, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { securityPolicy } from '../../contract/security-policy.ts';
import { acknowledge } from '../acknowledgements.ts';

const { lockedDays, keptDays } = securityPolicy.guardrails.trail;

/**
 * Where the account's recordings go. Locked for a year: not even an administrator deletes a file before, so whoever takes
 * the account over can't take the evidence with it.
 */
export class EvidenceBucket extends Bucket {
  constructor(scope: Construct, id: string, { key }: { readonly key: IKey }) {
    super(scope, id, {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: ObjectLockRetention.compliance(Duration.days(lockedDays)),
      lifecycleRules: [{ expiration: Duration.days(keptDays), noncurrentVersionExpiration: Duration.days(1) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const itself = 'It is the log bucket: logging its own writes would only log the logging; CloudTrail records who changes it';
    acknowledge(this, {
      'AwsSolutions-S1': itself,
      'NIST.800.53.R5-S3BucketLoggingEnabled': itself,
      'NIST.800.53.R5-S3BucketReplicationEnabled':
        'The files are locked for a year where they are; a copy in another region would take data out of the chosen one',
    });
  }
}
