/** What is written down of the account: the state of its resources (AWS Config) and every call (CloudTrail). */
import { RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import { ReadWriteType, Trail } from 'aws-cdk-lib/aws-cloudtrail';
import { CfnConfigurationRecorder, CfnDeliveryChannel } from 'aws-cdk-lib/aws-config';
import { ManagedPolicy, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket, CfnBucket, IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct, type IDependable } from 'constructs';
import { securityPolicy } from '../../contract/security-policy.ts';
import { acknowledge } from '../acknowledgements.ts';
import { retentionDays } from '../constructs/portiere-function.ts';
import { logGroupPrefix } from '../names.ts';

export interface RecordingProps {
  readonly bucket: Bucket;
  readonly key: IKey;
}

/** AWS Config: without a recorder no rule has anything to look at. One a region and account. */
export class ConfigRecorder extends Construct {
  /** Whatever needs the recorder to run depends on these. */
  readonly running: readonly IDependable[];

  constructor(scope: Construct, id: string, { bucket, key }: RecordingProps) {
    super(scope, id);
    const { account } = Stack.of(this);
    // As the rule packs write it: an account that the configuration names stands there itself.
    const accountInFindings = Token.isUnresolved(account) ? '<AWS::AccountId>' : account;
    const role = new Role(this, 'Role', {
      description: 'Reads the configuration of every resource, and writes it to one bucket',
      assumedBy: new ServicePrincipal('config.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': account } } }),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('service-role/AWS_ConfigRole')],
      inlinePolicies: {
        Deliver: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['s3:PutObject'],
              resources: [bucket.arnForObjects(`AWSLogs/${account}/Config/*`)],
              conditions: { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } },
            }),
            new PolicyStatement({ actions: ['s3:GetBucketAcl', 's3:ListBucket'], resources: [bucket.bucketArn] }),
            new PolicyStatement({ actions: ['kms:GenerateDataKey', 'kms:Decrypt'], resources: [key.keyArn] }),
          ],
        }),
      },
    });
    acknowledge(role, {
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWS_ConfigRole]':
        'AWS keeps this policy in step with the resource types that AWS Config learns to read; a list of ours would go blind to new ones',
      [`AwsSolutions-IAM5[Resource::<${Stack.of(this).getLogicalId(bucket.node.defaultChild as CfnBucket)}.Arn>/AWSLogs/${accountInFindings}/Config/*]`]:
        'AWS Config chooses the names of its files below its own prefix',
      'NIST.800.53.R5-IAMNoInlinePolicy':
        'The statements name one bucket and one key, are of no use to any other role, and go when it goes',
    });
    const recorder = new CfnConfigurationRecorder(this, 'Recorder', {
      name: 'portiere',
      roleArn: role.roleArn,
      recordingGroup: { allSupported: true, includeGlobalResourceTypes: true },
    });
    const channel = new CfnDeliveryChannel(this, 'Channel', { name: 'portiere', s3BucketName: bucket.bucketName, s3KmsKeyArn: key.keyArn });
    // AWS starts a recorder only once there is a channel, and refuses a channel without a recorder: CloudFormation makes
    // both at once and lets them find each other, so neither may wait for the other here.
    this.running = [recorder, channel];
  }
}

/** Every call in every region, in files whose digests prove that nothing was changed or left out. */
export class AccountTrail extends Construct {
  constructor(scope: Construct, id: string, { bucket, key }: RecordingProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `${logGroupPrefix}${Stack.of(this).stackName}/trail`,
      retention: retentionDays(securityPolicy.retention.accessLogDays),
      encryptionKey: key,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const trail = new Trail(this, 'Trail', {
      trailName: 'portiere',
      // The CDK's own classes don't meet its interfaces under exactOptionalPropertyTypes.
      bucket: bucket as IBucket,
      encryptionKey: key,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableFileValidation: true,
      managementEvents: ReadWriteType.ALL,
      sendToCloudWatchLogs: true,
      cloudWatchLogGroup: logGroup,
    });
    acknowledge(trail.node.findChild('LogsRole').node.findChild('DefaultPolicy'), {
      'NIST.800.53.R5-IAMNoInlinePolicy':
        'The CDK writes the one statement of this role, on the one log group, and it goes when the trail goes',
    });
  }
}
