import { join } from 'node:path';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Effect, type IRole, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import { securityPolicy } from '../../contract/security-policy.ts';
import { acknowledge } from '../acknowledgements.ts';
import { logGroupPrefix } from '../names.ts';
import { retentionDays } from './portiere-function.ts';

export interface WebFilesProps {
  readonly webDirectory: string;
  /** Encrypts the log of the deployment, and the files where `encryptsFiles` says so. */
  readonly dataKey: IKey;
  /** With our key: for files that say more than the repository does. */
  readonly encryptsFiles?: boolean;
  /** Lifetime of the files under `assets/`, whose names change with their contents unless this says otherwise. */
  readonly assetsCacheControl?: string;
}

/** The built pages in a private bucket, which only the distribution reads. */
export class WebFiles extends Construct {
  readonly bucket: IBucket;

  constructor(scope: Construct, id: string, props: WebFilesProps) {
    super(scope, id);
    const { webDirectory, dataKey, assetsCacheControl = 'public, max-age=31536000, immutable' } = props;
    const key = props.encryptsFiles ? dataKey : undefined;
    this.bucket = this.createBucket(key);
    const assets = new Asset(this, 'AssetFiles', { path: join(webDirectory, 'assets') });
    const pages = new Asset(this, 'PageFiles', { path: webDirectory, exclude: ['assets'] });
    const logGroup = new LogGroup(this, 'DeploymentLogs', {
      logGroupName: `${logGroupPrefix}${Stack.of(this).stackName}/web-deployment`,
      retention: retentionDays(securityPolicy.retention.functionLogDays),
      encryptionKey: dataKey,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const common = {
      destinationBucket: this.bucket,
      role: this.createDeploymentRole([assets, pages], logGroup, key),
      logGroup,
      // Nothing is pruned: a page that is open while we deploy still finds the assets that it was built with.
      prune: false,
      // The role may not delete: taking the stack down empties nothing.
      retainOnDelete: true,
    };
    new BucketDeployment(this, 'Assets', {
      ...common,
      sources: [Source.bucket(assets.bucket, assets.s3ObjectKey)],
      destinationKeyPrefix: 'assets',
      cacheControl: [CacheControl.fromString(assetsCacheControl)],
    });
    new BucketDeployment(this, 'Pages', {
      ...common,
      sources: [Source.bucket(pages.bucket, pages.s3ObjectKey)],
      cacheControl: [CacheControl.fromString('public, max-age=0, must-revalidate')],
    });
    this.acknowledgeDeployment();
  }

  private createBucket(key: IKey | undefined): IBucket {
    const bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      ...(key
        ? { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }
        : { encryption: BucketEncryption.S3_MANAGED }),
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(90), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const onlyTheEdgeReads = 'Only the distribution reads it, and logs every request; nothing but public pages is in it';
    const nothingToGuard = 'Its contents are public pages: a key of ours would guard nothing and could only fail the site';
    acknowledge(bucket, {
      'AwsSolutions-S1': onlyTheEdgeReads,
      'NIST.800.53.R5-S3BucketLoggingEnabled': onlyTheEdgeReads,
      'NIST.800.53.R5-S3BucketReplicationEnabled': 'It holds what the repository builds: a deployment fills it again anywhere',
      ...(key ? {} : { 'NIST.800.53.R5-S3DefaultEncryptionKMS': nothingToGuard, 'Portiere::CustomerManagedKey': nothingToGuard }),
    });
    // The CDK's own class doesn't meet its interface under exactOptionalPropertyTypes.
    return bucket as IBucket;
  }

  /** Only what copying needs. The CDK's own role for it may read every asset of the account and delete objects. */
  private createDeploymentRole(assets: readonly Asset[], logGroup: LogGroup, key: IKey | undefined): IRole {
    const role = new Role(this, 'DeploymentRole', {
      description: 'Portiere: copies the built pages into their bucket',
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        copy: new PolicyDocument({
          statements: [
            allow('OwnLogs', ['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]),
            allow(
              'ReadBuiltFiles',
              ['s3:GetObject'],
              assets.map((asset) => asset.bucket.arnForObjects(asset.s3ObjectKey)),
            ),
            allow('CompareFiles', ['s3:ListBucket'], [this.bucket.bucketArn]),
            allow('WriteFiles', ['s3:PutObject'], [this.bucket.arnForObjects('*')]),
            ...(key ? [allow('FilesKey', ['kms:GenerateDataKey', 'kms:Decrypt'], [key.keyArn])] : []),
          ],
        }),
      },
    });
    acknowledge(role, {
      'NIST.800.53.R5-IAMNoInlinePolicy': 'The policy is made for this one role: inline, nothing else can ever attach it',
      [`AwsSolutions-IAM5[Resource::<${Stack.of(this).getLogicalId(this.bucket.node.defaultChild as never)}.Arn>/*]`]:
        'The objects of this one bucket: their names come from the build, and only writing them is allowed',
    });
    return role.withoutPolicyUpdates();
  }

  /** The one function behind all bucket deployments of a stack, made and kept by the CDK. */
  private acknowledgeDeployment(): void {
    const singleton = Stack.of(this).node.children.find((child) => child.node.id.startsWith('Custom::CDKBucketDeployment'));
    const lambda = singleton?.node.defaultChild as CfnFunction;
    const madeByTheCdk = 'The CDK chooses the runtime of its own deployment function and moves it with its releases';
    const onlyWhileDeploying = 'CloudFormation calls it while a deployment waits for the answer, and never else';
    acknowledge(lambda, {
      'AwsSolutions-L1': madeByTheCdk,
      'Serverless-LambdaLatestVersion': madeByTheCdk,
      'Serverless-LambdaDLQ': onlyWhileDeploying,
      'Serverless-LambdaTracing': onlyWhileDeploying,
      'NIST.800.53.R5-LambdaDLQ': onlyWhileDeploying,
      'NIST.800.53.R5-LambdaConcurrency': onlyWhileDeploying,
      'NIST.800.53.R5-LambdaInsideVPC': 'It copies public pages between two buckets of this account, by TLS and its own role',
    });
  }
}

function allow(sid: string, actions: string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ sid, effect: Effect.ALLOW, actions, resources });
}
