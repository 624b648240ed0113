/** The mailer's surroundings in memory: a clock that is moved by hand, a store with compare-and-swap, an outbox. */
import type { Locale, MailMessage } from '../../contract/schemas.ts';
import { emptyBudget, type MailBudget } from '../../lambda/domain/mail/budget.ts';
import { type DeliveryOutcome, deliverMail } from '../../lambda/domain/mail/deliver-mail.ts';
import type { JournalFields, MailPorts, OutgoingMail, Recipient, SendResult } from '../../lambda/domain/mail/ports.ts';
import type { MailToken } from '../../lambda/domain/ports.ts';

export const firefoxOnWindows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';

type Kind = MailMessage['kind'];

export class MailWorld {
  now = Date.parse('2026-11-05T14:03:20Z');
  readonly accounts = new Map<string, Recipient>();
  readonly budgets = new Map<string, MailBudget>();
  readonly tokens = new Map<string, MailToken>();
  readonly outbox: OutgoingMail[] = [];
  readonly postponed: { messageId: string; seconds: number }[] = [];
  readonly notes: { event: string; fields: JournalFields }[] = [];
  readonly counts: string[] = [];
  /** What the mail service answers; by default it accepts. */
  answer: () => SendResult = () => ({ status: 'accepted' });
  #messages = 0;
  #randomness = 0;

  readonly ports: MailPorts = {
    clock: { now: () => this.now, pause: async () => {} },
    random: { bytes: (length) => new Uint8Array(length).map(() => (this.#randomness = (this.#randomness * 73 + 41) % 251)) },
    directory: { find: async (emailKey) => this.accounts.get(emailKey) },
    budgets: {
      load: async (key) => this.budgets.get(key) ?? emptyBudget,
      replace: async (key, next) => {
        if ((this.budgets.get(key)?.version ?? 0) !== next.version - 1) return false;
        this.budgets.set(key, next);
        return true;
      },
    },
    tokens: { put: async (hash, token) => void this.tokens.set(hash, token) },
    sender: {
      send: async (mail) => {
        const result = this.answer();
        if (result.status === 'accepted') this.outbox.push(mail);
        return result;
      },
    },
    visibility: { postpone: async (receipt, seconds) => void this.postponed.push({ messageId: receipt.messageId, seconds }) },
    journal: { note: (_level, event, fields) => void this.notes.push({ event, fields }), count: (metric) => void this.counts.push(metric) },
    productName: 'Portiere',
    isStaff: (email) => email === 'staff@example.com',
  };

  /** An address with an account. */
  know(name: string, locale: Locale = 'en'): this {
    this.accounts.set(`key-of-${name}`, { accountId: `account-of-${name}`, locale, credentialVersion: 1 });
    return this;
  }

  message<K extends Kind>(kind: K, name = 'anna', more: Partial<MailMessage> = {}): MailMessage {
    this.#messages += 1;
    return {
      id: `message-${this.#messages}`,
      kind,
      email: `${name}@example.com`,
      emailKey: `key-of-${name}`,
      siteOrigin: 'https://www.example.com',
      at: new Date(this.now).toISOString(),
      address: '203.0.113.7',
      userAgent: firefoxOnWindows,
      ...(kind === 'verification' && { registrationId: 'registration-1' }),
      ...(kind === 'account_locked' && { lockedUntil: new Date(this.now + 60_000).toISOString() }),
      ...(kind === 'recovery_code_used' && { codesLeft: 9 }),
      ...(kind === 'address_confirmation' && { changeId: 'change-1', presentEmail: 'present@example.com' }),
      ...(kind.startsWith('address_') && { accountId: `account-of-${name}` }),
      ...(kind === 'address_changed' && { undoableUntil: new Date(this.now + 7 * 86_400_000).toISOString() }),
      ...(kind === 'factor_recovery_approved' && { effectiveAt: new Date(this.now + 3 * 86_400_000).toISOString() }),
      ...(kind.startsWith('report_') && { reportId: 'report-reference-1' }),
      ...(kind === 'report_news' && { answerDueAt: '2026-11-06T23:00:00Z' }),
      ...more,
    } as MailMessage;
  }

  deliver(message: MailMessage, receives = 1, ports: Partial<MailPorts> = {}): Promise<DeliveryOutcome> {
    return deliverMail({ ...this.ports, ...ports }, message, { messageId: `queue-${message.id}`, handle: 'handle', receives });
  }

  /** Several new messages of one kind, one after the other. */
  async deliverMany(count: number, kind: Kind, name = 'anna'): Promise<DeliveryOutcome[]> {
    const outcomes: DeliveryOutcome[] = [];
    for (let index = 0; index < count; index++) outcomes.push(await this.deliver(this.message(kind, name)));
    return outcomes;
  }

  advance(seconds: number): void {
    this.now += seconds * 1000;
  }

  subjects(): string[] {
    return this.outbox.map(({ subject }) => subject);
  }
}
