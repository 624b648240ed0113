/** What somebody tries who has a page, a network, a session or a passkey of his own, and not the person's authenticator. */
import fc from 'fast-check';
import { securityPolicy } from '../../contract/security-policy.ts';
import { simpleWebAuthn } from '../../lambda/adapters/simple-webauthn.ts';
import { issueChallenge, type Purpose } from '../../lambda/domain/passkeys/ceremony.ts';
import { registerPasskey } from '../../lambda/domain/passkeys/enrolment.ts';
import { signInWithPasskey } from '../../lambda/domain/passkeys/sign-in.ts';
import { signIn } from '../../lambda/domain/sign-in.ts';
import type { Knobs } from '../support/authenticator.ts';
import { call } from '../support/front-door.ts';
import { createPasskeyDoor, SITE_ORIGIN } from '../support/passkeys.ts';
import { current, PASSWORD } from '../support/people.ts';

const { ceremonySeconds, ceremoniesPerChallengeLife } = securityPolicy.passkeys;

/** Somebody else at the same door, with an account and a passkey. */
async function mallory(door: ReturnType<typeof createPasskeyDoor>) {
  await door.createAccount('mallory@example.com', PASSWORD);
  const outcome = await signIn(door.services, call(), { email: 'mallory@example.com', password: PASSWORD });
  if (outcome.kind !== 'signed_in') throw new Error(outcome.kind);
  const session = current(outcome);
  return { session, ...(await door.added(session)) };
}

describe('I send a captured assertion again', () => {
  it('[P14] and it opens nothing', async () => {
    const door = createPasskeyDoor();
    const { authenticator } = await door.owner();
    const credential = authenticator.get(await door.signInOptions());
    const send = () => signInWithPasskey(door.passkeys, call(), { credential, delivery: 'bearer' });

    const kinds = [(await send()).kind, (await send()).kind];
    door.advance(ceremonySeconds);
    kinds.push((await send()).kind);

    expect(kinds).toEqual(['signed_in', 'challenge_expired', 'challenge_expired']);
    expect(door.refusals()).toEqual(['already_answered']);
  });

  it('[P14] from fifty clients at the same instant, and one is let in', async () => {
    const door = createPasskeyDoor();
    const { authenticator, accountId } = await door.owner();
    const credential = authenticator.get(await door.signInOptions());

    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => signInWithPasskey(door.passkeys, call(), { credential, delivery: 'cookie' })),
    );

    expect(outcomes.filter(({ kind }) => kind === 'signed_in')).toHaveLength(1);
    expect(Object.keys((await door.services.accounts.read(accountId))?.sessions ?? {})).toHaveLength(2);
  });

  it('[P14] while its owner signs in from sixteen tabs, each with an assertion of its own: all of them are let in', async () => {
    const door = createPasskeyDoor();
    const { authenticator } = await door.owner();
    const credentials = await Promise.all(Array.from({ length: 16 }, async () => authenticator.get(await door.signInOptions())));

    const outcomes = await Promise.all(
      credentials.map((credential) => signInWithPasskey(door.passkeys, call(), { credential, delivery: 'cookie' })),
    );

    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['signed_in']));
  });

  it('[P14] with its challenge spelled otherwise', async () => {
    const door = createPasskeyDoor();
    const { authenticator } = await door.owner();
    const options = await door.signInOptions();
    const challenge = String(options.challenge);
    // The last letter of 38 bytes in base64url carries two bits that are not read.
    const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const other = challenge.slice(0, -1) + last[last.indexOf(challenge.at(-1) ?? '') ^ 1];
    const send = (knobs: Knobs) =>
      signInWithPasskey(door.passkeys, call(), { credential: authenticator.get(options, knobs), delivery: 'cookie' });

    const kinds = [(await send({})).kind, (await send({ challenge: other })).kind, (await send({ challenge: `${challenge}=` })).kind];

    expect(kinds).toEqual(['signed_in', 'challenge_expired', 'challenge_expired']);
  });

  it('[P14] of a registration, after the passkey was removed', async () => {
    const door = createPasskeyDoor();
    await door.createAccount('anna@example.com', PASSWORD);
    const session = await door.session();
    const credential = door.newAuthenticator().create(await door.registrationOptions(session));
    const send = () => registerPasskey(door.passkeys, call(), session, { name: 'Key', credential });

    const kinds = [(await send()).kind];
    door.change(session.accountId, { secondFactor: undefined as never });
    kinds.push((await send()).kind);

    expect(kinds).toEqual(['added', 'challenge_expired']);
  });
});

