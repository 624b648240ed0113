/** What holds for the people who can sign in to the AWS account itself (P24). */

import { Stack } from 'aws-cdk-lib';
import { Effect, Group, ManagedPolicy, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/** Every IAM user belongs to it: the rule `iam-user-group-membership-check` says who doesn't. */
export const peopleGroupName = 'portiere-people';

/**
 * The group whose members can do nothing before they have shown a second factor, but give themselves one.
 *
 * `BoolIfExists`, not `Bool`: with long-lived access keys the condition key is absent, and must count as "not shown".
 * What is left open is what IAM's own guide leaves open: one's own password and one's own factor.
 */
export class People extends Construct {
  readonly group: Group;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { partition, account } = Stack.of(this);
    // The escaped name is a policy variable of IAM: it stands for whoever calls.
    const own = (kind: 'user' | 'mfa') => `arn:${partition}:iam::${account}:${kind}/\${aws:username}`;
    const policy = new ManagedPolicy(this, 'SecondFactorFirst', {
      managedPolicyName: 'portiere-second-factor-first',
      description: 'Nothing without a second factor, but to set one up',
      document: new PolicyDocument({
        statements: [
          new PolicyStatement({
            sid: 'SetUpOnesOwn',
            actions: ['iam:GetUser', 'iam:ChangePassword', 'iam:ListMFADevices', 'iam:EnableMFADevice', 'iam:ResyncMFADevice'],
            resources: [own('user')],
          }),
          new PolicyStatement({ sid: 'MakeOnesOwnFactor', actions: ['iam:CreateVirtualMFADevice'], resources: [own('mfa')] }),
          new PolicyStatement({
            sid: 'NothingElseWithoutIt',
            effect: Effect.DENY,
            notActions: [
              'iam:GetUser',
              'iam:ChangePassword',
              'iam:CreateVirtualMFADevice',
              'iam:EnableMFADevice',
              'iam:ListMFADevices',
              'iam:ResyncMFADevice',
              'sts:GetSessionToken',
            ],
            resources: ['*'],
            conditions: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
          }),
        ],
      }),
    });
    this.group = new Group(this, 'Group', { groupName: peopleGroupName, managedPolicies: [policy] });
  }
}
