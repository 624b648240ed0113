/** Who looks for intruders and for what stands open, and whom findings wake. */

import { Stack } from 'aws-cdk-lib';
import { CfnAnalyzer } from 'aws-cdk-lib/aws-accessanalyzer';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { CfnDetector } from 'aws-cdk-lib/aws-guardduty';
import { CfnHub, CfnStandard } from 'aws-cdk-lib/aws-securityhub';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { securityPolicy } from '../../contract/security-policy.ts';
import { acknowledge } from '../acknowledgements.ts';
import type { GuardrailPart } from '../guardrails-config.ts';

const { pagingSeverities, guardDutyPagingSeverity } = securityPolicy.guardrails;

export interface DetectionProps {
  readonly existing: readonly GuardrailPart[];
  /** Whom findings of high severity reach. */
  readonly topic: ITopic;
}

export class Detection extends Construct {
  constructor(scope: Construct, id: string, { existing, topic }: DetectionProps) {
    super(scope, id);
    const isMissing = (part: GuardrailPart) => !existing.includes(part);
    if (isMissing('guardduty')) {
      new CfnDetector(this, 'Detector', { enable: true, findingPublishingFrequency: 'FIFTEEN_MINUTES' });
    }
    if (isMissing('security-hub')) this.createHub();
    if (isMissing('access-analyzer')) {
      new CfnAnalyzer(this, 'Analyzer', { analyzerName: 'portiere', type: 'ACCOUNT' });
    }
    this.wake(topic);
  }

  private createHub(): void {
    const { partition, region } = Stack.of(this);
    const hub = new CfnHub(this, 'Hub', { enableDefaultStandards: false, controlFindingGenerator: 'SECURITY_CONTROL' });
    for (const [name, path] of Object.entries(standards)) {
      const standard = new CfnStandard(this, name, { standardsArn: `arn:${partition}:securityhub:${region}::standards/${path}` });
      standard.addResourceDependency(hub);
    }
  }

  /** Straight from the event to the topic: no function of ours stands between a finding and a phone. */
  private wake(topic: ITopic): void {
    const rules = {
      GuardDutyFindings: {
        source: 'aws.guardduty',
        detailType: 'GuardDuty Finding',
        detail: { severity: [{ numeric: ['>=', guardDutyPagingSeverity] }] },
        text: ['GuardDuty', '$.detail.title', '$.detail.severity', '$.detail.region'],
      },
      SecurityHubFindings: {
        source: 'aws.securityhub',
        detailType: 'Security Hub Findings - Imported',
        detail: {
          findings: {
            Severity: { Label: [...pagingSeverities] },
            Workflow: { Status: ['NEW'] },
            RecordState: ['ACTIVE'],
            // Its own copies of GuardDuty's findings would wake people twice.
            ProductName: [{ 'anything-but': ['GuardDuty'] }],
          },
        },
        text: ['Security Hub', '$.detail.findings[0].Title', '$.detail.findings[0].Severity.Label', '$.detail.findings[0].Region'],
      },
    } as const;
    for (const [name, { source, detailType, detail, text }] of Object.entries(rules)) {
      const [product, title, severity, region] = text;
      const rule = new Rule(this, name, {
        description: `Portiere: findings of ${product} of high severity reach the phone`,
        eventPattern: { source: [source], detailType: [detailType], detail },
        targets: [
          // Not the CDK's own target, which lets the events of every account publish: see the topic's policy in the stack.
          {
            bind: () => ({
              arn: topic.topicArn,
              input: RuleTargetInput.fromText(
                `${product}: ${EventField.fromPath(title)} (severity ${EventField.fromPath(severity)}, region ${EventField.fromPath(region)}, account ${EventField.account}). What to do: docs/guardrails.md`,
              ),
            }),
          },
        ],
      });
      acknowledge(rule, {
        'Serverless-EventBusDLQ':
          'The finding itself stays open where it was found, and the console lists it: the page is not its only copy',
      });
    }
  }
}

/** The CIS benchmark and AWS's own best practices: both look at what the rules here don't. */
const standards = {
  BestPractices: 'aws-foundational-security-best-practices/v/1.0.0',
  CisBenchmark: 'cis-aws-foundations-benchmark/v/3.0.0',
} as const;