describe('I use a challenge for something that it was not made for', () => {
  it('[P14] and of all the ways across none is open', async () => {
    const door = createPasskeyDoor();
    const { session, authenticator, accountId } = await door.owner();
    const other = await mallory(door);
    const challenge = await door.challenge();
    const challengeId = challenge.challengeId.slice(22, 44);
    const stranger = { accountId: other.session.accountId, sessionId: other.session.token.sessionId };
    const mine = { accountId, sessionId: session.token.sessionId };
    const purposes: Record<string, Purpose> = {
      registration: { use: 'registration', ...mine },
      'step-up': { use: 'step_up', ...mine },
      'step-up of another session': { use: 'step_up', ...mine, sessionId: 'A'.repeat(22) },
      'step-up of another person': { use: 'step_up', ...stranger },
      'registration of another person': { use: 'registration', ...stranger },
      'second step': { use: 'second_step', accountId, challengeId },
      'second step of another challenge': { use: 'second_step', accountId, challengeId: 'A'.repeat(22) },
      'sign-in': { use: 'sign_in' },
    };
    const opened: Record<string, string[]> = {};

    for (const [name, purpose] of Object.entries(purposes)) {
      const text = await issueChallenge(door.passkeys.ceremonyKey, door.passkeys.random, purpose, door.now());
      const assertion = () => authenticator.get({ challenge: text, rpId: 'id.example.com' });
      const registration = door.newAuthenticator().create({ challenge: text, rp: { id: 'id.example.com' }, user: { id: accountId } });
      const bearer = { ...session, delivery: 'bearer' as const };
      const outcomes = {
        'sign-in': await signInWithPasskey(door.passkeys, call(), { credential: assertion(), delivery: 'cookie' }),
        'second step': await door.answerFrom(challenge.call, challenge, assertion()),
        'step-up': await door.stepUpWith(bearer, assertion()),
        registration: await registerPasskey(door.passkeys, call(), bearer, { name: 'Key', credential: registration }),
      };
      opened[name] = Object.entries(outcomes).flatMap(([way, { kind }]) => (kind === 'challenge_expired' ? [] : [`${way}: ${kind}`]));
    }

    expect(opened).toEqual({
      registration: ['registration: added'],
      'step-up': ['step-up: stepped_up'],
      'step-up of another session': [],
      'step-up of another person': [],
      'registration of another person': [],
      'second step': ['second step: signed_in'],
      'second step of another challenge': [],
      'sign-in': ['sign-in: signed_in'],
    });
  });

  it('[P14] one of my own making, an old one, or one from the future', async () => {
    const door = createPasskeyDoor();
    const { authenticator } = await door.owner();
    const issue = (at: number) => issueChallenge(door.passkeys.ceremonyKey, door.passkeys.random, { use: 'sign_in' }, at);
    const challenges = [
      Buffer.alloc(38).toString('base64url'),
      '',
      'x',
      await issue(door.now() - ceremonySeconds * 1000),
      await issue(door.now() + 120_000),
    ];

    const kinds = [];
    for (const challenge of challenges) kinds.push((await door.signInAlone(authenticator, { challenge })).kind);

    expect(kinds).toEqual(Array(challenges.length).fill('challenge_expired'));
  });
});

