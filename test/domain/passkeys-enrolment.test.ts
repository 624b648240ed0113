import { securityPolicy } from '../../contract/security-policy.ts';
import { listPasskeys, registerPasskey, registrationOptions, removePasskey } from '../../lambda/domain/passkeys/enrolment.ts';
import { stepUpOptions } from '../../lambda/domain/passkeys/step-up.ts';
import { Unavailable } from '../../lambda/domain/ports.ts';
import { answerChallenge } from '../../lambda/domain/second-factor/challenge.ts';
import { confirmTotp, enrolTotp, removeTotp } from '../../lambda/domain/second-factor/enrolment.ts';
import { stepUp } from '../../lambda/domain/second-factor/step-up.ts';
import { isSteppedUp } from '../../lambda/domain/sessions.ts';
import { signIn } from '../../lambda/domain/sign-in.ts';
import { call } from '../support/front-door.ts';
import { createPasskeyDoor } from '../support/passkeys.ts';
import { EMAIL, isLive, PASSWORD } from '../support/people.ts';

const { perAccount } = securityPolicy.passkeys;

/** An authenticator beside whatever the account has. @returns its secret, one step later */
async function addTotp(door: ReturnType<typeof createPasskeyDoor>, session: Awaited<ReturnType<typeof door.session>>) {
  const enrolment = await enrolTotp(door.factors, session);
  if (enrolment.kind !== 'enrolling') throw new Error(enrolment.kind);
  const confirmed = await confirmTotp(door.factors, call(), session, door.codeAt(enrolment.secret));
  if (confirmed.kind !== 'enabled') throw new Error(confirmed.kind);
  door.advance(60);
  return { secret: enrolment.secret, recoveryCodes: confirmed.recoveryCodes };
}

