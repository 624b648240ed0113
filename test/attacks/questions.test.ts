/** A function that was taken over asks the one that sees credentials: what it may ask must not be worth more than a session. */
import type { PasswordQuestion } from '../../contract/schemas.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { answerQuestion } from '../../lambda/domain/credential-questions.ts';
import { newId } from '../../lambda/domain/sessions.ts';
import { signIn } from '../../lambda/domain/sign-in.ts';
import { call, createFrontDoor } from '../support/front-door.ts';
import { EMAIL, PASSWORD } from '../support/people.ts';

const { threshold, verdictsPerWindow } = securityPolicy.lockout;

async function scene() {
  const door = createFrontDoor();
  await door.createAccount(EMAIL, PASSWORD);
  const account = [...door.stores.accounts.items.values()].at(-1);
  if (!account) throw new Error('no account');
  const { accountId, emailKey } = account;
  const ask = (password: string, more: Partial<Extract<PasswordQuestion, { ask: 'confirm_password' }>> = {}) =>
    answerQuestion(door.services, {
      ask: 'confirm_password',
      accountId,
      email: EMAIL,
      emailKey,
      password,
      viewer: { address: '192.0.2.7', userAgent: '' },
      requestId: 'request',
      siteOrigin: 'https://www.example.com',
      ...more,
    });
  return { door, accountId, ask };
}

describe('a function that may ask whether a password is right', () => {
  it('[P13] gets no guesses under invented account ids: the right password is wrong there, and looks like any other', async () => {
    const { door, ask } = await scene();

    const right = await ask(PASSWORD, { accountId: newId(door.services.random) });
    const wrong = await ask('a wrong guess', { accountId: newId(door.services.random) });

    expect([right, wrong]).toEqual([{ kind: 'invalid_credentials' }, { kind: 'invalid_credentials' }]);
    expect(door.stores.events.items.filter(({ type }) => type === 'session.step_up_failed').map(({ reason }) => reason)).toEqual([
      'unknown_address',
      'unknown_address',
    ]);
  });

  it('[P13] a thousand guesses under as many account ids get the verdicts of one budget, which is the address\u2019s', async () => {
    const { door, ask } = await scene();

    const answers = await Promise.all(
      Array.from({ length: 1000 }, (_, index) => ask(`guess ${index}`, { accountId: newId(door.services.random) })),
    );

    const verdicts = answers.filter(({ kind }) => kind === 'invalid_credentials').length;
    expect(verdicts).toBe(threshold);
    expect(verdicts).toBeLessThan(verdictsPerWindow);
    expect(await ask(PASSWORD)).toMatchObject({ kind: 'account_locked' });
  });

  it('[P13] locks nobody out of signing in by it', async () => {
    const { door, ask } = await scene();

    for (let index = 0; index < 2 * threshold; index++) await ask(`guess ${index}`);

    expect((await signIn(door.services, call(), { email: EMAIL, password: PASSWORD })).kind).toBe('signed_in');
  });
});
