import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { MailMessage } from '../../contract/schemas.ts';
import { type MailQueue, Unavailable } from '../domain/ports.ts';
import { clientOptions } from './client-options.ts';

export class SqsMailQueue implements MailQueue {
  readonly #url: string;
  readonly #client: SQSClient;

  constructor(url: string, client: SQSClient = new SQSClient(clientOptions)) {
    this.#url = url;
    this.#client = client;
  }

  async send(message: MailMessage): Promise<void> {
    try {
      await this.#client.send(new SendMessageCommand({ QueueUrl: this.#url, MessageBody: JSON.stringify(message) }));
    } catch (cause) {
      throw new Unavailable('mail', { cause });
    }
  }
}
