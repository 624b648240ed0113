import { CrossStackReferences, ReferenceStrength, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type AlarmDefinition, type AlarmId, alarms } from '../contract/alarms.ts';
import type { Config } from './config.ts';
import { createAlarm } from './constructs/alarms.ts';
import { OnCall } from './constructs/on-call.ts';
import type { EdgeStack } from './edge-stack.ts';
import type { FirewallStack } from './firewall-stack.ts';

export interface EdgeMonitoringStackProps extends StackProps {
  readonly config: Config;
  readonly edge: EdgeStack;
  readonly firewall: FirewallStack;
}

/**
 * The alarms on CloudFront. Its metrics exist in us-east-1 only, and an alarm can't watch a metric of another region;
 * topics are regional too. It is a stack of its own, because it needs the distribution, which needs the firewall.
 */
export class EdgeMonitoringStack extends Stack {
  constructor(scope: Construct, id: string, { config, edge, firewall, ...props }: EdgeMonitoringStackProps) {
    super(scope, id, { ...props, description: 'Portiere: alarms of the edge (us-east-1)' });
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
    const onCall = new OnCall(this, 'OnCall', { contacts: config.onCall, key: firewall.key });
    for (const [alarmId, { source }] of Object.entries(alarms) as [AlarmId, AlarmDefinition][]) {
      if (source.kind === 'edge') {
        const dimensions = {
          DistributionId: edge.distribution.distributionId,
          // Without it the alarm watches a metric that doesn't exist, and is content for ever.
          Region: 'Global',
        };
        createAlarm(this, alarmId, { namespace: 'AWS/CloudFront', metricName: source.metric, dimensions }, onCall);
      }
    }
  }
}
