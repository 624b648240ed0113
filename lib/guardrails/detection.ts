/** Who looks for intruders and for what stands open, and whom findings wake. */
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnAnalyzer } from 'aws-cdk-lib/aws-accessanalyzer';
import { Alarm, ComparisonOperator, type IAlarmAction, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { CfnDetector } from 'aws-cdk-lib/aws-guardduty';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, ResourcePolicy } from 'aws-cdk-lib/aws-logs';
import { CfnHub, CfnStandard } from 'aws-cdk-lib/aws-securityhub';
import { Construct } from 'constructs';
import { securityPolicy } from '../../contract/security-policy.ts';
import { acknowledge } from '../acknowledgements.ts';
import { retentionDays } from '../constructs/portiere-function.ts';
import type { GuardrailPart } from '../guardrails-config.ts';

const { pagingSeverities, guardDutyPagingSeverity } = securityPolicy.guardrails;
/** EventBridge writes to log groups of this prefix only. */
const logGroupPrefix = '/aws/events/';

export interface DetectionProps {
  readonly existing: readonly GuardrailPart[];
  /** Whom findings of high severity reach. */
  readonly action: IAlarmAction;
  readonly key: IKey;
}

export class Detection extends Construct {
  constructor(scope: Construct, id: string, { existing, action, key }: DetectionProps) {
    super(scope, id);
    const isMissing = (part: GuardrailPart) => !existing.includes(part);
    if (isMissing('guardduty')) {
      new CfnDetector(this, 'Detector', { enable: true, findingPublishingFrequency: 'FIFTEEN_MINUTES' });
    }
    if (isMissing('security-hub')) this.createHub();
    if (isMissing('access-analyzer')) {
      new CfnAnalyzer(this, 'Analyzer', { analyzerName: 'portiere', type: 'ACCOUNT' });
    }
    this.wake(action, this.createLog(key));
  }

  private createHub(): void {
    const { partition, region } = Stack.of(this);
    const hub = new CfnHub(this, 'Hub', { enableDefaultStandards: false, controlFindingGenerator: 'SECURITY_CONTROL' });
    for (const [name, path] of Object.entries(standards)) {
      const standard = new CfnStandard(this, name, { standardsArn: `arn:${partition}:securityhub:${region}::standards/${path}` });
      standard.addResourceDependency(hub);
    }
  }

  private createLog(key: IKey): LogGroup {
    return new LogGroup(this, 'Findings', {
      logGroupName: `${logGroupPrefix}portiere-findings`,
      retention: retentionDays(securityPolicy.retention.accessLogDays),
      encryptionKey: key,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  /**
   * An alarm on what a rule has matched, and not the rule straight to the topic: EventBridge takes no condition in a topic's
   * policy, and without one a rule of any account could ring our phones. The finding itself is kept in a log group.
   */
  private wake(action: IAlarmAction, log: LogGroup): void {
    const { partition, region, account } = Stack.of(this);
    const logGroupArn = `arn:${partition}:logs:${region}:${account}:log-group:${logGroupPrefix}portiere-findings`;
    const rules = Object.entries(findings).map(([name, eventPattern]) => {
      const rule = new Rule(this, name, {
        ruleName: `portiere-${name}`,
        description: `Portiere: ${name} of high severity`,
        eventPattern,
        targets: [{ bind: () => ({ arn: logGroupArn }) }],
      });
      acknowledge(rule, {
        'Serverless-EventBusDLQ': 'The finding itself stays open where it was found, and the alarm rings by the match: the log is a copy',
      });
      const alarm = new Alarm(this, `${name}Alarm`, {
        alarmName: `portiere-Guardrails-${name}`,
        alarmDescription: `${name} has a finding of high severity: read it there. What to do: docs/guardrails.md`,
        metric: new Metric({
          namespace: 'AWS/Events',
          metricName: 'MatchedEvents',
          dimensionsMap: { RuleName: rule.ruleName },
          statistic: 'Sum',
          period: Duration.minutes(1),
        }),
        threshold: 1,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(action);
      return rule;
    });
    const policy = new ResourcePolicy(this, 'FindingsPolicy', {
      policyStatements: [
        new PolicyStatement({
          principals: [new ServicePrincipal('events.amazonaws.com'), new ServicePrincipal('delivery.logs.amazonaws.com')],
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [`${logGroupArn}:*`],
          conditions: { ArnEquals: { 'aws:SourceArn': rules.map(({ ruleArn }) => ruleArn) } },
        }),
      ],
    });
    policy.node.addDependency(log);
  }
}

/** What wakes somebody, by who finds it. */
const findings: Record<string, EventPattern> = {
  GuardDuty: {
    source: ['aws.guardduty'],
    detailType: ['GuardDuty Finding'],
    detail: { severity: [{ numeric: ['>=', guardDutyPagingSeverity] }] },
  },
  SecurityHub: {
    source: ['aws.securityhub'],
    detailType: ['Security Hub Findings - Imported'],
    detail: {
      findings: {
        Severity: { Label: [...pagingSeverities] },
        Workflow: { Status: ['NEW'] },
        RecordState: ['ACTIVE'],
        // Its own copies of GuardDuty's findings would wake people twice.
        ProductName: [{ 'anything-but': ['GuardDuty'] }],
      },
    },
  },
};

/** The CIS benchmark and AWS's own best practices: both look at what the rules here don't. */
const standards = {
  BestPractices: 'aws-foundational-security-best-practices/v/1.0.0',
  CisBenchmark: 'cis-aws-foundations-benchmark/v/3.0.0',
} as const;
