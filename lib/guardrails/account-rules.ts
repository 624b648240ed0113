/** What AWS Config watches in the account, rule by rule, with what it says on our page. */

import { Stack } from 'aws-cdk-lib';
import { CfnRemediationConfiguration, ManagedRule, ManagedRuleIdentifiers, MaximumExecutionFrequency } from 'aws-cdk-lib/aws-config';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct, type IDependable } from 'constructs';
import { securityPolicy } from '../../contract/security-policy.ts';
import { acknowledge } from '../acknowledgements.ts';
import { pascalCase } from '../names.ts';
import { peopleGroupName } from './people.ts';

const { guardrails } = securityPolicy;

interface AccountRule {
  readonly identifier: string;
  readonly parameters?: Readonly<Record<string, string | number | boolean>>;
  readonly watches: string;
}

/** Parameters as both the rule that looks and the runbook that mends are given them. */
const passwordPolicy = {
  RequireUppercaseCharacters: false,
  RequireLowercaseCharacters: false,
  RequireSymbols: false,
  RequireNumbers: false,
  MinimumPasswordLength: guardrails.password.minimumLength,
  PasswordReusePrevention: guardrails.password.remembered,
} as const;

const passwordRule = 'iam-password-policy';

export const accountRules: Readonly<Record<string, AccountRule>> = {
  [passwordRule]: {
    identifier: ManagedRuleIdentifiers.IAM_PASSWORD_POLICY,
    // The rule's MaxPasswordAge is 90 unless it is told otherwise, and 1095 is the most that IAM takes.
    parameters: { ...passwordPolicy, MaxPasswordAge: 1095 },
    watches: 'the password policy of IAM users',
  },
  'iam-user-mfa-enabled': { identifier: ManagedRuleIdentifiers.IAM_USER_MFA_ENABLED, watches: 'a second factor for every IAM user' },
  'iam-user-group-membership-check': {
    identifier: ManagedRuleIdentifiers.IAM_USER_GROUP_MEMBERSHIP_CHECK,
    parameters: { groupNames: peopleGroupName },
    watches: 'that every IAM user is in the group that needs a second factor',
  },
  'iam-user-unused-credentials-check': {
    identifier: ManagedRuleIdentifiers.IAM_USER_UNUSED_CREDENTIALS_CHECK,
    parameters: { maxCredentialUsageAge: guardrails.unusedCredentialDays },
    watches: 'credentials that nobody uses',
  },
  'access-keys-rotated': {
    identifier: ManagedRuleIdentifiers.ACCESS_KEYS_ROTATED,
    parameters: { maxAccessKeyAge: guardrails.accessKeyDays },
    watches: 'access keys that grow old',
  },
  'root-account-mfa-enabled': { identifier: ManagedRuleIdentifiers.ROOT_ACCOUNT_MFA_ENABLED, watches: 'a second factor for the root user' },
  'iam-root-access-key-check': {
    identifier: ManagedRuleIdentifiers.IAM_ROOT_ACCESS_KEY_CHECK,
    watches: 'that the root user has no access key',
  },
  'iam-policy-no-statements-with-admin-access': {
    identifier: ManagedRuleIdentifiers.IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS,
    watches: 'policies that allow everything',
  },
  'encrypted-volumes': { identifier: ManagedRuleIdentifiers.EBS_ENCRYPTED_VOLUMES, watches: 'volumes that are not encrypted' },
  'ec2-ebs-encryption-by-default': {
    identifier: ManagedRuleIdentifiers.EC2_EBS_ENCRYPTION_BY_DEFAULT,
    watches: 'that new volumes are encrypted',
  },
  's3-account-level-public-access-blocks-periodic': {
    identifier: ManagedRuleIdentifiers.S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS_PERIODIC,
    watches: 'that no bucket can be made public',
  },
  's3-bucket-public-read-prohibited': {
    identifier: ManagedRuleIdentifiers.S3_BUCKET_PUBLIC_READ_PROHIBITED,
    watches: 'buckets that the public can read',
  },
  's3-bucket-public-write-prohibited': {
    identifier: ManagedRuleIdentifiers.S3_BUCKET_PUBLIC_WRITE_PROHIBITED,
    watches: 'buckets that the public can write',
  },
  'dynamodb-table-encrypted-kms': {
    identifier: ManagedRuleIdentifiers.DYNAMODB_TABLE_ENCRYPTED_KMS,
    watches: 'tables without a key of ours',
  },
  'kms-cmk-not-scheduled-for-deletion': {
    identifier: ManagedRuleIdentifiers.KMS_CMK_NOT_SCHEDULED_FOR_DELETION,
    watches: 'keys that are about to be deleted',
  },
  'multi-region-cloudtrail-enabled': {
    identifier: ManagedRuleIdentifiers.CLOUDTRAIL_MULTI_REGION_ENABLED,
    watches: 'that every region is recorded',
  },
  'cloud-trail-log-file-validation-enabled': {
    identifier: ManagedRuleIdentifiers.CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED,
    watches: 'that recordings can be proven untouched',
  },
  'guardduty-enabled-centralized': {
    identifier: ManagedRuleIdentifiers.GUARDDUTY_ENABLED_CENTRALIZED,
    watches: 'that somebody looks for intruders',
  },
};

