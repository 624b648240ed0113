import { HostedZone, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';

/** The configured zone, as a stack sees it; once a stack. */
export function importHostedZone(scope: Construct, { id, name }: { readonly id: string; readonly name: string }): IHostedZone {
  return HostedZone.fromHostedZoneAttributes(scope, 'HostedZone', { hostedZoneId: id, zoneName: name });
}
