import { Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CnameRecord, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import { ConfigurationSet, ConfigurationSetTlsPolicy, EmailIdentity, Identity, SuppressionReasons } from 'aws-cdk-lib/aws-ses';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { securityPolicy } from '../../contract/security-policy.ts';
import { createQueuePair } from './queue-pair.ts';

export interface MailProps {
  readonly sender: string;
  readonly dataKey: IKey;
  /** With a zone, the sender's whole domain is proven and its mails are signed (DKIM); else the one address by a click. */
  readonly hostedZone?: IHostedZone;
}

/**
 * The way of a mail: every request that may lead to one writes a message on the queue, known address or not, and the
 * mailer decides. So the time of an answer tells nothing, and a mail survives the function that wanted it sent.
 */
export class Mail extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly identityArn: string;
  readonly configurationSetArn: string;
  readonly configurationSetName: string;

  constructor(scope: Construct, id: string, { sender, dataKey, hostedZone }: MailProps) {
    super(scope, id);
    const { queue, deadLetters } = createQueuePair(this, dataKey, securityPolicy.mail.maximumReceives);
    this.queue = queue;
    this.deadLetters = deadLetters;

    const configurationSet = new ConfigurationSet(this, 'ConfigurationSet', {
      // Links in these mails open accounts: a server that takes no TLS gets none of them.
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
      reputationMetrics: true,
      suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
    });
    const identity = new EmailIdentity(this, 'Sender', {
      identity: hostedZone ? Identity.domain(domainOf(sender)) : Identity.email(sender),
      configurationSet,
    });
    if (hostedZone) {
      identity.dkimRecords.forEach(({ name, value }, index) => {
        new CnameRecord(this, `Dkim${index + 1}`, { zone: hostedZone, recordName: `${name}.`, domainName: value });
      });
    }
    this.configurationSetName = configurationSet.configurationSetName;
    this.identityArn = identity.emailIdentityArn;
    this.configurationSetArn = Stack.of(this).formatArn({
      service: 'ses',
      resource: 'configuration-set',
      resourceName: this.configurationSetName,
    });
  }
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