describe('I lead the person to my page, or take the authenticator', () => {
  it.each<[string, Knobs, string]>([
    ['on another origin', { origin: 'https://id.example.com.evil.test' }, 'other_origin'],
    ['on another port', { origin: 'https://id.example.com:8443' }, 'other_origin'],
    ['without TLS', { origin: 'http://id.example.com' }, 'other_origin'],
    ['for another relying party', { rpId: 'evil.test' }, 'other_relying_party'],
    ['in a frame', { crossOrigin: true }, 'cross_origin'],
    ['in a frame of mine', { crossOrigin: true, topOrigin: 'https://evil.test' }, 'not_valid'],
    ['without the finger or the PIN', { userVerified: false }, 'user_not_verified'],
    ['without anybody there', { userPresent: false }, 'user_not_verified'],
    ['as a registration', { type: 'webauthn.create' }, 'not_valid'],
    ['as a payment', { type: 'payment.get' }, 'not_valid'],
  ])('[P14] %s: nothing opens, by sign-in, second step or step-up, and the history has the reason', async (_, knobs, reason) => {
    const door = createPasskeyDoor();
    const { authenticator, session } = await door.owner();

    const kinds = [
      (await door.signInAlone(authenticator, knobs)).kind,
      (await door.answer(await door.challenge(), authenticator, knobs)).kind,
      (await door.stepUp(session, authenticator, knobs)).kind,
    ];

    expect(kinds).toEqual(['invalid_credentials', 'invalid_code', 'invalid_credentials']);
    expect(door.refusals()).toEqual([reason, reason, reason]);
  });

  it.each<[string, Knobs, string]>([
    ['on another origin', { origin: 'https://evil.test' }, 'other_origin'],
    ['for another relying party', { rpId: 'evil.test' }, 'other_relying_party'],
    ['in a frame', { crossOrigin: true }, 'cross_origin'],
    ['without user verification', { userVerified: false }, 'user_not_verified'],
    ['as an assertion', { type: 'webauthn.get' }, 'not_valid'],
  ])('[P14] a registration %s adds nothing', async (_, knobs, reason) => {
    const door = createPasskeyDoor();
    await door.createAccount('anna@example.com', PASSWORD);
    const session = await door.session();

    const outcome = await door.register(session, door.newAuthenticator(), knobs);

    expect(outcome.kind).toBe('invalid_credentials');
    expect(await door.factorOf(session.accountId)).toBeUndefined();
    expect(door.refusals()).toEqual([reason]);
  });

  it('[P14] a copy of a security key is noticed by its counter', async () => {
    const door = createPasskeyDoor();
    const { authenticator } = await door.owner(door.newAuthenticator({ counts: true }));

    const kinds = [(await door.signInAlone(authenticator)).kind];
    kinds.push((await door.signInAlone(authenticator)).kind);
    kinds.push((await door.signInAlone(authenticator, { counter: 2 })).kind);
    kinds.push((await door.signInAlone(authenticator, { counter: 0 })).kind);

    expect(kinds).toEqual(['signed_in', 'signed_in', 'invalid_credentials', 'invalid_credentials']);
    expect(door.refusals()).toEqual(['counter_went_back', 'counter_went_back']);
  });
});

describe('I have a passkey of my own', () => {
  it("[P14] and name another's account with it, alone or after that person's password", async () => {
    const door = createPasskeyDoor();
    const { accountId } = await door.owner();
    const thief = await mallory(door);
    const challenge = await door.challenge();
    const options = { ...(await door.signInOptions(challenge.challengeId, challenge.call)), allowCredentials: [] };

    const alone = await door.signInAlone(thief.authenticator, { userHandle: accountId });
    const after = await door.answerFrom(challenge.call, challenge, thief.authenticator.get(options, { userHandle: accountId }));

    expect([alone.kind, after.kind]).toEqual(['invalid_credentials', 'invalid_code']);
    // The first is not in the person's history, which a stranger must not be able to fill.
    expect(door.refusals()).toEqual(['unknown_passkey']);
  });

  it('[P14] and step up in the session that somebody left open', async () => {
    const door = createPasskeyDoor();
    const { session } = await door.owner();
    const thief = await mallory(door);
    const options = { ...(await door.stepUpOptions(session)), allowCredentials: [] };

    const kinds = [
      (await door.stepUpWith(session, thief.authenticator.get(options))).kind,
      (await door.stepUpWith(session, thief.authenticator.get(options, { userHandle: session.accountId }))).kind,
    ];

    expect(kinds).toEqual(['invalid_credentials', 'invalid_credentials']);
  });

  it("[P14] register another's credential id under my key: it opens my account and no other", async () => {
    const door = createPasskeyDoor();
    const { authenticator, accountId } = await door.owner();
    const thief = await mallory(door);
    const taken = thief.authenticator.get(await door.signInOptions());
    const theirs = authenticator.keys[0]?.credentialId ?? '';

    const outcome = await signInWithPasskey(door.passkeys, call(), {
      credential: { ...taken, id: theirs, rawId: theirs, response: { ...taken.response, userHandle: accountId } },
      delivery: 'cookie',
    });

    expect(outcome.kind).toBe('invalid_credentials');
    expect(door.refusals()).toEqual(['wrong_signature']);
  });

  it('[P14] and change a bit of what was signed', async () => {
    const door = createPasskeyDoor();
    const { authenticator } = await door.owner();
    const kinds = [];

    for (const part of ['authenticatorData', 'signature', 'clientDataJSON'] as const) {
      const credential = authenticator.get(await door.signInOptions());
      const bytes = Buffer.from(credential.response[part], 'base64url');
      bytes[bytes.length - 3] = (bytes.at(-3) ?? 0) ^ 1;
      const response = { ...credential.response, [part]: bytes.toString('base64url') };
      kinds.push((await signInWithPasskey(door.passkeys, call(), { credential: { ...credential, response }, delivery: 'cookie' })).kind);
    }

    expect(kinds).not.toContain('signed_in');
  });

  it.each([undefined, null, '', 'x', 'A'.repeat(22), '__proto__'])('name %j as the person', async (userHandle) => {
    const door = createPasskeyDoor();
    const { authenticator } = await door.owner();
    const credential = authenticator.get(await door.signInOptions());
    const { userHandle: _, ...response } = credential.response;

    const outcome = await signInWithPasskey(door.passkeys, call(), {
      credential: { ...credential, response: userHandle === undefined ? response : { ...response, userHandle } },
      delivery: 'cookie',
    });

    expect(outcome.kind).toBe('invalid_credentials');
  });

  it(`and answer so many ceremonies of my own that they would fill my account: ${ceremoniesPerChallengeLife} in five minutes`, async () => {
    const door = createPasskeyDoor();
    const { authenticator, session, accountId } = await door.owner();
    const bearer = { ...session, delivery: 'bearer' as const };

    const kinds = [];
    for (let round = 0; round < ceremoniesPerChallengeLife + 3; round++) kinds.push((await door.stepUp(bearer, authenticator)).kind);
    door.advance(ceremonySeconds + 61);
    const later = await door.stepUp(bearer, authenticator);

    // The registration was one.
    expect(kinds.filter((kind) => kind === 'stepped_up')).toHaveLength(ceremoniesPerChallengeLife - 1);
    expect(kinds.at(-1)).toBe('rate_limited');
    expect(later.kind).toBe('stepped_up');
    expect(Object.keys((await door.services.accounts.read(accountId))?.spentCeremonies ?? {})).toHaveLength(1);
  });
});

