/** Writes one mail: subject, text and HTML. Pure; everything that a stranger can choose is text, and as little of it as possible. */
import { components } from '../../../contract/components.ts';
import type { Locale, MailMessage } from '../../../contract/schemas.ts';
import type { DueMail } from './decide-mail.ts';
import { describeClient } from './describe-client.ts';
import { dictionaries, type MailContent, type MailDictionary } from './dictionary.ts';
import { type LaidOutMail, layOutHtml, layOutText } from './layout.ts';

export interface MailInput {
  readonly mail: DueMail;
  readonly message: MailMessage;
  readonly locale: Locale;
  readonly productName: string;
  /** For the contents that carry a token. */
  readonly token?: string;
}

interface Target {
  readonly button: string;
  readonly second?: string;
  /** Which of the two carries the token, if there is one; the button where it is not said. */
  readonly token?: 'second';
  /** The page works without a script, so the token stands where a server reads it (decisions/0029). */
  readonly inQuery?: true;
}

const notMe: Target = { button: '/disavow' };
const accountOrNotMe: Target = { button: '/account', second: '/disavow', token: 'second' };
const signInOrReset: Target = { button: '/', second: '/reset' };

/** Pages that the two links lead to; the token in the fragment, which no browser sends to a server (no log, no referrer sees it). */
const targets: Readonly<Record<MailContent, Target>> = {
  verification: { button: '/verify' },
  existing_account: signInOrReset,
  address_reserved: { button: '/' },
  password_reset: { button: '/reset' },
  account_locked: { button: '/reset', second: '/disavow', token: 'second' },
  password_changed: notMe,
  new_device: accountOrNotMe,
  second_factor_enabled: accountOrNotMe,
  second_factor_disabled: notMe,
  recovery_codes_renewed: accountOrNotMe,
  recovery_code_used: accountOrNotMe,
  authenticator_removed: accountOrNotMe,
  passkey_added: accountOrNotMe,
  passkey_removed: accountOrNotMe,
  address_confirmation: { button: '/confirm-email' },
  address_taken: signInOrReset,
  account_exported: accountOrNotMe,
  account_erasure_requested: { button: '/keep' },
  account_erased: { button: '/' },
  status_subscription: { button: '/v1/status/subscription/confirm', inQuery: true },
  address_change_requested: { button: '/undo' },
  address_changed: { button: '/undo' },
  account_secured: { button: '/reset' },
  factor_recovery_requested: notMe,
  factor_recovery_approved: notMe,
  account_disabled: notMe,
  account_enabled: { button: '/', second: '/disavow', token: 'second' },
  report_received: { button: '/report' },
  report_answered: { button: '/report' },
  report_news: { button: '/admin' },
};

/** Done by staff: where from and with what is theirs, and would tell the owner nothing. */
const byStaff: ReadonlySet<MailContent> = new Set([
  'factor_recovery_requested',
  'factor_recovery_approved',
  'account_disabled',
  'account_enabled',
]);

/** @throws when the message names a site without encryption: a link in a mail must not lead there */
export function renderMail({ mail, message, locale, productName, token }: MailInput): { subject: string; text: string; html: string } {
  const dictionary = dictionaries[locale];
  const product = singleLine(productName);
  const wording = dictionary.mails[mail.content]({
    product,
    until: describeEnd(mail, message, dictionary),
    codesLeft: message.kind === 'recovery_code_used' ? message.codesLeft : 0,
    presentEmail: message.kind === 'address_confirmation' ? singleLine(message.presentEmail) : '',
    reference: 'reportId' in message ? message.reportId : '',
    because: (message.kind === 'new_device' && message.because) || 'device',
    components: message.kind === 'status_subscription' ? message.components.map((id) => components[id].name[locale]).join(', ') : '',
  });
  const origin = secureOrigin(message.siteOrigin);
  const target = targets[mail.content];
  const fragment = token === undefined ? '' : `${target.inQuery ? '?' : '#'}token=${token}`;
  const laidOut: LaidOutMail = {
    locale,
    product,
    subject: singleLine(wording.subject),
    heading: wording.heading,
    opening: 'repeated' in mail && mail.repeated ? [...wording.opening, wording.repeated ?? dictionary.repeated] : wording.opening,
    button: { label: wording.button, address: origin + target.button + (target.token ? '' : fragment) },
    copyLink: dictionary.copyLink,
    ...(wording.secondLink !== undefined &&
      target.second !== undefined && {
        secondLink: { label: wording.secondLink, address: origin + target.second + (target.token ? fragment : '') },
      }),
    facts: [
      { name: dictionary.facts.when, value: describeInstant(Date.parse(message.at), dictionary) },
      ...(byStaff.has(mail.content) || isFromNobody(message) ? [] : describeCaller(message, dictionary)),
    ],
    closing: wording.closing,
    footer: wording.footer ?? ('reportId' in message ? dictionary.reporterFooter(product) : dictionary.footer(product)),
  };
  return { subject: laidOut.subject, text: layOutText(laidOut), html: layOutHtml(laidOut) };
}

function describeEnd(mail: DueMail, message: MailMessage, dictionary: MailDictionary): string {
  if (message.kind === 'account_locked') return describeInstant(roundUpToMinute(Date.parse(message.lockedUntil)), dictionary);
  if (message.kind === 'factor_recovery_approved') return describeInstant(roundUpToMinute(Date.parse(message.effectiveAt)), dictionary);
  if (message.kind === 'report_news') return describeInstant(Date.parse(message.answerDueAt), dictionary);
  if (mail.content === 'address_reserved') return describeInstant(roundUpToMinute(mail.reservedUntil), dictionary);
  return 'token' in mail ? describeInstant(mail.token.expiresAt, dictionary) : '';
}

/** Staff completed something that owners do themselves otherwise, as turning the second step off. */
function isFromNobody({ address, userAgent }: MailMessage): boolean {
  return address === '' && userAgent === '';
}

function describeCaller(message: MailMessage, dictionary: MailDictionary): LaidOutMail['facts'] {
  return [
    { name: dictionary.facts.from, value: isIpAddress(message.address) ? message.address : dictionary.facts.unknownAddress },
    { name: dictionary.facts.client, value: dictionary.client(describeClient(message.userAgent)) },
  ];
}

/** A lock or a wait is over when the mail says so, a link works until then: the one is rounded up, the other down. */
function roundUpToMinute(milliseconds: number): number {
  return Math.ceil(milliseconds / 60_000) * 60_000;
}

/** In UTC and in words: a mail is read in any time zone, and the months of `Intl` depend on how the runtime was built. */
function describeInstant(milliseconds: number, dictionary: MailDictionary): string {
  const date = new Date(milliseconds);
  return dictionary.instant({
    day: date.getUTCDate(),
    month: dictionary.months[date.getUTCMonth()] ?? '',
    year: date.getUTCFullYear(),
    time: date.toISOString().slice(11, 16),
  });
}

/** A line break in a subject would begin another header. */
function singleLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}

function isIpAddress(text: string): boolean {
  return /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f]{0,4}(?::[\da-f]{0,4}){2,7})$/i.test(text);
}

function secureOrigin(siteOrigin: string): string {
  const { protocol, origin } = new URL(siteOrigin);
  if (protocol !== 'https:') throw new TypeError('The site origin of a mail must be https');
  return origin;
}
