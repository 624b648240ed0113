/** The function `account` over the same memory as the front door, and a mailer that opens every link for the tests. */
import type { MailMessage } from '../../contract/schemas.ts';
import type { AccountServices } from '../../lambda/domain/account/services.ts';
import type { CurrentSession, PasswordServices } from '../../lambda/domain/context.ts';
import { answerQuestion } from '../../lambda/domain/credential-questions.ts';
import { computeEmailKey } from '../../lambda/domain/email-address.ts';
import { emptyBudget } from '../../lambda/domain/mail/budget.ts';
import { decideMail } from '../../lambda/domain/mail/decide-mail.ts';
import type { Recipient } from '../../lambda/domain/mail/ports.ts';
import { mintToken } from '../../lambda/domain/mail/token.ts';
import { type CredentialMover, Unavailable } from '../../lambda/domain/ports.ts';
import { signIn } from '../../lambda/domain/sign-in.ts';
import { intercepted } from './faults.ts';
import { call, createFrontDoor } from './front-door.ts';
import { MemoryAddressStore } from './memory-address-store.ts';

export const PASSWORD = 'correct horse battery';

export function createOwnersDoor() {
  const door = createFrontDoor();
  const { stores, mailbox } = door;
  const services: AccountServices & { readonly passwords: PasswordServices } = {
    ...door.services,
    passwords: door.services,
    addresses: new MemoryAddressStore(stores.accounts),
    credentials: moverOver(door.services),
  };

  async function keyOf(email: string): Promise<string> {
    return computeEmailKey(door.services.identity, email);
  }

  function recipientOf(emailKey: string): Recipient | undefined {
    return stores.credentials.reserved.get(emailKey) ?? stores.credentials.items.get(emailKey);
  }

  /** What the mailer makes of a message. @returns the content, and the token of its link */
  function open(message: MailMessage | undefined): { readonly content: string; readonly token: string } {
    if (!message) throw new Error('there is no such mail');
    const decision = decideMail(message, recipientOf(message.emailKey), emptyBudget, door.now(), door.services.isStaff);
    if (decision.action !== 'send') return { content: decision.action, token: '' };
    if (!('token' in decision.mail)) return { content: decision.mail.content, token: '' };
    const { token, tokenHash } = mintToken(door.services.random);
    stores.tokens.items.set(tokenHash, decision.mail.token);
    return { content: decision.mail.content, token };
  }

  return {
    ...door,
    services,
    keyOf,
    open,
    /** The newest mail of this kind to this address. */
    mail(kind: MailMessage['kind'], email: string): MailMessage | undefined {
      return mailbox.findLast((message) => message.kind === kind && message.email === email);
    },
    /** @returns the token of the newest mail of this kind to this address */
    link(kind: MailMessage['kind'], email: string): string {
      return open(this.mail(kind, email)).token;
    },
    /** A new account, signed in. */
    async owner(email: string, password = PASSWORD): Promise<CurrentSession> {
      await door.createAccount(email, password);
      return this.signedIn(email, password);
    },
    async signedIn(email: string, password = PASSWORD): Promise<CurrentSession> {
      const outcome = await signIn(door.services, call(), { email, password });
      if (outcome.kind !== 'signed_in') throw new Error(`sign-in: ${outcome.kind}`);
      const { accountId, emailKey } = outcome.account;
      return { token: outcome.token, stored: outcome.stored, accountId, email, emailKey, isStaff: false, delivery: 'cookie' };
    },
    /** Which of these addresses open an account with this password. */
    async openingOf(emails: readonly string[], password = PASSWORD): Promise<string[]> {
      const outcomes: string[] = [];
      for (const email of emails) {
        const { kind } = await signIn(door.services, call(), { email, password });
        // Refused attempts of a test must not lock the next ones out.
        stores.attempts.items.clear();
        if (kind === 'signed_in') outcomes.push(email);
      }
      return outcomes;
    },
    account(session: Pick<CurrentSession, 'accountId'>) {
      const account = stores.accounts.items.get(session.accountId);
      if (!account) throw new Error('there is no such account');
      return account;
    },
  };
}

export type OwnersDoor = ReturnType<typeof createOwnersDoor>;

/** The question without the wire. @param passwords replaced by tests that crash in the midst of an answer */
export function moverOver(passwords: PasswordServices): CredentialMover {
  return {
    async copy(move) {
      const answer = await answerQuestion(passwords, { ask: 'copy_credential', ...move });
      if (answer.kind === 'copied') return answer.credentialVersion;
      if (answer.kind === 'taken') return undefined;
      throw new Unavailable('password');
    },
    async retire(accountId, { reservedUntil, ...left }) {
      const until = reservedUntil === null ? null : new Date(reservedUntil).toISOString();
      await answerQuestion(passwords, { ask: 'retire_credential', accountId, ...left, reservedUntil: until });
    },
  };
}

const stores = ['accounts', 'addresses', 'tokens', 'mail', 'events'] as const;

/**
 * The function `account` with an ear at each of its calls to the world, those of the function `password` on its behalf included.
 *
 * @param before is told `store.method` before it happens, and may throw: the function died there
 */
export function interceptedWorld(services: OwnersDoor['services'], before: (step: string) => void): AccountServices {
  const listen = <T extends object>(name: string, store: T): T => intercepted(store, (method) => before(`${name}.${method}`));
  const world = Object.fromEntries(stores.map((name) => [name, listen(name, services[name])]));
  const passwords = { ...services.passwords, credentials: listen('credentials', services.passwords.credentials) };
  return { ...services, ...world, credentials: moverOver(passwords) };
}
