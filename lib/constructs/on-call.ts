import { Stack } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ITopicSubscription, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, SmsSubscription, UrlSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type AlarmDefinition, type AlarmId, alarms } from '../../contract/alarms.ts';
import { runbookAnchor } from '../../contract/paging.ts';
import { acknowledge } from '../acknowledgements.ts';
import type { OnCallContact } from '../config.ts';
import { mapValues } from '../names.ts';
import { dashboardUrl, subscribeQueue } from './pages.ts';

export type Severity = AlarmDefinition['severity'];
type Direct = Exclude<OnCallContact, { readonly pagerDuty: unknown }>;

export interface OnCallProps {
  readonly contacts: readonly OnCallContact[];
  readonly key: IKey;
  /** Where the descriptions of alarms point to. */
  readonly runbookUrl: string;
  /** Queue of the function that writes to phones: the phones are its, then. Without, they get CloudWatch's own text message. */
  readonly pages?: Queue;
  /** Whether alarms about the way itself stand here; elsewhere a topic for them would have nothing to tell. */
  readonly hasSecondWay?: boolean;
}

/**
 * Whom an alarm reaches: a topic a severity. Pages go to everyone; tickets leave the phones asleep, unless there are only phones.
 * A third topic tells what goes wrong on that way, straight to every contact.
 */
export class OnCall extends Construct {
  readonly topics: Record<Severity, Topic>;
  readonly actions: Record<Severity, SnsAction>;
  readonly #links: { readonly runbookUrl: string; readonly dashboardUrl: string };
  /** For the alarms about the way itself. */
  readonly secondWay: SnsAction;

  constructor(scope: Construct, id: string, { contacts, key, runbookUrl, pages, hasSecondWay = false }: OnCallProps) {
    super(scope, id);
    this.#links = { runbookUrl, dashboardUrl: dashboardUrl(Stack.of(this).region) };
    // PagerDuty has a way of its own, see pager-duty.ts.
    const direct = contacts.filter((contact): contact is Direct => !('pagerDuty' in contact));
    const silent = direct.filter((contact) => !isPhone(contact));
    const recipients: Record<Severity, readonly Direct[]> = { page: direct, ticket: silent.length > 0 ? silent : direct };
    this.topics = mapValues({ page: 'Page', ticket: 'Ticket' } as const, (name) => this.createTopic(name, key));
    for (const severity of ['page', 'ticket'] as const) {
      const phones = recipients[severity].filter(isPhone);
      for (const contact of recipients[severity]) {
        if (!pages || !isPhone(contact)) this.subscribe(this.topics[severity], contact);
      }
      if (pages && phones.length > 0)
        subscribeQueue(this, `${severity === 'page' ? 'Page' : 'Ticket'}ToPhones`, this.topics[severity], pages);
    }
    this.actions = mapValues(this.topics, (topic) => new SnsAction(topic));
    this.secondWay = hasSecondWay ? new SnsAction(this.createSecondWay(direct, key)) : this.actions.page;
  }

  /** The description of an alarm, which CloudWatch's mails carry: what it means, and where to read on. */
  describe(id: AlarmId): string {
    const { runbookUrl, dashboardUrl: dashboard } = this.#links;
    return `${alarms[id].means} Runbook: ${runbookUrl}#${runbookAnchor(id)} Dashboard: ${dashboard}`;
  }

  private createSecondWay(contacts: readonly Direct[], key: IKey): Topic {
    const topic = this.createTopic('SecondWay', key);
    for (const contact of contacts) this.subscribe(topic, contact);
    return topic;
  }

  private subscribe(topic: Topic, contact: Direct): void {
    const subscription = topic.addSubscription(subscriptionOf(contact));
    acknowledge(subscription, {
      'Serverless-SNSRedrivePolicy':
        'A page that is late has failed: the second channel covers it, and the alarm itself stays visible until it is over',
    });
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

function isPhone(contact: Direct): boolean {
  return 'sms' in contact;
}

function subscriptionOf(contact: Direct): ITopicSubscription {
  if ('sms' in contact) return new SmsSubscription(contact.sms);
  if ('email' in contact) return new EmailSubscription(contact.email);
  return new UrlSubscription(contact.https);
}

/** Ways that fail apart: two phones share one, an address and a phone don't. */
export function independentChannels(contacts: readonly OnCallContact[]): number {
  return new Set(contacts.flatMap((contact) => Object.keys(contact))).size;
}
