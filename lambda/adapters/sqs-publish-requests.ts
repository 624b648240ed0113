import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { statusMessage } from '../../contract/status.ts';
import type { StatusPublisher } from '../domain/incidents/ports.ts';
import { clientOptions } from './client-options.ts';

type PublishRequest = ReturnType<typeof statusMessage.parse>;
type Note = (fields: { readonly reason: string; readonly failure: string }) => void;

/** Asks for the status page to be published at once. */
export class SqsPublishRequests implements StatusPublisher {
  readonly #url: string;
  readonly #note: Note;
  readonly #client: SQSClient;

  /** @param note is told of a request that could not be sent: the clock makes it good within a minute */
  constructor(url: string, note: Note, client: SQSClient = new SQSClient(clientOptions)) {
    this.#url = url;
    this.#note = note;
    this.#client = client;
  }

  async request(reason: string): Promise<void> {
    const message: PublishRequest = { kind: 'publish' };
    try {
      await this.#client.send(new SendMessageCommand({ QueueUrl: this.#url, MessageBody: JSON.stringify(message) }));
    } catch (error) {
      this.#note({ reason, failure: error instanceof Error ? error.name : 'unknown' });
    }
  }
}
