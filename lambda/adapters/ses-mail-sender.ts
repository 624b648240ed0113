import { SESv2Client, SESv2ServiceException, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { encodeDisplayName } from '../domain/mail/display-name.ts';
import type { MailSender, OutgoingMail, SendResult } from '../domain/mail/ports.ts';
import { HttpHandler } from './http-handler.ts';

export interface SesMailSenderOptions {
  /** Address that mails come from; SES must have verified it or its domain. */
  readonly sender: string;
  readonly productName: string;
  /** SES configuration set, for delivery events. */
  readonly configurationSet?: string;
}

/** Two tries within the function's time; whatever they don't settle, the queue tries again later. */
function createClient(): SESv2Client {
  return new SESv2Client({
    maxAttempts: 2,
    requestHandler: new HttpHandler({ connectionTimeout: 1000, requestTimeout: 3500 }),
  });
}

export class SesMailSender implements MailSender {
  readonly #client: SESv2Client;
  readonly #from: string;
  readonly #configurationSet: string | undefined;

  constructor({ sender, productName, configurationSet }: SesMailSenderOptions, client: SESv2Client = createClient()) {
    this.#client = client;
    this.#from = `${encodeDisplayName(productName)} <${sender}>`;
    this.#configurationSet = configurationSet;
  }

  async send({ to, subject, text, html, headers = [] }: OutgoingMail): Promise<SendResult> {
    try {
      await this.#client.send(
        new SendEmailCommand({
          FromEmailAddress: this.#from,
          Destination: { ToAddresses: [to] },
          Content: {
            Simple: {
              Subject: { Data: subject, Charset: 'UTF-8' },
              Body: { Text: { Data: text, Charset: 'UTF-8' }, Html: { Data: html, Charset: 'UTF-8' } },
              // RFC 3834: keeps out-of-office replies from answering.
              Headers: [
                { Name: 'Auto-Submitted', Value: 'auto-generated' },
                ...headers.map(({ name, value }) => ({ Name: name, Value: value })),
              ],
            },
          },
          ...(this.#configurationSet && { ConfigurationSetName: this.#configurationSet }),
        }),
      );
      return { status: 'accepted' };
    } catch (error) {
      return {
        status: 'refused',
        fault: isLasting(error) ? 'lasting' : 'passing',
        reason: error instanceof Error ? error.name : 'unknown',
      };
    }
  }
}

/**
 * Faults that waiting doesn't heal: the message or address is refused, the sender isn't verified, the role may not send.
 * The reason is the fault's name alone, since SES quotes addresses in its messages.
 */
function isLasting(error: unknown): boolean {
  if (!(error instanceof SESv2ServiceException) || error.$fault !== 'client') return false;
  return error.$retryable === undefined && !passingNames.has(error.name);
}

const passingNames = new Set([
  'TooManyRequestsException',
  'LimitExceededException',
  'SendingPausedException',
  'ThrottlingException',
  'Throttling',
]);
