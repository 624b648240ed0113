/** Two-step verification on the deployed API, with an authenticator that we did not write. */
import { securityPolicy } from '../contract/security-policy.ts';
import { Viewer } from './emulator-client.ts';
import { type Deployment, expectAnswer, expectThat, type Person, signIn } from './journey.ts';
import { runOrFail } from './program.ts';

const { stepSeconds } = securityPolicy.secondFactor.totp;

/** What oathtool shows for a secret, some seconds from now: the next step's code is taken already, as from a fast clock. */
async function showCode(secret: string, log: string, secondsAhead = 0): Promise<string> {
  const moment = new Date(Date.now() + secondsAhead * 1000).toISOString().replace('T', ' ').replace(/\..*/, ' UTC');
  const { stdout } = await runOrFail('oathtool', ['--totp', '--base32', '--now', moment, secret], { log });
  return stdout.trim();
}

/** Enrolment by step-up, sign-in with a code that counts once, and with a recovery code that counts once. */
export async function useTwoSteps(deployment: Deployment, person: Person, log: string): Promise<void> {
  const viewer = new Viewer({ ...deployment, address: '192.0.2.20' });
  const session = await signIn(viewer, person);
  const { password } = person;

  expectAnswer(await viewer.send('POST', '/v1/account/totp', undefined, session), 403, 'enrol without step-up', 'step_up_required');
  const wrong = await viewer.send('POST', '/v1/session/step-up', { password: 'not this one' }, session);
  expectAnswer(wrong, 401, 'step up with a wrong password', 'invalid_credentials');
  expectAnswer(await viewer.send('POST', '/v1/session/step-up', { password }, session), 204, 'step up');
  const { secret } = expectAnswer(await viewer.send('POST', '/v1/account/totp', undefined, session), 201, 'enrol').body;
  const code = await showCode(secret, log);
  const confirmed = expectAnswer(await viewer.send('POST', '/v1/account/totp/confirm', { code }, session), 200, 'confirm by a first code');
  const [recoveryCode] = confirmed.body.recoveryCodes;

  const challenge = () => openChallenge(viewer, person);
  const answer = (challengeId: string, method: string, typed: string) =>
    viewer.send('POST', '/v1/sign-in/second-factor', { challengeId, method, code: typed });

  expectAnswer(await answer(await challenge(), 'totp', code), 401, 'the code that confirmed the secret', 'invalid_code');
  const next = await showCode(secret, log, stepSeconds);
  const twice = await Promise.all([await challenge(), await challenge()].map((challengeId) => answer(challengeId, 'totp', next)));
  const statuses = twice.map(({ status }) => status).sort();
  expectThat(statuses.join() === '200,401', `the same code twice at once: one is let in, not ${statuses.join(' and ')}`);
  const token = twice.find(({ status }) => status === 200)?.body.token;
  const opened = { authorization: `Bearer ${token}` };
  const account = expectAnswer(await viewer.send('GET', '/v1/account', undefined, opened), 200, 'the session that the code opened');
  expectThat(account.body.secondFactor.enabled === true, 'the account says that two-step verification is on');

  expectAnswer(await answer(await challenge(), 'recovery_code', recoveryCode), 200, 'a recovery code');
  expectAnswer(await answer(await challenge(), 'recovery_code', recoveryCode), 401, 'the same recovery code again', 'invalid_code');
}

async function openChallenge(viewer: Viewer, person: Person): Promise<string> {
  const asked = expectAnswer(await viewer.send('POST', '/v1/sign-in', { ...person, delivery: 'bearer' }), 200, 'sign in');
  expectThat(asked.body.status === 'second_factor_required', `a right password alone opens nothing: ${asked.body.status}`);
  return asked.body.challengeId;
}
