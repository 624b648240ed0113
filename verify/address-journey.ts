/** The owner's links on the deployed API: an address that moves and comes back, and "this wasn't me". */
import { Viewer, waitForMail } from './emulator-client.ts';
import { type Deployment, expectAnswer, expectThat, type Person, signIn } from './journey.ts';

/** A new address is confirmed and signs in; the old one takes the account back, and only a new password opens it then. */
export async function moveAddress(deployment: Deployment, person: Person): Promise<void> {
  const { emulator } = deployment;
  const viewer = new Viewer({ ...deployment, address: '192.0.2.30' });
  const session = await signIn(viewer, person);
  const moved = { email: `moved-${person.email}`, password: person.password };
  const signInWith = (who: Person) => viewer.send('POST', '/v1/sign-in', { ...who, delivery: 'bearer' });
  const linkIn = async (to: string, page: string) => {
    const link = new RegExp(`/${page}#token=([\\w-]+)`);
    const mail = await waitForMail(
      emulator,
      (message) => message.to.includes(to) && link.test(message.text),
      `a link to /${page} for ${to}`,
    );
    return { token: link.exec(mail.text)?.[1] };
  };

  const { newEmail } = { newEmail: moved.email };
  expectAnswer(await viewer.send('POST', '/v1/account/email', { newEmail }, session), 403, 'move without step-up', 'step_up_required');
  expectAnswer(await viewer.send('POST', '/v1/session/step-up', { password: person.password }, session), 204, 'step up');
  expectAnswer(await viewer.send('POST', '/v1/account/email', { newEmail }, session), 202, 'ask for a new address');
  expectAnswer(await signInWith(moved), 401, 'the new address before its link', 'invalid_credentials');
  const confirmation = await linkIn(moved.email, 'confirm-email');
  const undo = await linkIn(person.email, 'undo');
  expectAnswer(
    await viewer.send('POST', '/v1/account/email/confirm', undo),
    400,
    'the old address’s link in place of the new one’s',
    'invalid_token',
  );
  expectAnswer(await viewer.send('POST', '/v1/account/email/confirm', confirmation), 204, 'confirm the new address');
  expectAnswer(await viewer.send('POST', '/v1/account/email/confirm', confirmation), 400, 'the same link again', 'invalid_token');
  expectAnswer(await signInWith(person), 401, 'the old address', 'invalid_credentials');
  const opened = expectAnswer(await signInWith(moved), 200, 'the new address').body;
  expectThat(opened.account.email === moved.email, `the account has its new address, not ${opened.account.email}`);

  expectAnswer(await viewer.send('POST', '/v1/account/email/undo', undo), 204, 'take the address back');
  const ended = { authorization: `Bearer ${opened.token}` };
  expectAnswer(await viewer.send('GET', '/v1/session', undefined, ended), 401, 'the session of whoever moved it', 'unauthenticated');
  expectAnswer(await signInWith(moved), 401, 'the address it had moved to', 'invalid_credentials');
  expectAnswer(await signInWith(person), 401, 'the password that whoever moved it knows', 'invalid_credentials');

  const newPassword = 'another quiet walk 1843';
  const reset = await linkIn(person.email, 'reset');
  expectAnswer(await viewer.send('POST', '/v1/password-reset/confirm', { ...reset, newPassword }), 204, 'a new password by the mail');
  const owner = await signInWith({ email: person.email, password: newPassword });
  expectThat(owner.body.account?.email === person.email, 'the owner is back at the old address');
}

/** The link of a security mail ends what a thief has opened, and stops the password that the thief knows. */
export async function disavow(deployment: Deployment, person: Person): Promise<void> {
  const viewer = new Viewer({ ...deployment, address: '192.0.2.31' });
  const thief = new Viewer({ ...deployment, address: '198.51.100.31' });
  await signIn(viewer, person);
  const stolen = await signIn(thief, person);
  const link = /\/disavow#token=([\w-]+)/;
  const mail = await waitForMail(
    deployment.emulator,
    (message) => message.to.includes(person.email) && link.test(message.text),
    'a new-device mail',
  );
  const token = link.exec(mail.text)?.[1];

  expectAnswer(await viewer.send('POST', '/v1/account/disavow', { token }), 204, '"this wasn’t me"');
  expectAnswer(await viewer.send('POST', '/v1/account/disavow', { token }), 400, 'the same link again', 'invalid_token');
  expectAnswer(await thief.send('GET', '/v1/session', undefined, stolen), 401, 'the thief’s session', 'unauthenticated');
  expectAnswer(await thief.send('POST', '/v1/sign-in', person), 401, 'the password that the thief knows', 'invalid_credentials');
}
