import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { topicPrincipals } from './topic-principals.ts';

export interface EncryptionKeyProps {
  readonly description: string;
  /** Log groups of this account and region that may be encrypted with the key, by the start of their names. */
  readonly logGroupPrefixes: readonly string[];
}

/**
 * A customer-managed key for what is stored and queued in one region.
 *
 * Services that encrypt on their own behalf are named in the key policy, each tied to this account (and the log
 * service to our log groups), so that nobody else's alarm or log group can use the key through the same service.
 * Functions get their use of it from their own roles (see `function-role.ts`): a grant in the key policy would make
 * the stacks depend on each other in a circle.
 */
export class EncryptionKey extends Key {
  constructor(scope: Construct, id: string, props: EncryptionKeyProps) {
    super(scope, id, {
      description: props.description,
      enableKeyRotation: true,
      rotationPeriod: Duration.days(365),
      // The longest there is: thirty days to notice that somebody schedules the loss of every table.
      pendingWindow: Duration.days(30),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const { partition, region, account } = Stack.of(this);
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'LogGroups',
        principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
        actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:GenerateDataKey', 'kms:DescribeKey'],
        resources: ['*'],
        conditions: {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': props.logGroupPrefixes.map(
              (prefix) => `arn:${partition}:logs:${region}:${account}:log-group:${prefix}*`,
            ),
          },
        },
      }),
    );
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'LogDelivery',
        principals: [new ServicePrincipal('delivery.logs.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': `arn:${partition}:logs:*:${account}:*` },
        },
      }),
    );
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'TopicsToEncryptedQueues',
        principals: topicPrincipals(region),
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        // Of any region: alarms of the edge ring in us-east-1.
        conditions: { ArnLike: { 'aws:SourceArn': `arn:${partition}:sns:*:${account}:Portiere*` } },
      }),
    );
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsToEncryptedTopics',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    );
  }
}
