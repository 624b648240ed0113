import { join } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';

export interface WebFilesProps {
  readonly webDirectory: string;
}

/** The built pages in a private bucket, which only the distribution reads. */
export class WebFiles extends Construct {
  readonly bucket: IBucket;

  constructor(scope: Construct, id: string, { webDirectory }: WebFilesProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(90), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      // Built from the repository, so nothing in it is lost with it.
      removalPolicy: RemovalPolicy.DESTROY,
      // The CDK's own class doesn't meet its interface under exactOptionalPropertyTypes.
    }) as IBucket;
    // Nothing is pruned: a page that is open while we deploy still finds the assets it was built with.
    new BucketDeployment(this, 'Assets', {
      destinationBucket: this.bucket,
      destinationKeyPrefix: 'assets',
      sources: [Source.asset(join(webDirectory, 'assets'))],
      // Their names change with their contents.
      cacheControl: [CacheControl.fromString('public, max-age=31536000, immutable')],
      prune: false,
    });
    new BucketDeployment(this, 'Pages', {
      destinationBucket: this.bucket,
      sources: [Source.asset(webDirectory, { exclude: ['assets'] })],
      cacheControl: [CacheControl.fromString('public, max-age=0, must-revalidate')],
      prune: false,
    });
  }
}
