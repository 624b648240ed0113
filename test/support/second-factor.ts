/** The front door with two-step verification, and an authenticator in the person's hand. */
import { generateSync } from 'otplib';
import { otplibTotp } from '../../lambda/adapters/otplib-totp.ts';
import type { CurrentSession, SecondFactorServices } from '../../lambda/domain/context.ts';
import { type SeedVault, Unavailable } from '../../lambda/domain/ports.ts';
import { confirmPassword } from '../../lambda/domain/reauthentication.ts';
import { confirmTotp, enrolTotp } from '../../lambda/domain/second-factor/enrolment.ts';
import { signIn } from '../../lambda/domain/sign-in.ts';
import { call, createFrontDoor, keyedHash } from './front-door.ts';
import { MemorySeedStore } from './memory-stores.ts';
import { current, EMAIL, PASSWORD } from './people.ts';

/** Binds a seed to its account, as KMS does by the encryption context. */
const memoryVault: SeedVault = {
  seal: async (accountId, secret) => Buffer.from(JSON.stringify({ accountId, secret: Buffer.from(secret).toString('base64') })),
  open: async (accountId, sealed) => {
    const parsed = JSON.parse(Buffer.from(sealed).toString('utf8'));
    if (parsed.accountId !== accountId) throw new Unavailable('kms');
    return Buffer.from(parsed.secret, 'base64');
  },
};

export function createSecondFactorDoor(overrides: Parameters<typeof createFrontDoor>[0] = {}) {
  const door = createFrontDoor(overrides);
  const seeds = new MemorySeedStore();
  const services: SecondFactorServices = {
    ...door.services,
    factors: door.stores.accounts,
    seeds,
    vault: memoryVault,
    totp: otplibTotp,
    recoveryKey: keyedHash('recovery'),
    productName: 'Acme Desk',
    passwords: {
      confirm: async ({ password, viewer, requestId, siteOrigin, ...account }) =>
        confirmPassword(door.services, { viewer, requestId, siteOrigin, deviceCookie: undefined }, account, password),
      expectSecondFactor: (emailKey, expected) => door.services.credentials.expectSecondFactor(emailKey, expected),
    },
  };

  return {
    ...door,
    stores: { ...door.stores, seeds },
    factors: services,
    codeAt(secret: string, offsetSeconds = 0): string {
      return generateSync({ secret, epoch: Math.floor(door.now() / 1000) + offsetSeconds });
    },
    async session(): Promise<CurrentSession> {
      const outcome = await signIn(door.services, call(), { email: EMAIL, password: PASSWORD });
      if (outcome.kind !== 'signed_in') throw new Error(outcome.kind);
      return current(outcome);
    },
    /** An account with two-step verification on, two steps later: the enrolment's code is spent and past. */
    async enrolled() {
      await door.createAccount(EMAIL, PASSWORD);
      const session = await this.session();
      const enrolment = await enrolTotp(services, session);
      if (enrolment.kind !== 'enrolling') throw new Error(enrolment.kind);
      const confirmed = await confirmTotp(services, call(), session, this.codeAt(enrolment.secret));
      if (confirmed.kind !== 'enabled') throw new Error(confirmed.kind);
      door.advance(60);
      door.mailbox.length = 0;
      return { secret: enrolment.secret, recoveryCodes: [...confirmed.recoveryCodes], session, accountId: session.accountId };
    },
    /** A right password, up to the challenge. */
    async challenge(more: Parameters<typeof call>[0] = {}) {
      const outcome = await signIn(door.services, call(more), { email: EMAIL, password: PASSWORD });
      if (outcome.kind !== 'second_factor_required') throw new Error(`expected a challenge, got ${outcome.kind}`);
      return {
        challengeId: outcome.challengeId,
        methods: outcome.methods,
        call: call({ ...more, deviceCookie: outcome.deviceCookie ?? more.deviceCookie }),
      };
    },
  };
}
