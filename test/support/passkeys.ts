/** The front door with passkeys, and an authenticator of software in the person's hand. */
import type { PasskeyAssertion } from '../../contract/schemas.ts';
import { simpleWebAuthn } from '../../lambda/adapters/simple-webauthn.ts';
import type { Call, CurrentSession, PasskeyServices } from '../../lambda/domain/context.ts';
import { registerPasskey, registrationOptions } from '../../lambda/domain/passkeys/enrolment.ts';
import { answerWithPasskey, signInOptions, signInWithPasskey } from '../../lambda/domain/passkeys/sign-in.ts';
import { stepUpOptions, stepUpWithPasskey } from '../../lambda/domain/passkeys/step-up.ts';
import type { AccountRecord } from '../../lambda/domain/ports.ts';
import { type Knobs, SoftwareAuthenticator } from './authenticator.ts';
import { call, keyedHash } from './front-door.ts';
import { EMAIL, PASSWORD } from './people.ts';
import { createSecondFactorDoor } from './second-factor.ts';

export const SITE_ORIGIN = call().siteOrigin;

export type PasskeyDoor = ReturnType<typeof createPasskeyDoor>;
export type Challenged = Awaited<ReturnType<ReturnType<typeof createSecondFactorDoor>['challenge']>>;

export function createPasskeyDoor(overrides: Parameters<typeof createSecondFactorDoor>[0] = {}) {
  const door = createSecondFactorDoor(overrides);
  const { passwords, recoveryKey, productName, factors } = door.factors;
  const services: PasskeyServices = {
    ...door.services,
    factors,
    passwords,
    recoveryKey,
    productName,
    webauthn: simpleWebAuthn,
    ceremonyKey: keyedHash('ceremony'),
  };
  const newAuthenticator = (settings: ConstructorParameters<typeof SoftwareAuthenticator>[1] = {}) =>
    new SoftwareAuthenticator(SITE_ORIGIN, settings);
  const factorOf = async (accountId: string) => (await door.services.accounts.read(accountId))?.secondFactor;

  return {
    ...door,
    passkeys: services,
    factorOf,
    newAuthenticator,

    async registrationOptions(session: CurrentSession) {
      const outcome = await registrationOptions(services, call(), session, await factorOf(session.accountId));
      if (outcome.kind !== 'options') throw new Error(outcome.kind);
      return outcome.options;
    },
    async register(session: CurrentSession, authenticator: SoftwareAuthenticator, knobs: Knobs = {}, name = 'Laptop') {
      const credential = authenticator.create(await this.registrationOptions(session), knobs);
      return registerPasskey(services, call(), session, { name, credential });
    },
    /** A passkey more, which must be taken. */
    async added(session: CurrentSession, authenticator = newAuthenticator()) {
      const outcome = await this.register(session, authenticator);
      if (outcome.kind !== 'added') throw new Error(outcome.kind);
      return { authenticator, passkeyId: outcome.passkey.id, recoveryCodes: outcome.recoveryCodes };
    },
    /** An account whose one second factor is a passkey; its mails are read. */
    async owner(authenticator = newAuthenticator()) {
      await door.createAccount(EMAIL, PASSWORD);
      const session = await door.session();
      const added = await this.added(session, authenticator);
      door.mailbox.length = 0;
      return { ...added, session, accountId: session.accountId };
    },

    async signInOptions(challengeId?: string, from: Call = call()) {
      const outcome = await signInOptions(services, from, challengeId);
      if (outcome.kind !== 'options') throw new Error(outcome.kind);
      return outcome.options;
    },
    async signInAlone(authenticator: SoftwareAuthenticator, knobs: Knobs = {}, from: Call = call()) {
      const credential = authenticator.get(await this.signInOptions(), knobs);
      return signInWithPasskey(services, from, { credential, delivery: 'cookie' });
    },
    async answer(challenge: Challenged, authenticator: SoftwareAuthenticator, knobs: Knobs = {}, rememberDevice = false) {
      const credential = authenticator.get(await this.signInOptions(challenge.challengeId, challenge.call), knobs);
      return answerWithPasskey(services, challenge.call, { challengeId: challenge.challengeId, credential, rememberDevice });
    },
    answerFrom(from: Call, { challengeId }: Pick<Challenged, 'challengeId'>, credential: PasskeyAssertion) {
      return answerWithPasskey(services, from, { challengeId, credential });
    },
    async stepUpOptions(session: CurrentSession) {
      const outcome = await stepUpOptions(services, call(), session, await factorOf(session.accountId));
      if (outcome.kind !== 'options') throw new Error(outcome.kind);
      return outcome.options;
    },
    async stepUp(session: CurrentSession, authenticator: SoftwareAuthenticator, knobs: Knobs = {}) {
      return stepUpWithPasskey(services, call(), session, authenticator.get(await this.stepUpOptions(session), knobs));
    },
    stepUpWith(session: CurrentSession, credential: PasskeyAssertion) {
      return stepUpWithPasskey(services, call(), session, credential);
    },
    /** What other functions have written meanwhile. */
    change(accountId: string, more: Partial<AccountRecord>) {
      const account = door.stores.accounts.items.get(accountId);
      if (account) door.stores.accounts.items.set(accountId, { ...account, ...more });
    },
    /** Private reasons, newest last. */
    refusals: () => door.stores.events.items.filter(({ type }) => type === 'passkey.refused').map(({ reason }) => reason),
  };
}
