/** What a mail can say: a text that one of the languages lacks is a type error. The words are in `words/`. */
import type { Locale } from '../../../contract/schemas.ts';
import type { DueMail } from './decide-mail.ts';
import type { ClientDescription } from './describe-client.ts';
import { english } from './words/english.ts';
import { italian } from './words/italian.ts';

export type MailContent = DueMail['content'];

export interface WordingInput {
  readonly product: string;
  /** A link's, lock's or wait's end, or until when an answer is promised, already in words. */
  readonly until: string;
  /** Recovery codes that are left, where the mail is about them. */
  readonly codesLeft: number;
  /** Address of the account that asks to move, where the mail is about that. */
  readonly presentEmail: string;
  /** Of a report of a vulnerability, where the mail is about one. */
  readonly reference: string;
  /** What was new about a sign-in, where the mail is about one. */
  readonly because: 'device' | 'network';
  /** Parts of the service, in words, where the mail is about those. */
  readonly components: string;
}

/** What one mail says. Sentences are plain text. */
export interface Wording {
  readonly subject: string;
  readonly heading: string;
  /** What happened, and what to do. */
  readonly opening: readonly string[];
  readonly button: string;
  /** Label of the second, quieter link, where the mail has one. */
  readonly secondLink?: string;
  /** What to do if it wasn't you. */
  readonly closing: readonly string[];
  /** In the place of those that speak of the recipient's account. */
  readonly footer?: string;
  readonly repeated?: string;
}

export interface MailDictionary {
  readonly months: readonly string[];
  instant(date: { day: number; month: string; year: number; time: string }): string;
  client(description: ClientDescription): string;
  readonly facts: { readonly when: string; readonly from: string; readonly client: string; readonly unknownAddress: string };
  readonly repeated: string;
  readonly copyLink: string;
  footer(product: string): string;
  /** To people who reported a vulnerability, and may have no account. */
  reporterFooter(product: string): string;
  readonly mails: Readonly<Record<MailContent, (input: WordingInput) => Wording>>;
}

export const dictionaries: Readonly<Record<Locale, MailDictionary>> = { en: english, it: italian };
