import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { MailReceipt, MessageVisibility } from '../domain/mail/ports.ts';
import { clientOptions } from './client-options.ts';

/** Puts a message of the mail queue off: it stays in the queue, hidden until its time has come. */
export class SqsVisibility implements MessageVisibility {
  readonly #queueUrl: string;
  readonly #client: SQSClient;

  constructor(queueUrl: string, client: SQSClient = new SQSClient(clientOptions)) {
    this.#queueUrl = queueUrl;
    this.#client = client;
  }

  async postpone(receipt: MailReceipt, seconds: number): Promise<void> {
    await this.#client.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: this.#queueUrl, ReceiptHandle: receipt.handle, VisibilityTimeout: seconds }),
    );
  }
}
