import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { Unavailable } from '../domain/ports.ts';
import { clientOptions } from './client-options.ts';

/** A topic of our own, by which text messages and heartbeats leave. */
export class SnsTopic {
  readonly #arn: string;
  readonly #client: SNSClient;

  constructor(arn: string, client: SNSClient = new SNSClient(clientOptions)) {
    this.#arn = arn;
    this.#client = client;
  }

  async publish(text: string): Promise<void> {
    try {
      await this.#client.send(new PublishCommand({ TopicArn: this.#arn, Message: text }));
    } catch (cause) {
      throw new Unavailable('topic', { cause });
    }
  }
}
