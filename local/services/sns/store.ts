/** Topics of the assembly, and who gets what is published. */
import { randomUUID } from 'node:crypto';
import type { Resource } from '../../assembly/model.ts';
import { AwsError } from '../aws-error.ts';
import type { Delivery, Notification } from '../model.ts';
import type { ServiceContext } from '../service.ts';

interface Subscription {
  readonly protocol: Delivery['protocol'];
  readonly endpoint: string;
}

export class TopicStore {
  readonly context: ServiceContext;
  readonly #listeners: ((delivery: Delivery) => void)[] = [];

  constructor(context: ServiceContext) {
    this.context = context;
  }

  /** @throws AwsError `NotFound` */
  find(topicArn: string): Resource {
    const topic = this.context.assembly.ofType('AWS::SNS::Topic').find(({ ref }) => ref === topicArn);
    if (topic === undefined) throw new AwsError('NotFound', 'Topic does not exist', 404);
    return topic;
  }

  /** ARN of the customer-managed key that the topic is encrypted with. */
  encryptionKeyArn(topic: Resource): string | undefined {
    const reference = topic.properties.KmsMasterKeyId;
    return reference === undefined ? undefined : (this.context.assembly.find(reference)?.attributes.Arn as string | undefined);
  }

  onDelivery(listener: (delivery: Delivery) => void): void {
    this.#listeners.push(listener);
  }

  /** @returns the message's id */
  deliver(topic: Resource, { subject, message, byProtocol = {}, attributes = {} }: Notification): string {
    const messageId = randomUUID();
    const at = new Date(this.context.clock.now()).toISOString();
    for (const { protocol, endpoint } of this.#subscriptions(topic)) {
      const delivery: Delivery = {
        messageId,
        topicArn: topic.ref,
        protocol,
        endpoint,
        ...(subject === undefined ? {} : { subject }),
        message: byProtocol[protocol] ?? message,
        attributes,
        at,
      };
      for (const listener of this.#listeners) listener(delivery);
    }
    return messageId;
  }

  #subscriptions(topic: Resource): Subscription[] {
    const inline: { Protocol: Subscription['protocol']; Endpoint: string }[] = topic.properties.Subscription ?? [];
    const own = this.context.assembly.ofType('AWS::SNS::Subscription').filter(({ properties }) => properties.TopicArn === topic.ref);
    return [
      ...inline.map(({ Protocol, Endpoint }) => ({ protocol: Protocol, endpoint: Endpoint })),
      ...own.map(({ properties, stack, logicalId }) => {
        if (properties.FilterPolicy !== undefined) {
          throw new Error(`${stack}/${logicalId}: filter policies of subscriptions are not known to the local system`);
        }
        return { protocol: properties.Protocol, endpoint: properties.Endpoint };
      }),
    ];
  }
}
