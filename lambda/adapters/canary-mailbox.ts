import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { isCanaryAddress } from '../../contract/canary.ts';
import type { MailSender, OutgoingMail, SendResult } from '../domain/mail/ports.ts';
import { clientOptions } from './client-options.ts';

/**
 * Puts what is for the canary into its queue, and hands everything else on. The canary's domain can't exist: no mail server is
 * bothered, nothing bounces, and no quota is spent on a customer who isn't one.
 */
export class CanaryMailbox implements MailSender {
  readonly #url: string;
  readonly #others: MailSender;
  readonly #client: SQSClient;

  constructor(queueUrl: string, others: MailSender, client: SQSClient = new SQSClient(clientOptions)) {
    this.#url = queueUrl;
    this.#others = others;
    this.#client = client;
  }

  async send(mail: OutgoingMail): Promise<SendResult> {
    const { to, text } = mail;
    if (!isCanaryAddress(to)) return this.#others.send(mail);
    try {
      await this.#client.send(new SendMessageCommand({ QueueUrl: this.#url, MessageBody: JSON.stringify({ to, text }) }));
      return { status: 'accepted' };
    } catch (error) {
      return { status: 'refused', fault: 'passing', reason: error instanceof Error ? error.name : 'unknown' };
    }
  }
}
