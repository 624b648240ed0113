/** What the mailer needs from the world. Methods answer or throw; a throw fails the message, and the queue brings it back. */
import type { ProductMetric } from '../../../contract/alarm.ts';
import type { Locale } from '../../../contract/schemas.ts';
import type { Clock, MailToken, RandomSource } from '../ports.ts';
import type { MailBudget } from './budget.ts';

/** An address that has an account; an address without one is `undefined`. */
export type Recipient = AccountAddress | ReservedAddress;

/** An account has moved away from it, and may come back until then. */
export interface ReservedAddress {
  readonly accountId: string;
  /** Milliseconds. */
  readonly reservedUntil: number;
}

export interface AccountAddress {
  readonly accountId: string;
  readonly locale: Locale;
  /** A reset link is good for the password that it was asked for, and no later one. */
  readonly credentialVersion: number;
}

export interface RecipientDirectory {
  find(emailKey: string): Promise<Recipient | undefined>;
}

export interface MailBudgetStore {
  /** @returns the budget, an empty one of version 0 for an address that was never written to */
  load(recipientKey: string): Promise<MailBudget>;
  /** Compare-and-swap: writes `next` if the stored version is the one before it. @returns false when somebody was faster */
  replace(recipientKey: string, next: MailBudget): Promise<boolean>;
}

export interface MailTokenStore {
  put(tokenHash: string, token: MailToken): Promise<void>;
}

export interface OutgoingMail {
  /** Plain address in ASCII, see `isDeliverable`. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Beyond those of every mail. */
  readonly headers?: readonly { readonly name: string; readonly value: string }[];
}

/** `passing` faults are expected to heal by themselves; `lasting` ones need a person, so the message ends in the dead-letter queue. */
export type SendResult =
  | { readonly status: 'accepted' }
  | { readonly status: 'refused'; readonly fault: 'passing' | 'lasting'; readonly reason: string };

export interface MailSender {
  send(mail: OutgoingMail): Promise<SendResult>;
}

/** One delivery of a message by the queue. */
export interface MailReceipt {
  readonly messageId: string;
  readonly handle: string;
  /** How often the queue has delivered it, this time included. */
  readonly receives: number;
}

export interface MessageVisibility {
  /** Hides the message for this many seconds from now (0 to 43,200), after which the queue delivers it again. */
  postpone(receipt: MailReceipt, seconds: number): Promise<void>;
}

export type JournalFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Logs and counts. Never given an address, a token or a body. */
export interface MailJournal {
  note(level: 'INFO' | 'WARN' | 'ERROR', event: `mail.${string}`, fields: JournalFields): void;
  count(metric: ProductMetric): void;
}

export interface MailPorts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly directory: RecipientDirectory;
  readonly budgets: MailBudgetStore;
  readonly tokens: MailTokenStore;
  readonly sender: MailSender;
  readonly visibility: MessageVisibility;
  readonly journal: MailJournal;
  readonly productName: string;
  readonly isStaff: (normalisedEmail: string) => boolean;
}
