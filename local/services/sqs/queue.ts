/** One standard queue: visibility, delay, retention and redrive, by the system's clock. Every change is durable before it is told. */
import { createHash, randomUUID } from 'node:crypto';
import type { LocalClock } from '../../clock.ts';
import type { Collection, State } from '../../state.ts';
import { AwsError } from '../aws-error.ts';
import type { MessageAttribute, QueueDepth, ReceivedMessage } from '../model.ts';

export const longestVisibilitySeconds = 43_200;

export interface QueueSettings {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly visibilityTimeoutSeconds: number;
  readonly delaySeconds: number;
  readonly retentionSeconds: number;
  readonly maximumMessageBytes: number;
  readonly receiveWaitSeconds: number;
  readonly redrive: { readonly targetArn: string; readonly maximumReceives: number } | undefined;
  readonly encryptionKeyArn: string | undefined;
}

/** Times are epoch milliseconds. */
interface Message {
  readonly id: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  readonly senderId: string;
  readonly sentAt: number;
  readonly visibleAt: number;
  readonly receives: number;
  readonly firstReceivedAt?: number;
  /** Of the latest receipt; older ones don't hold any more. */
  readonly receipt?: string;
}

export interface QueueOptions {
  readonly settings: QueueSettings;
  readonly state: State;
  readonly clock: LocalClock;
  readonly onMessage: () => void;
  readonly deadLetters: () => Queue | undefined;
}

export class Queue {
  readonly settings: QueueSettings;
  readonly #options: QueueOptions;
  readonly #kept: Collection<Message>;
  readonly #messages: Map<string, Message>;

  constructor(options: QueueOptions) {
    this.settings = options.settings;
    this.#options = options;
    this.#kept = options.state.collection(`queue ${options.settings.name}`);
    const kept = this.#kept.entries().map(({ value }) => value);
    this.#messages = new Map(kept.sort((left, right) => left.sentAt - right.sentAt).map((message) => [message.id, message]));
  }

  /** @returns the message's id */
  send(
    body: string,
    senderId: string,
    attributes: Readonly<Record<string, MessageAttribute>> = {},
    delaySeconds = this.settings.delaySeconds,
  ): string {
    const sentAt = this.#now();
    const id = randomUUID();
    this.#keep({ id, body, attributes, senderId, sentAt, visibleAt: sentAt + delaySeconds * 1000, receives: 0 });
    this.#options.onMessage();
    return id;
  }

  receive(maximum: number, visibilitySeconds = this.settings.visibilityTimeoutSeconds): ReceivedMessage[] {
    this.#forgetOld();
    const received: ReceivedMessage[] = [];
    for (const message of [...this.#messages.values()]) {
      if (received.length === maximum) break;
      if (message.visibleAt > this.#now()) continue;
      if (this.#redrive(message)) continue;
      received.push(this.#handOut(message, visibilitySeconds));
    }
    return received;
  }

  delete(receiptHandle: string): void {
    const message = this.#holding(receiptHandle);
    if (message !== undefined) this.#remove(message.id);
  }

  changeVisibility(receiptHandle: string, seconds: number): void {
    const message = this.#holding(receiptHandle);
    if (message === undefined) {
      const [id = ''] = parseReceipt(receiptHandle);
      if (this.#messages.has(id)) throw notInFlight(id);
      throw invalidParameter(
        `Value ${receiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
      );
    }
    if (message.visibleAt <= this.#now()) throw notInFlight(message.id);
    this.#keep({ ...message, visibleAt: this.#now() + seconds * 1000 });
    if (seconds === 0) this.#options.onMessage();
  }

  depth(): QueueDepth {
    this.#forgetOld();
    const now = this.#now();
    const messages = [...this.#messages.values()];
    const hidden = messages.filter(({ visibleAt }) => visibleAt > now);
    const delayed = hidden.filter(({ receives }) => receives === 0).length;
    const oldest = messages.reduce((earliest, { sentAt }) => Math.min(earliest, sentAt), now);
    return {
      visible: messages.length - hidden.length,
      inFlight: hidden.length - delayed,
      delayed,
      oldestAgeSeconds: Math.floor((now - oldest) / 1000),
    };
  }

  /** A message from another queue: its age goes with it, its receipts don't. */
  #adopt(message: Message): void {
    const { receipt: _, ...rest } = message;
    this.#keep({ ...rest, visibleAt: this.#now(), receives: 0 });
  }

  /** To the dead-letter queue with what was received as often as the redrive policy allows. */
  #redrive(message: Message): boolean {
    const { redrive } = this.settings;
    if (redrive === undefined || message.receives < redrive.maximumReceives) return false;
    const target = this.#options.deadLetters();
    if (target === undefined) throw new Error(`the dead-letter queue ${redrive.targetArn} of ${this.settings.name} is not in the assembly`);
    // Together or not at all: killed in between, the message would be lost or be there twice.
    this.#options.state.atomically(() => {
      target.#adopt(message);
      this.#kept.delete(message.id);
    });
    this.#messages.delete(message.id);
    target.#options.onMessage();
    return true;
  }

  #handOut(message: Message, visibilitySeconds: number): ReceivedMessage {
    const now = this.#now();
    const receipt = randomUUID();
    const next: Message = {
      ...message,
      receipt,
      receives: message.receives + 1,
      firstReceivedAt: message.firstReceivedAt ?? now,
      visibleAt: now + visibilitySeconds * 1000,
    };
    this.#keep(next);
    return {
      messageId: next.id,
      receiptHandle: Buffer.from(`${next.id} ${receipt}`).toString('base64'),
      body: next.body,
      md5OfBody: md5(next.body),
      attributes: {
        ApproximateReceiveCount: String(next.receives),
        ApproximateFirstReceiveTimestamp: String(next.firstReceivedAt),
        SentTimestamp: String(next.sentAt),
        SenderId: next.senderId,
      },
      messageAttributes: next.attributes,
    };
  }

  #holding(receiptHandle: string): Message | undefined {
    const [id = '', receipt] = parseReceipt(receiptHandle);
    const message = this.#messages.get(id);
    return message !== undefined && message.receipt === receipt ? message : undefined;
  }

  #forgetOld(): void {
    const oldestAllowed = this.#now() - this.settings.retentionSeconds * 1000;
    for (const { id, sentAt } of this.#messages.values()) {
      if (sentAt < oldestAllowed) this.#remove(id);
    }
  }

  #keep(message: Message): void {
    this.#kept.put(message.id, message);
    this.#messages.set(message.id, message);
  }

  #remove(id: string): void {
    this.#kept.delete(id);
    this.#messages.delete(id);
  }

  #now(): number {
    return this.#options.clock.now();
  }
}

export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message, 400, { 'x-amzn-query-error': 'InvalidParameterValue;Sender' });
}

function notInFlight(id: string): AwsError {
  const headers = { 'x-amzn-query-error': 'AWS.SimpleQueueService.MessageNotInflight;Sender' };
  return new AwsError('MessageNotInflight', `Message ${id} is not in flight.`, 400, headers);
}

function parseReceipt(receiptHandle: string): string[] {
  const parts = Buffer.from(receiptHandle, 'base64').toString().split(' ');
  if (parts.length !== 2) {
    const headers = { 'x-amzn-query-error': 'ReceiptHandleIsInvalid;Sender' };
    throw new AwsError(
      'ReceiptHandleIsInvalid',
      `The input receipt handle "${receiptHandle}" is not a valid receipt handle.`,
      400,
      headers,
    );
  }
  return parts;
}