describe('adding a passkey', () => {
  it('[P14] the first turns two-step verification on, with ten recovery codes, and its owner is told', async () => {
    const door = createPasskeyDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const session = await door.session();

    const outcome = await door.register(session, door.newAuthenticator());
    const signedIn = await signIn(door.services, call(), { email: EMAIL, password: PASSWORD });

    expect(outcome).toMatchObject({ kind: 'added', passkey: { name: 'Laptop', lastUsedAt: null, synced: false } });
    expect(outcome.kind === 'added' && new Set(outcome.recoveryCodes).size).toBe(10);
    expect(signedIn).toMatchObject({ kind: 'second_factor_required', methods: ['passkey', 'recovery_code'] });
    expect(door.mailbox.map(({ kind }) => kind)).toEqual(['passkey_added']);
    expect(door.stores.events.items.map(({ type }) => type)).toEqual(expect.arrayContaining(['passkey.added', 'second_factor.enabled']));
  });

  it("asks for a discoverable one with user verification, by the account's id, without those that are there", async () => {
    const door = createPasskeyDoor();
    const { session, accountId, authenticator } = await door.owner();

    const options = await door.registrationOptions(session);

    expect(options).toMatchObject({
      rp: { id: 'id.example.com', name: 'Acme Desk' },
      user: { id: accountId, name: EMAIL },
      excludeCredentials: [{ id: authenticator.keys[0]?.credentialId }],
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      attestation: 'none',
    });
  });

  it('a second one leaves the recovery codes alone', async () => {
    const door = createPasskeyDoor();
    const { session, accountId } = await door.owner();
    const before = (await door.factorOf(accountId))?.recoveryCodes;

    const { recoveryCodes } = await door.added(session);

    expect(recoveryCodes).toBeUndefined();
    expect((await door.factorOf(accountId))?.recoveryCodes).toEqual(before);
  });

  it('[P14] two first ones at the same instant are both added, and bring one set of recovery codes, which is good', async () => {
    const door = createPasskeyDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const session = await door.session();

    const outcomes = await Promise.all([1, 2].map(() => door.register(session, door.newAuthenticator())));
    const codes = outcomes.flatMap((outcome) => (outcome.kind === 'added' && outcome.recoveryCodes ? [outcome.recoveryCodes] : []));
    const challenge = await door.challenge();
    const answer = await answerChallenge(door.factors, challenge.call, {
      challengeId: challenge.challengeId,
      method: 'recovery_code',
      code: codes[0]?.[0] ?? '',
    });

    expect(outcomes.map(({ kind }) => kind)).toEqual(['added', 'added']);
    expect(codes).toHaveLength(1);
    expect(answer.kind).toBe('signed_in');
  });

  it(`takes ${perAccount}, and no more, however parallel`, async () => {
    const door = createPasskeyDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const session = await door.session();
    const credentials = await Promise.all(
      Array.from({ length: perAccount + 4 }, async () => door.newAuthenticator().create(await door.registrationOptions(session))),
    );

    const outcomes = await Promise.all(
      credentials.map((credential) => registerPasskey(door.passkeys, call(), session, { name: 'Key', credential })),
    );
    const options = await registrationOptions(door.passkeys, call(), session, await door.factorOf(session.accountId));

    expect(outcomes.filter(({ kind }) => kind === 'added')).toHaveLength(perAccount);
    expect(outcomes.filter(({ kind }) => kind === 'conflict')).toHaveLength(4);
    expect(options.kind).toBe('conflict');
  });

  it('asks every other session to step up again, and not the one that did it; remembered devices are forgotten', async () => {
    const door = createPasskeyDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const [mine, other] = [await door.session(), await door.session()];
    const stepped = await stepUp(door.factors, call(), other, false, { password: PASSWORD });
    if (stepped.kind !== 'stepped_up') throw new Error(stepped.kind);
    door.change(mine.accountId, {
      rememberedDevices: { device: { rememberedAt: door.now(), expiresAt: door.now() + 10_000, address: '', userAgent: '' } },
    });
    door.advance(10);

    await door.added(mine);

    const account = await door.services.accounts.read(mine.accountId);
    const states = [mine.token.sessionId, stepped.token.sessionId].map((id) => {
      const session = account?.sessions[id];
      return session && isSteppedUp(session, door.now(), account?.secondFactor);
    });
    expect(states).toEqual([true, false]);
    expect(account?.rememberedDevices).toEqual({});
  });

  it('shows the recovery codes all the same when the hint for the next sign-in fails', async () => {
    const door = createPasskeyDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const session = await door.session();
    const passwords = { expectSecondFactor: () => Promise.reject(new Unavailable('password')) };
    const credential = door.newAuthenticator().create(await door.registrationOptions(session));

    const outcome = await registerPasskey({ ...door.passkeys, passwords }, call(), session, { name: 'Key', credential });

    expect(outcome.kind === 'added' && outcome.recoveryCodes).toHaveLength(10);
  });

  it('of a session that has ended meanwhile adds nothing', async () => {
    const door = createPasskeyDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const session = await door.session();
    const credential = door.newAuthenticator().create(await door.registrationOptions(session));
    await door.services.accounts.endSessions(session.accountId, [session.token.sessionId]);

    const outcome = await registerPasskey(door.passkeys, call(), session, { name: 'Key', credential });

    expect(outcome.kind).toBe('challenge_expired');
    expect(await door.factorOf(session.accountId)).toBeUndefined();
  });
});

describe('removing a passkey', () => {
  it('[P14] the last factor turns two-step verification off, and the owner is told', async () => {
    const door = createPasskeyDoor();
    const { session, passkeyId, authenticator } = await door.owner();

    const outcome = await removePasskey(door.passkeys, call(), session, passkeyId);
    const password = await signIn(door.services, call(), { email: EMAIL, password: PASSWORD });
    const passkey = await door.signInAlone(authenticator);

    expect([outcome.kind, password.kind, passkey.kind]).toEqual(['removed', 'signed_in', 'invalid_credentials']);
    expect(door.mailbox[0]?.kind).toBe('second_factor_disabled');
  });

  it('[P14] with an authenticator left, or another passkey, two-step verification stays on', async () => {
    const door = createPasskeyDoor();
    const { session, passkeyId } = await door.owner();
    const other = await door.added(session);
    await addTotp(door, session);
    door.mailbox.length = 0;

    await removePasskey(door.passkeys, call(), session, passkeyId);
    await removePasskey(door.passkeys, call(), session, other.passkeyId);
    const challenge = await door.challenge();

    expect(challenge.methods).toEqual(['totp', 'recovery_code']);
    expect(door.mailbox.map(({ kind }) => kind)).toEqual(['passkey_removed', 'passkey_removed']);
  });

  it('[P14] the last factor stays where the deployment asks for one', async () => {
    const policy = {
      requiredFor: 'everyone',
      since: '2026-01-01T00:00:00Z',
      graceDays: 14,
      rememberDevices: true,
      staffPasskeys: false,
    } as const;
    const door = createPasskeyDoor({ factorPolicy: policy });
    const { session, passkeyId } = await door.owner();

    const last = await removePasskey(door.passkeys, call(), session, passkeyId);
    const { secret } = await addTotp(door, session);
    const oneOfTwo = await removePasskey(door.passkeys, call(), session, passkeyId);
    const totp = await removeTotp(door.factors, call(), session, door.codeAt(secret));

    expect([last.kind, oneOfTwo.kind, totp.kind]).toEqual(['forbidden', 'removed', 'forbidden']);
  });

  it.each(['nothing', '__proto__', 'constructor'])('%j is none of this account', async (id) => {
    const door = createPasskeyDoor();
    const { session } = await door.owner();

    expect((await removePasskey(door.passkeys, call(), session, id)).kind).toBe('not_found');
  });

  it('removed by two requests at the same instant is removed once, and mailed once', async () => {
    const door = createPasskeyDoor();
    const { session, passkeyId } = await door.owner();

    const outcomes = await Promise.all([1, 2, 3].map(() => removePasskey(door.passkeys, call(), session, passkeyId)));

    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['not_found', 'not_found', 'removed']);
    expect(door.mailbox).toHaveLength(1);
  });
});

