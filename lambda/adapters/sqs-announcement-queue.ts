import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { AnnouncementMessage } from '../../contract/schemas.ts';
import { Unavailable } from '../domain/ports.ts';
import type { AnnouncementQueue } from '../domain/subscriptions/ports.ts';
import { clientOptions } from './client-options.ts';

/** SQS takes ten at once. */
const atOnce = 10;

export class SqsAnnouncementQueue implements AnnouncementQueue {
  readonly #url: string;
  readonly #client: SQSClient;

  constructor(url: string, client: SQSClient = new SQSClient(clientOptions)) {
    this.#url = url;
    this.#client = client;
  }

  /** @throws Unavailable when one of them was not taken: all of them may be sent again */
  async send(messages: readonly AnnouncementMessage[]): Promise<void> {
    for (let start = 0; start < messages.length; start += atOnce) {
      const Entries = messages
        .slice(start, start + atOnce)
        .map((message, index) => ({ Id: String(index), MessageBody: JSON.stringify(message) }));
      try {
        const { Failed = [] } = await this.#client.send(new SendMessageBatchCommand({ QueueUrl: this.#url, Entries }));
        if (Failed.length > 0) throw new Error(`${Failed.length} messages were not taken`);
      } catch (cause) {
        throw new Unavailable('announcements', { cause });
      }
    }
  }
}
