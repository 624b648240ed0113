/** The domain over memory, with a clock that tests move and a mailbox they read. */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import bcrypt from 'bcryptjs';
import type { BlockMessage } from '../../contract/blocks.ts';
import type { MailMessage } from '../../contract/schemas.ts';
import { createBudgets } from '../../lambda/domain/budgets.ts';
import type { Call, PasswordServices } from '../../lambda/domain/context.ts';
import { hashToken } from '../../lambda/domain/mail-token.ts';
import type { KeyedHash, PasswordHasher } from '../../lambda/domain/ports.ts';
import { register, verifyAddress } from '../../lambda/domain/registration.ts';
import { MemoryDistinctCounter } from './memory-blocklist.ts';
import { MemoryBudgetStore } from './memory-budgets.ts';
import {
  MemoryAccountStore,
  MemoryAttemptStore,
  MemoryCredentialStore,
  MemoryEventLog,
  MemoryRegistrationStore,
  MemoryTokenStore,
} from './memory-stores.ts';

/** bcrypt for real, at a cost that lets hundreds of guesses pass in a test. */
export const TEST_COST = 4;

export function keyedHash(key: string): KeyedHash {
  return { digest: async (input) => createHmac('sha256', key).update(input).digest() };
}

export function createFrontDoor(overrides: Partial<PasswordServices> = {}) {
  let now = Date.UTC(2026, 0, 15, 12);
  const mailbox: MailMessage[] = [];
  const blocks: BlockMessage[] = [];
  const metrics: string[] = [];
  const verdicts = { count: 0 };
  const hasher: PasswordHasher = {
    pepper: async (password) => createHmac('sha384', 'a pepper').update(createHash('sha512').update(password).digest()).digest(),
    bcryptHash: (input, cost) => bcrypt.hash(input, cost),
    bcryptCompare: (input, hash) => {
      verdicts.count += 1;
      return bcrypt.compare(input, hash);
    },
  };
  const stores = {
    accounts: new MemoryAccountStore(),
    credentials: new MemoryCredentialStore(),
    registrations: new MemoryRegistrationStore(),
    tokens: new MemoryTokenStore(),
    attempts: new MemoryAttemptStore(),
    events: new MemoryEventLog(),
    distinct: new MemoryDistinctCounter(),
  };
  const budgetStore = new MemoryBudgetStore();
  const services: PasswordServices = {
    ...stores,
    budgets: createBudgets({ clock: { now: () => now, pause: async () => undefined }, store: budgetStore }),
    clock: { now: () => now, pause: () => new Promise((resolve) => setImmediate(resolve)) },
    random: { bytes: (length) => randomBytes(length) },
    isStaff: (email) => email === 'staff@example.com',
    factorPolicy: { requiredFor: 'nobody', since: '2026-01-01T00:00:00Z', graceDays: 14, rememberDevices: true, staffPasskeys: false },
    mail: { send: async (message) => void mailbox.push(message) },
    blocks: { send: async (message) => void blocks.push(message) },
    telemetry: { count: (metric) => void metrics.push(metric) },
    hasher,
    identity: keyedHash('identity'),
    deviceKey: keyedHash('device'),
    rules: { profile: 'page', productName: 'Acme Desk', isCommon: (password) => password === 'password123' },
    bcryptCost: TEST_COST,
    ...overrides,
  };

  return {
    services,
    stores,
    budgetStore,
    mailbox,
    blocks,
    metrics,
    verdicts,
    advance(seconds: number) {
      now += seconds * 1000;
    },
    now: () => now,
    /** What the mailer does when it mints a token. */
    mintToken(message: MailMessage, lifetimeSeconds = 1800): string {
      const token = randomBytes(32).toString('base64url');
      const expiresAt = now + lifetimeSeconds * 1000;
      const credential = stores.credentials.items.get(message.emailKey);
      stores.tokens.items.set(
        hashToken(token),
        message.kind === 'verification'
          ? { purpose: 'verification', emailKey: message.emailKey, registrationId: message.registrationId, expiresAt }
          : {
              purpose: 'password_reset',
              emailKey: message.emailKey,
              accountId: credential?.accountId ?? 'nobody',
              credentialVersion: credential?.credentialVersion ?? 0,
              expiresAt,
            },
      );
      return token;
    },
    async createAccount(email: string, password: string): Promise<string> {
      await register(services, call(), { email, password });
      const message = mailbox.pop();
      if (message?.kind !== 'verification') throw new Error('no verification mail');
      const outcome = await verifyAddress(services, call(), { token: this.mintToken(message) });
      if (outcome.kind !== 'verified') throw new Error('not verified');
      return outcome.deviceCookie;
    },
  };
}

export function call(more: Partial<Call> = {}): Call {
  return {
    viewer: { address: '203.0.113.7', userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' },
    requestId: 'request-1',
    siteOrigin: 'https://id.example.com',
    deviceCookie: undefined,
    ...more,
  };
}
