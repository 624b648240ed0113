import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { RegionInfo } from 'aws-cdk-lib/region-info';

/**
 * What SNS calls itself when it hands a notification to a queue in this region: from a topic in another region to one that an
 * account has to opt in to, as eu-south-1 is, by the region's own name, and with the other it would lose the notification
 * without a word (Amazon SNS Developer Guide, "Sending messages to a queue in a different Region").
 */
export function topicPrincipals(region: string): ServicePrincipal[] {
  const names = ['sns.amazonaws.com', ...(RegionInfo.get(region).isOptInRegion ? [`sns.${region}.amazonaws.com`] : [])];
  return names.map((name) => new ServicePrincipal(name));
}
