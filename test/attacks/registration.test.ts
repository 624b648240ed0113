import { staffOf } from '../support/portiere.config.ts';
import { type Answer, freshAddress, freshEmail, System, Viewer } from '../support/system.ts';

const OWN = 'correct horse battery';
const STRANGE = 'the password of a stranger';

jest.setTimeout(600_000);
let system: System;

beforeAll(async () => {
  system = await System.shared();
});

const viewer = () => new Viewer(system, freshAddress());
const outcome = ({ status, json }: Answer) => json?.code ?? json?.status ?? status;

/** @returns the token of the mail that the registration causes */
async function register(email: string, password: string): Promise<string> {
  // Those of earlier links, and what a member of staff is told.
  const { length: seen } = await system.mails(email);
  await viewer().send('POST /v1/accounts', { body: { email, password } });
  return system.awaitToken(email, '/verify', seen);
}

/** What our page sends when somebody opens the link and types a password. */
function verify(token: string, password: string): Promise<Answer> {
  return viewer().send('POST /v1/accounts/verify', { body: { token, password } });
}

describe('an attacker who registers what is not his', () => {
  it.each([
    ['my address', freshEmail('owner')],
    ['the address of a member of staff', staffOf.registration],
  ])('[P13] [P27] whoever registers %s gets nothing by my click', async (_, email) => {
    const strange = await register(email, STRANGE);

    const clicked = await verify(strange, OWN);
    const stranger = await viewer().signIn(email, STRANGE);
    const own = await register(email, OWN);
    const registered = await verify(own, OWN);
    const late = await verify(strange, STRANGE);

    expect([clicked, stranger, registered, late].map(outcome)).toEqual([
      'invalid_credentials',
      'invalid_credentials',
      204,
      'invalid_token',
    ]);
    expect(outcome(await viewer().signIn(email, STRANGE))).toBe('invalid_credentials');
    expect(outcome(await viewer().signIn(email, OWN))).toBe('signed_in');
  });

  it('[P13] whoever reads my mail and guesses my password gets five tries at my link, which stays good for me', async () => {
    const email = freshEmail('guessed');
    const token = await register(email, OWN);

    const guesses = [];
    for (let guess = 0; guess < 6; guess++) guesses.push(await verify(token, `guess ${guess}`));
    const locked = await verify(token, OWN);
    await system.advance(61);
    const right = await verify(token, OWN);

    expect([...guesses, locked].map(outcome)).toEqual([...Array(5).fill('invalid_credentials'), 'account_locked', 'account_locked']);
    expect([guesses[0]?.status, locked.status]).toEqual([401, 429]);
    expect(locked.headers['retry-after']).toMatch(/^\d+$/);
    expect(right.status).toBe(204);
  });

  it('a client that has no page of its own sends the token alone, as before', async () => {
    const email = freshEmail('client');
    const token = await register(email, OWN);

    const verified = await viewer().send('POST /v1/accounts/verify', { body: { token } });

    expect(verified.status).toBe(204);
    expect(outcome(await viewer().signIn(email, OWN))).toBe('signed_in');
  });
});