describe('I send what no authenticator would', () => {
  const base64url = fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('base64url'));
  const clientData = fc.json().map((text) => Buffer.from(text).toString('base64url'));
  const expected = { challenge: 'x', origin: SITE_ORIGIN, relyingPartyId: 'id.example.com' };

  it('[P14] and am refused, not crashed upon, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(base64url, fc.oneof(base64url, clientData), base64url, base64url, async (id, clientDataJSON, one, two) => {
        const base = { id, rawId: id, type: 'public-key' as const, clientExtensionResults: {} };
        const registration = await simpleWebAuthn.verifyRegistration(
          { ...base, response: { clientDataJSON, attestationObject: one } },
          expected,
        );
        const assertion = await simpleWebAuthn.verifyAssertion(
          { ...base, response: { clientDataJSON, authenticatorData: one, signature: two } },
          expected,
          { credentialId: id, publicKey: two, counter: 0 },
        );
        expect([registration.kind, assertion.kind]).toEqual(['wrong', 'wrong']);
      }),
      { numRuns: 200 },
    );
  });

  it('[P14] bytes cut off or added, anywhere', async () => {
    const door = createPasskeyDoor();
    await door.createAccount('anna@example.com', PASSWORD);
    const session = await door.session();
    const authenticator = door.newAuthenticator();
    const good = authenticator.create(await door.registrationOptions(session));
    const bytes = Buffer.from(good.response.attestationObject, 'base64url');

    const kinds = new Set<string>();
    for (let length = 0; length < bytes.length; length += 7) {
      const attestationObject = bytes.subarray(0, length).toString('base64url');
      const credential = { ...good, response: { ...good.response, attestationObject } };
      kinds.add((await registerPasskey(door.passkeys, call(), session, { name: 'Key', credential })).kind);
    }

    expect(kinds).toEqual(new Set(['invalid_credentials']));
  });

  it('[P14] a statement of attestation that nobody asked for counts for nothing, good or bad', async () => {
    const door = createPasskeyDoor();
    await door.createAccount('anna@example.com', PASSWORD);
    const session = await door.session();
    const authenticator = door.newAuthenticator();

    const outcome = await door.register(session, authenticator, { attestsItself: true });
    const signedIn = await door.signInAlone(authenticator);

    expect([outcome.kind, signedIn.kind]).toEqual(['added', 'signed_in']);
  });
});
