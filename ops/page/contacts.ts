/** `page contacts`: whom the on-call topics reach. A subscription that nobody has confirmed is an alarm that nobody hears. */
import { ListSubscriptionsByTopicCommand, ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { clientOptions } from '../../lambda/adapters/client-options.ts';
import { type Command, OperatorError } from '../command.ts';
import { help, readPageOptions } from './options.ts';

export interface Contact {
  readonly topic: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly isConfirmed: boolean;
}

/** How CloudFormation begins the names of the on-call topics, in the region of the deployment and in us-east-1. */
const topicNames = /^(PortiereMonitoring-OnCall|PortiereEdgeMonitoring-OnCall|PortiereApi-PagesPhones)/;
const people = new Set(['sms', 'email', 'https']);

export const contactsCommand: Command = {
  async run(parameters, output) {
    const options = readPageOptions(parameters);
    if (options === undefined) return output.print(help);
    if (options.isLocal) throw new OperatorError('The local system confirms every contact by itself: ask for this in AWS.');
    const contacts = await listContacts(regionOf(process.env));
    if (options.json) output.print(JSON.stringify({ contacts }));
    else for (const contact of contacts) output.print(describe(contact));
    const pending = contacts.filter(({ isConfirmed }) => !isConfirmed);
    if (contacts.length === 0) throw new OperatorError('No on-call topic has a subscriber: is AWS_REGION the region of the deployment?');
    if (pending.length > 0) {
      throw new OperatorError(
        `${pending.length} of ${contacts.length} have not confirmed, and hear nothing: ${[...new Set(pending.map(({ endpoint }) => endpoint))].join(', ')}.`,
      );
    }
  },
};

export function regionOf(environment: NodeJS.ProcessEnv): string {
  const region = environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION;
  if (!region) throw new OperatorError('Say where the deployment is by AWS_REGION, or add --local for the local system.');
  return region;
}

/** Of both regions: the alarms of the edge live in us-east-1. */
export async function listContacts(region: string): Promise<Contact[]> {
  const regions = [...new Set([region, 'us-east-1'])];
  return (await Promise.all(regions.map((one) => listIn(new SNSClient({ ...clientOptions, region: one }))))).flat();
}

export async function listIn(client: SNSClient): Promise<Contact[]> {
  const contacts: Contact[] = [];
  for (const topicArn of await listTopics(client)) {
    let NextToken: string | undefined;
    do {
      const page = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn: topicArn, ...(NextToken ? { NextToken } : {}) }));
      for (const { Protocol = '', Endpoint = '', SubscriptionArn = '' } of page.Subscriptions ?? []) {
        if (!people.has(Protocol)) continue;
        const topic = topicArn.split(':').at(-1) ?? '';
        contacts.push({ topic, protocol: Protocol, endpoint: Endpoint, isConfirmed: SubscriptionArn.startsWith('arn:') });
      }
      NextToken = page.NextToken;
    } while (NextToken);
  }
  return contacts;
}

async function listTopics(client: SNSClient): Promise<string[]> {
  const arns: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListTopicsCommand(NextToken ? { NextToken } : {}));
    for (const { TopicArn = '' } of page.Topics ?? []) if (topicNames.test(TopicArn.split(':').at(-1) ?? '')) arns.push(TopicArn);
    NextToken = page.NextToken;
  } while (NextToken);
  return arns;
}

export function describe({ topic, protocol, endpoint, isConfirmed }: Contact): string {
  return `${isConfirmed ? 'confirmed' : 'WAITS FOR CONFIRMATION'}  ${protocol} ${endpoint}  (${topic})`;
}
