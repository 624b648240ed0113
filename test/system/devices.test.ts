import { staffOf } from '../support/portiere.config.ts';
import { freshAddress, freshEmail, System, Viewer } from '../support/system.ts';

const PASSWORD = 'correct horse battery';
const DAY = 86_400;

jest.setTimeout(600_000);
let system: System;

beforeAll(async () => {
  system = await System.shared();
});

/** An account with two-step verification. */
async function enrol(email = freshEmail('devices'), anna = new Viewer(system, freshAddress())) {
  await anna.register(email, PASSWORD);
  await anna.signIn(email, PASSWORD);
  await anna.send('POST /v1/session/step-up', { body: { password: PASSWORD } });
  await anna.send('GET /v1/session');
  const { secret } = (await anna.send('POST /v1/account/totp')).json;
  const confirmed = await anna.send('POST /v1/account/totp/confirm', { body: { code: await system.nextCode(secret) } });
  expect(confirmed.status).toBe(200);
  return { email, anna, secret: secret as string };
}

/** Password and code, asking to be remembered. */
async function remember(viewer: Viewer, email: string, secret: string) {
  const challenged = await viewer.signIn(email, PASSWORD);
  expect(challenged.json).toMatchObject({ status: 'second_factor_required', deviceMayBeRemembered: true });
  const { challengeId } = challenged.json;
  const body = { challengeId, method: 'totp', code: await system.nextCode(secret), rememberDevice: true };
  const answer = await viewer.send('POST /v1/sign-in/second-factor', { body });
  expect(answer.json.status).toBe('signed_in');
  return answer;
}

async function stepUp(viewer: Viewer, secret: string): Promise<void> {
  const answer = await viewer.send('POST /v1/session/step-up', { body: { password: PASSWORD, code: await system.nextCode(secret) } });
  expect(answer.status).toBe(204);
  await viewer.send('GET /v1/session');
}

describe('remembered devices, from outside', () => {
  it('[P14] skip the code, are listed, and are asked again when forgotten, alone or all', async () => {
    const { email, secret } = await enrol();
    const [laptop, phone] = [new Viewer(system, freshAddress()), new Viewer(system, freshAddress())];
    await remember(laptop, email, secret);
    await remember(phone, email, secret);

    const again = await laptop.signIn(email, PASSWORD);
    expect(again.json).toMatchObject({ status: 'signed_in', session: { steppedUpUntil: null } });
    const listed = (await laptop.send('GET /v1/devices')).json.devices;
    expect(listed).toHaveLength(2);
    expect(listed.map(({ current, address }: { current: boolean; address: string }) => [current, address])).toEqual([
      [false, phone.address],
      [true, laptop.address],
    ]);

    const id = listed[1].id;
    expect((await laptop.send(`DELETE /v1/devices/${id}`)).json.code).toBe('step_up_required');
    expect((await laptop.send('POST /v1/session/step-up', { body: { password: PASSWORD } })).json.code).toBe('invalid_code');
    await stepUp(laptop, secret);
    expect((await laptop.send(`DELETE /v1/devices/${id}`)).status).toBe(204);
    expect((await laptop.send(`DELETE /v1/devices/${id}`)).json.code).toBe('not_found');
    expect((await laptop.send(`DELETE /v1/devices/${'x'.repeat(22)}`)).json.code).toBe('not_found');
    expect((await laptop.send('GET /v1/devices')).json.devices).toHaveLength(1);

    const browser = new Viewer(system, freshAddress());
    browser.cookies.set('__Host-device', laptop.cookies.get('__Host-device') ?? '');
    expect((await browser.signIn(email, PASSWORD)).json.status).toBe('second_factor_required');
    expect((await phone.signIn(email, PASSWORD)).json.status).toBe('signed_in');
    expect((await laptop.send('DELETE /v1/devices')).status).toBe(204);
    expect((await phone.signIn(email, PASSWORD)).json.status).toBe('second_factor_required');
    const types = (await laptop.send('GET /v1/account/events')).json.events.map(({ type }: { type: string }) => type);
    expect(types).toEqual(expect.arrayContaining(['device.remembered', 'device.forgotten', 'device.all_forgotten']));
  });

  it('[P14] are asked again after 30 days, and after a change of the password', async () => {
    const { email, secret } = await enrol();
    const [laptop, phone] = [new Viewer(system, freshAddress()), new Viewer(system, freshAddress())];
    await remember(laptop, email, secret);

    await system.advance(29 * DAY);
    await remember(phone, email, secret);
    expect((await laptop.signIn(email, PASSWORD)).json.status).toBe('signed_in');
    await system.advance(DAY);
    expect((await laptop.signIn(email, PASSWORD)).json.status).toBe('second_factor_required');
    expect((await phone.signIn(email, PASSWORD)).json.status).toBe('signed_in');

    await stepUp(phone, secret);
    const body = { currentPassword: PASSWORD, newPassword: 'another phrase' };
    expect((await phone.send('PUT /v1/account/password', { body })).status).toBe(204);
    expect((await phone.signIn(email, 'another phrase')).json.status).toBe('second_factor_required');
  });

  it('[P14] open no other account by their cookie, and no account without its password', async () => {
    const [anna, bruno] = [await enrol(), await enrol()];
    const laptop = new Viewer(system, freshAddress());
    await remember(laptop, anna.email, anna.secret);
    const thief = new Viewer(system, freshAddress());
    thief.cookies.set('__Host-device', laptop.cookies.get('__Host-device') ?? '');

    expect((await thief.signIn(bruno.email, PASSWORD)).json.status).toBe('second_factor_required');
    expect((await thief.signIn(anna.email, 'a guess')).json.code).toBe('invalid_credentials');
  });

  it('[P14] are never those of staff', async () => {
    const { email, anna, secret } = await enrol(staffOf.devices);
    expect((await anna.send('GET /v1/account')).json.secondFactor).toMatchObject({ required: 'any', devicesMayBeRemembered: false });

    const laptop = new Viewer(system, freshAddress());
    const challenged = await laptop.signIn(email, PASSWORD);
    const { challengeId, deviceMayBeRemembered } = challenged.json;
    const body = { challengeId, method: 'totp', code: await system.nextCode(secret), rememberDevice: true };
    await laptop.send('POST /v1/sign-in/second-factor', { body });

    expect(deviceMayBeRemembered).toBe(false);
    expect((await laptop.signIn(email, PASSWORD)).json.status).toBe('second_factor_required');
  });
});

describe('a new place, from outside', () => {
  it('[P13] is told of once, by mail: an unknown browser, then a known one in another network', async () => {
    const email = freshEmail('places');
    const home = new Viewer(system, '127.1.0.9');
    await home.register(email, PASSWORD);
    await home.signIn(email, PASSWORD);
    const mails = (await system.mails(email)).length;

    const train = new Viewer(system, '127.2.0.9');
    train.cookies.set('__Host-device', home.cookies.get('__Host-device') ?? '');
    expect((await train.signIn(email, PASSWORD)).json.status).toBe('signed_in');
    await system.awaitMail(email, mails + 1);
    const stranger = new Viewer(system, '127.1.0.10');
    await stranger.signIn(email, PASSWORD);
    await system.awaitMail(email, mails + 2);
    expect((await train.signIn(email, PASSWORD)).json.status).toBe('signed_in');
    await home.signIn(email, PASSWORD);

    expect(await system.mails(email)).toHaveLength(mails + 2);
  });
});
