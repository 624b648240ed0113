import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { BlockMessage } from '../../contract/blocks.ts';
import { Unavailable } from '../domain/ports.ts';
import type { BlockQueue } from '../domain/suspicion.ts';
import { clientOptions } from './client-options.ts';

export class SqsBlockQueue implements BlockQueue {
  readonly #url: string;
  readonly #client: SQSClient;

  constructor(url: string, client: SQSClient = new SQSClient(clientOptions)) {
    this.#url = url;
    this.#client = client;
  }

  async send(message: BlockMessage): Promise<void> {
    try {
      await this.#client.send(new SendMessageCommand({ QueueUrl: this.#url, MessageBody: JSON.stringify(message) }));
    } catch (cause) {
      throw new Unavailable('blocks', { cause });
    }
  }
}
