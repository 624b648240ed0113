import { Stack } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ITopicSubscription, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, SmsSubscription, UrlSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { AlarmDefinition } from '../../contract/alarms.ts';
import { acknowledge } from '../acknowledgements.ts';
import type { OnCallContact } from '../config.ts';
import { mapValues } from '../names.ts';

export type Severity = AlarmDefinition['severity'];

export interface OnCallProps {
  readonly contacts: readonly OnCallContact[];
  readonly key: IKey;
}

/** Whom an alarm reaches: a topic a severity. Pages go to everyone; tickets leave the phones asleep. */
export class OnCall extends Construct {
  readonly topics: Record<Severity, Topic>;
  readonly actions: Record<Severity, SnsAction>;

  constructor(scope: Construct, id: string, { contacts, key }: OnCallProps) {
    super(scope, id);
    const silent = contacts.filter((contact) => !('sms' in contact));
    const recipients: Record<Severity, readonly OnCallContact[]> = { page: contacts, ticket: silent.length > 0 ? silent : contacts };
    this.topics = mapValues({ page: 'Page', ticket: 'Ticket' } as const, (name) => this.createTopic(name, key));
    for (const severity of ['page', 'ticket'] as const) {
      for (const contact of recipients[severity]) {
        const subscription = this.topics[severity].addSubscription(subscriptionOf(contact));
        acknowledge(subscription, {
          'Serverless-SNSRedrivePolicy':
            'A page that is late has failed: the second channel covers it, and the alarm itself stays visible until it is over',
        });
      }
    }
    this.actions = mapValues(this.topics, (topic) => new SnsAction(topic));
  }

  private createTopic(name: string, key: IKey): Topic {
    const topic = new Topic(this, name, { displayName: `Portiere ${name.toLowerCase()}`, masterKey: key, enforceSSL: true });
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    return topic;
  }
}

function subscriptionOf(contact: OnCallContact): ITopicSubscription {
  if ('sms' in contact) return new SmsSubscription(contact.sms);
  if ('email' in contact) return new EmailSubscription(contact.email);
  return new UrlSubscription(contact.https);
}

/** Ways that fail apart: two phones share one, an address and a phone don't. */
export function independentChannels(contacts: readonly OnCallContact[]): number {
  return new Set(contacts.flatMap((contact) => Object.keys(contact))).size;
}
