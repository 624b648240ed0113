import { Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Config } from './config.ts';
import { EncryptionKey } from './constructs/encryption-key.ts';
import { OnCall } from './constructs/on-call.ts';
import { AccountRules } from './guardrails/account-rules.ts';
import { Detection } from './guardrails/detection.ts';
import { EvidenceBucket } from './guardrails/evidence-bucket.ts';
import { People } from './guardrails/people.ts';
import { AccountTrail, ConfigRecorder } from './guardrails/recording.ts';
import type { GuardrailsConfig } from './guardrails-config.ts';
import { logGroupPrefix } from './names.ts';

export interface GuardrailsStackProps extends StackProps {
  readonly config: Config;
  readonly guardrails: GuardrailsConfig;
}

/**
 * Guardrails on the whole AWS account, for whoever asks for them (`guardrails` in the configuration): what the people of
 * the account must have, what is recorded, who looks for intruders (P24, P26). Nothing else here depends on it.
 */
export class GuardrailsStack extends Stack {
  constructor(scope: Construct, id: string, { config, guardrails, ...props }: GuardrailsStackProps) {
    super(scope, id, {
      ...props,
      terminationProtection: true,
      description: 'Portiere: guardrails on the account (opt-in)',
    });
    const { existing } = guardrails;
    const key = this.createKey();
    const onCall = new OnCall(this, 'OnCall', { contacts: config.onCall, runbookUrl: config.runbookUrl, key });
    const needsBucket = !existing.includes('config-recorder') || !existing.includes('trail');
    const bucket = needsBucket ? new EvidenceBucket(this, 'Evidence', { key }) : undefined;
    const recorder = bucket && !existing.includes('config-recorder') ? new ConfigRecorder(this, 'Recorder', { bucket, key }) : undefined;
    if (bucket && !existing.includes('trail')) new AccountTrail(this, 'AccountTrail', { bucket, key });
    new People(this, 'People');
    new AccountRules(this, 'Rules', { recording: recorder?.running ?? [] });
    new Detection(this, 'Detection', { existing, action: onCall.actions.page, key });
  }

  private createKey(): EncryptionKey {
    const key = new EncryptionKey(this, 'Key', {
      description: 'Portiere: encrypts the recordings of the account, and the topic and log of its findings',
      logGroupPrefixes: [logGroupPrefix, '/aws/events/portiere-'],
    });
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'TrailOfThisAccount',
        principals: [new ServicePrincipal('cloudtrail.amazonaws.com')],
        actions: ['kms:GenerateDataKey', 'kms:DescribeKey'],
        resources: ['*'],
        conditions: {
          StringEquals: { 'aws:SourceArn': `arn:${this.partition}:cloudtrail:${this.region}:${this.account}:trail/portiere` },
        },
      }),
    );
    return key;
  }
}
