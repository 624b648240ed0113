import { CrossStackReferences, ReferenceStrength, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnDelivery, CfnDeliveryDestination, CfnDeliverySource } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type AlarmDefinition, type AlarmId, alarms, type MetricAlarm } from '../contract/alarms.ts';
import { rateRule, rateRuleIds, webAclName } from '../contract/web-acl.ts';
import type { Config } from './config.ts';
import type { AlarmFeed } from './constructs/alarm-feed.ts';
import { certificateTarget } from './constructs/alarm-targets.ts';
import { createAlarm } from './constructs/alarms.ts';
import { OnCall } from './constructs/on-call.ts';
import { createPagerDuty } from './constructs/pager-duty.ts';
import type { Pages } from './constructs/pages.ts';
import type { EdgeStack } from './edge-stack.ts';
import type { FirewallStack } from './firewall-stack.ts';

export interface EdgeMonitoringStackProps extends StackProps {
  readonly config: Config;
  readonly edge: EdgeStack;
  readonly firewall: FirewallStack;
  /** In the main region: SNS hands their queues what happens here. */
  readonly alarmFeed: AlarmFeed;
  readonly pages: Pages;
}

/**
 * The alarms on CloudFront. Its metrics exist in us-east-1 only, and an alarm can't watch a metric of another region;
 * topics are regional too. It is a stack of its own, because it needs the distribution, which needs the firewall.
 */
export class EdgeMonitoringStack extends Stack {
  constructor(scope: Construct, id: string, { config, edge, firewall, alarmFeed, pages, ...props }: EdgeMonitoringStackProps) {
    super(scope, id, { ...props, description: 'Portiere: alarms of the edge (us-east-1)' });
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
    this.deliverAccessLogs(edge);
    const onCall = new OnCall(this, 'OnCall', {
      contacts: config.onCall,
      runbookUrl: config.runbookUrl,
      key: firewall.key,
      pages: pages.queue,
    });
    alarmFeed.subscribeTo(onCall.topics.page);
    createPagerDuty(this, config);
    for (const [alarmId, definition] of Object.entries(alarms) as [AlarmId, AlarmDefinition][]) {
      if (definition.burnRate) continue;
      if (definition.source.kind === 'edge') {
        const dimensions = {
          DistributionId: edge.distribution.distributionId,
          // Without it the alarm watches a metric that doesn't exist, and is content for ever.
          Region: 'Global',
        };
        const target = { namespace: 'AWS/CloudFront', metricName: definition.source.metric, dimensions };
        createAlarm(this, alarmId, definition, target, onCall);
      }
      if (definition.source.kind === 'certificate') {
        const { certificate, statusCertificate } = firewall;
        const { metric } = definition.source;
        if (certificate) createAlarm(this, alarmId, definition, certificateTarget(metric, certificate.certificateArn, 'site'), onCall);
        if (statusCertificate)
          createAlarm(this, alarmId, definition, certificateTarget(metric, statusCertificate.certificateArn, 'status'), onCall);
      }
      for (const { rule, suffix } of watchedRules(definition.source)) {
        // A web ACL of CloudFront has no dimension Region: with one, as regional web ACLs have, the alarm would be content for ever.
        const dimensions = { WebACL: webAclName, Rule: rule };
        const target = { namespace: 'AWS/WAFV2', metricName: 'BlockedRequests', dimensions, ...(suffix && { suffix }) };
        createAlarm(this, alarmId, definition, target, onCall);
      }
    }
  }

  /** Standard logging v2: the older kind can't write to regions that an account must opt in to, as eu-south-1 is. */
  private deliverAccessLogs({ distribution, accessLogs }: EdgeStack): void {
    const source = new CfnDeliverySource(this, 'AccessLogSource', {
      name: 'portiere-edge',
      logType: 'ACCESS_LOGS',
      resourceArn: `arn:${this.partition}:cloudfront::${this.account}:distribution/${distribution.distributionId}`,
    });
    const destination = new CfnDeliveryDestination(this, 'AccessLogDestination', {
      name: 'portiere-edge',
      destinationResourceArn: accessLogs.bucketArn,
      outputFormat: 'json',
    });
    const delivery = new CfnDelivery(this, 'AccessLogDelivery', {
      deliverySourceName: source.name,
      deliveryDestinationArn: destination.attrArn,
      recordFields: [...accessLogFields],
    });
    delivery.addResourceDependency(source);
  }
}

function watchedRules(source: MetricAlarm['source']): { readonly rule: string; readonly suffix?: string }[] {
  if (source.kind !== 'web-acl') return [];
  return source.rules === 'all' ? [{ rule: 'ALL' }] : rateRuleIds.map((id) => ({ rule: rateRule(id), suffix: id }));
}

/** Without paths, queries, cookies and referrers: links and paths can carry what opens something. The API's own log has the routes. */
const accessLogFields = [
  'date',
  'time',
  'c-ip',
  'c-port',
  'cs-method',
  'x-host-header',
  'cs-protocol',
  'cs-protocol-version',
  'ssl-protocol',
  'ssl-cipher',
  'cs(User-Agent)',
  'cs-bytes',
  'sc-status',
  'sc-bytes',
  'time-taken',
  'x-edge-location',
  'x-edge-request-id',
  'x-edge-result-type',
  'x-edge-detailed-result-type',
] as const;