export interface AccountRulesProps {
  /** Rules can't be made before something records. */
  readonly recording: readonly IDependable[];
}

/** The rules, and the one of them that mends what it finds: CloudFormation has no type for the password policy of an account. */
export class AccountRules extends Construct {
  constructor(scope: Construct, id: string, { recording }: AccountRulesProps) {
    super(scope, id);
    for (const [name, { identifier, parameters, watches }] of Object.entries(accountRules)) {
      const rule = new ManagedRule(this, pascalCase(name), {
        configRuleName: `portiere-${name}`,
        identifier,
        description: `Watches ${watches}`,
        ...(parameters ? { inputParameters: { ...parameters } } : {}),
        ...(isPeriodic.has(name) ? { maximumExecutionFrequency: MaximumExecutionFrequency.TWELVE_HOURS } : {}),
      });
      rule.node.addDependency(...recording);
      if (name === passwordRule) this.setPasswordPolicy(rule);
    }
  }

  private setPasswordPolicy(rule: ManagedRule): void {
    const { partition, account, region } = Stack.of(this);
    const runbook = 'AWSConfigRemediation-SetIAMPasswordPolicy';
    const role = new Role(this, 'PasswordPolicySetter', {
      description: 'Sets the password policy of the account, and nothing else',
      assumedBy: new ServicePrincipal('ssm.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': account } } }),
      inlinePolicies: {
        SetPasswordPolicy: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['iam:GetAccountPasswordPolicy', 'iam:UpdateAccountPasswordPolicy'],
              resources: ['*'],
            }),
            new PolicyStatement({
              actions: ['ssm:StartAutomationExecution'],
              resources: [`arn:${partition}:ssm:${region}::automation-definition/${runbook}:$DEFAULT`],
            }),
          ],
        }),
      },
    });
    acknowledge(role, {
      'AwsSolutions-IAM5[Resource::*]':
        'The password policy belongs to the account as a whole: IAM takes these two actions for the resource * only',
      'NIST.800.53.R5-IAMNoInlinePolicy': 'The two statements are of no use to any other role, and go when it goes',
    });
    new CfnRemediationConfiguration(this, 'PasswordPolicy', {
      configRuleName: rule.configRuleName,
      targetType: 'SSM_DOCUMENT',
      targetId: runbook,
      automatic: true,
      maximumAutomaticAttempts: 5,
      retryAttemptSeconds: 60,
      parameters: {
        AutomationAssumeRole: staticValue(role.roleArn),
        AllowUsersToChangePassword: staticValue('true'),
        ...Object.fromEntries(Object.entries(passwordPolicy).map(([name, value]) => [name, staticValue(String(value))])),
      },
    });
  }
}

/** Those that look at the account and not at one resource: the others look whenever something changes. */
const isPeriodic: ReadonlySet<string> = new Set([
  passwordRule,
  'iam-user-mfa-enabled',
  'iam-user-unused-credentials-check',
  'access-keys-rotated',
  'root-account-mfa-enabled',
  'iam-root-access-key-check',
  'ec2-ebs-encryption-by-default',
  's3-account-level-public-access-blocks-periodic',
  'multi-region-cloudtrail-enabled',
  'cloud-trail-log-file-validation-enabled',
  'guardduty-enabled-centralized',
]);

function staticValue(value: string): { StaticValue: { Values: string[] } } {
  return { StaticValue: { Values: [value] } };
}