describe('an authenticator beside passkeys', () => {
  it('[P14] is added without touching them', async () => {
    const door = createPasskeyDoor();
    const { session, authenticator, passkeyId } = await door.owner();

    await addTotp(door, session);
    const challenge = await door.challenge();
    const outcome = await door.answer(challenge, authenticator);

    expect(challenge.methods).toEqual(['passkey', 'totp', 'recovery_code']);
    expect(outcome.kind).toBe('signed_in');
    expect(listPasskeys(await door.factorOf(session.accountId)).map(({ id }) => id)).toEqual([passkeyId]);
  });

  it('[P14] goes with a code, and leaves two-step verification on by passkey', async () => {
    const door = createPasskeyDoor();
    const { session } = await door.owner();
    const { secret } = await addTotp(door, session);
    door.mailbox.length = 0;

    const outcome = await removeTotp(door.factors, call(), session, door.codeAt(secret));
    const again = await removeTotp(door.factors, call(), session, door.codeAt(secret));
    const challenge = await door.challenge();

    expect([outcome.kind, again.kind]).toEqual(['disabled', 'not_found']);
    expect(challenge.methods).toEqual(['passkey', 'recovery_code']);
    expect(door.mailbox.map(({ kind }) => kind)).toEqual(['authenticator_removed']);
    expect(door.stores.seeds.items.size).toBe(0);
  });
});

describe('stepping up with a passkey', () => {
  it('[P20] raises the session for five minutes under a new name, without the password', async () => {
    const door = createPasskeyDoor();
    const { session, authenticator, accountId } = await door.owner();
    door.advance(400);

    const outcome = await door.stepUp(session, authenticator);
    if (outcome.kind !== 'stepped_up') throw new Error(outcome.kind);
    const account = await door.services.accounts.read(accountId);
    const stored = account?.sessions[outcome.token.sessionId];

    expect(await isLive(door, { token: session.token, isStaff: false })).toBe(false);
    expect(stored && isSteppedUp(stored, door.now(), account?.secondFactor)).toBe(true);
    expect(stored && isSteppedUp(stored, door.now() + 300_000, account?.secondFactor)).toBe(false);
  });

  it('keeps the token of a native app, which nobody can plant, and still counts once', async () => {
    const door = createPasskeyDoor();
    const { session, authenticator } = await door.owner();
    const bearer = { ...session, delivery: 'bearer' as const };
    const credential = authenticator.get(await door.stepUpOptions(bearer));

    const outcomes = [await door.stepUpWith(bearer, credential), await door.stepUpWith(bearer, credential)];

    expect(outcomes.map(({ kind }) => kind)).toEqual(['stepped_up', 'challenge_expired']);
    expect(await isLive(door, { token: session.token, isStaff: false })).toBe(true);
  });

  it('is not offered to whoever has none', async () => {
    const door = createPasskeyDoor();
    const { session, accountId } = await door.enrolled();

    const outcome = await stepUpOptions(door.passkeys, call(), session, await door.factorOf(accountId));

    expect(outcome.kind).toBe('not_found');
  });
});
