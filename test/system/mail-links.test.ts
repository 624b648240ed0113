/** A walk through the link of every mail, from outside: as the mailbox shows it, to where it leads. */
import { securityPolicy } from '../../contract/security-policy.ts';
import { type Answer, freshAddress, freshEmail, type MailPage, System, Viewer } from '../support/system.ts';

const PASSWORD = 'correct horse battery';
const NEW_PASSWORD = 'staple my paper clip';
const HOUR = 3600;

jest.setTimeout(600_000);
let system: System;

beforeAll(async () => {
  system = await System.shared();
});

function viewer(): Viewer {
  return new Viewer(system, freshAddress());
}

async function owner(name = 'links'): Promise<{ readonly email: string; readonly anna: Viewer }> {
  const email = freshEmail(name);
  const anna = viewer();
  await anna.register(email, PASSWORD);
  await anna.signIn(email, PASSWORD);
  return { email, anna };
}

async function stepUp(anna: Viewer, password = PASSWORD, code?: string): Promise<void> {
  const answer = await anna.send('POST /v1/session/step-up', { body: { password, ...(code && { code }) } });
  if (answer.status !== 204) throw new Error(`step-up: ${answer.text}`);
  await anna.send('GET /v1/session');
}

/** Waits for a mail by its subject. @returns the token of its link to this page */
async function follow(to: string, subject: RegExp, page: MailPage): Promise<string> {
  const mail = await system.until(async () => (await system.mails(to)).find((one) => subject.test(one.subject)), `${subject} to ${to}`);
  const links = [...mail.text.matchAll(/https:\/\/\S+/g)].map(([link]) => link);
  for (const link of links) expect(link.startsWith(`${system.edge}/`)).toBe(true);
  const token = links.map((link) => link.split(`${system.edge}${page}#token=`)[1]).find((found) => found !== undefined);
  if (token === undefined) throw new Error(`no link to ${page} in ${JSON.stringify(mail.subject)}: ${links.join(' ')}`);
  // The same in HTML.
  expect(mail.html).toContain(`href="${system.edge}${page}#token=${token}"`);
  return token;
}

const redeem = (page: '/disavow' | '/undo' | '/confirm-email', token: string, by = viewer()): Promise<Answer> =>
  by.send(`POST /v1/account${{ '/disavow': '/disavow', '/undo': '/email/undo', '/confirm-email': '/email/confirm' }[page]}`, {
    body: { token },
  });

async function isSignedIn(anna: Viewer): Promise<boolean> {
  return (await anna.send('GET /v1/session')).status === 200;
}

async function resetBy(email: string, subject: RegExp, newPassword: string): Promise<number> {
  const token = await follow(email, subject, '/reset');
  return (await viewer().send('POST /v1/password-reset/confirm', { body: { token, newPassword } })).status;
}

describe('whoever subscribed to the status page', () => {
  it('[P04] is mailed what happens once the link was confirmed, and nothing more after one click', async () => {
    // A second reader who stays, so that it is known when the next news has gone out.
    const [email, other] = [freshEmail('reader'), freshEmail('witness')];
    const reader = viewer();
    const form = { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://status.example' };
    const ops = (...words: string[]) => system.ops('incident', ...words, '--json');
    const subscribe = async (address: string) => {
      const rawBody = `email=${encodeURIComponent(address)}&components%5B%5D=mail&locale=en`;
      const asked = await reader.send('POST /v1/status/subscribe', { rawBody, headers: form });
      const [request] = await system.awaitMail(address, 1);
      const token = /confirm\?token=([\w-]+)/.exec(request?.text ?? '')?.[1];
      const confirmed = await reader.send('POST /v1/status/subscription/confirm', { rawBody: `token=${token}`, headers: form });
      return { statuses: [asked.status, confirmed.status], subject: request?.subject };
    };
    /** The announcer comes by the clock. */
    const awaitNews = (address: string, subject: string) =>
      system.until(async () => {
        await system.advance(60);
        return (await system.mails(address)).find((mail) => mail.subject.includes(subject));
      }, `a mail to ${address}: ${subject}`);

    const [subscribed] = await Promise.all([subscribe(email), subscribe(other)]);
    const opening = ['open', '--name', 'Links are late', '--body', 'A drill.', '--component', 'mail=degraded_performance'];
    const { incident } = JSON.parse((await ops(...opening)).stdout);
    const mail = await awaitNews(email, 'Links are late');
    const [, oneClick = ''] = /<https:\/\/[^/]+(\S+)>/.exec(mail.headers['List-Unsubscribe'] ?? '') ?? [];
    const opened = await reader.send(`GET ${oneClick}`);
    const left = await viewer().send(`POST ${oneClick}`, {
      rawBody: 'List-Unsubscribe=One-Click',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    await ops('resolve', incident.id, '--body', 'It was a drill.');
    await awaitNews(other, 'Resolved: Links are late');

    expect([...subscribed.statuses, opened.status, left.status]).toEqual([202, 200, 200, 200]);
    expect(subscribed.subject).toMatch(/^Confirm mails about the status of /);
    expect(mail.headers['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click');
    expect(await system.mails(email)).toHaveLength(2);
    expect(await system.readConsole<unknown[]>('/api/denials')).toEqual([]);
  });
});

describe('the link of a mail', () => {
  it('[P14] about a new device: "it wasn\'t me" ends every session, stops the password, and brings a link to a new one', async () => {
    const { email, anna } = await owner();
    const thief = viewer();
    await thief.signIn(email, PASSWORD);
    const token = await follow(email, /^New sign-in/, '/disavow');

    const answer = await redeem('/disavow', token);

    expect(answer.status).toBe(204);
    expect(answer.text).toBe('');
    expect([await isSignedIn(anna), await isSignedIn(thief)]).toEqual([false, false]);
    expect((await thief.signIn(email, PASSWORD)).json.code).toBe('invalid_credentials');
    expect((await redeem('/disavow', token)).json.code).toBe('invalid_token');
    expect(await resetBy(email, /is secured/, 'a phrase of my own')).toBe(204);
    expect((await anna.signIn(email, 'a phrase of my own')).json.status).toBe('signed_in');
    const types = (await anna.send('GET /v1/account/events')).json.events.map(({ type }: { type: string }) => type);
    expect(types).toEqual(expect.arrayContaining(['account.disavowed', 'password.reset_completed']));
  });

  it('[P13] about wrong passwords, and about a password that was changed', async () => {
    const { email, anna } = await owner();
    const guesser = viewer();
    for (let guess = 0; guess < 5; guess++) await guesser.signIn(email, `guess ${guess}`);
    const locked = await follow(email, /^Too many wrong passwords/, '/disavow');
    await anna.send('PUT /v1/account/password', { body: { currentPassword: PASSWORD, newPassword: 'another phrase' } });
    const changed = await follow(email, /password was changed/, '/disavow');

    const answers = [await redeem('/disavow', changed), await redeem('/disavow', locked)];

    expect(answers.map(({ status }) => status)).toEqual([204, 204]);
    expect(await isSignedIn(anna)).toBe(false);
    await system.advance(HOUR);
    expect(await resetBy(email, /is secured/, 'a phrase of my own')).toBe(204);
    expect((await anna.signIn(email, 'a phrase of my own')).status).toBe(200);
  });

  it('[P14] about the second factor, each of them; two-step verification stays on after it', async () => {
    const { email, anna } = await owner();
    await stepUp(anna);
    const { secret } = (await anna.send('POST /v1/account/totp')).json;
    const { recoveryCodes } = (await anna.send('POST /v1/account/totp/confirm', { body: { code: await system.nextCode(secret) } })).json;
    await follow(email, /is on for your/, '/disavow');
    await system.advance(HOUR);
    const app = viewer();
    const { challengeId } = (await app.signIn(email, PASSWORD)).json;
    await app.send('POST /v1/sign-in/second-factor', { body: { challengeId, method: 'recovery_code', code: recoveryCodes[0] } });
    await follow(email, /^A recovery code .* was used/, '/disavow');
    await stepUp(anna, PASSWORD, await system.nextCode(secret));
    await anna.send('POST /v1/account/recovery-codes');
    const renewed = await follow(email, /^New recovery codes/, '/disavow');

    expect((await redeem('/disavow', renewed)).status).toBe(204);

    await system.advance(HOUR);
    expect(await resetBy(email, /is secured/, 'a phrase of my own')).toBe(204);
    expect((await viewer().signIn(email, 'a phrase of my own')).json.status).toBe('second_factor_required');
  });

  it('[P14] to a new address moves the account, and back by the mail to the old one', async () => {
    const { email, anna } = await owner();
    const next = freshEmail('next');
    expect((await anna.send('POST /v1/account/email', { body: { newEmail: next } })).json.code).toBe('step_up_required');
    await stepUp(anna);

    const asked = await anna.send('POST /v1/account/email', { body: { newEmail: next } });
    expect([asked.status, asked.json]).toEqual([202, { status: 'accepted' }]);
    expect((await anna.send('GET /v1/account')).json).toMatchObject({ email, pendingEmail: next });
    const undo = await follow(email, /about to change its address/, '/undo');
    expect((await redeem('/confirm-email', await follow(next, /^Confirm the new address/, '/confirm-email'))).status).toBe(204);

    expect((await anna.send('GET /v1/account')).json).toMatchObject({ email: next, pendingEmail: null });
    expect((await viewer().signIn(email, PASSWORD)).json.code).toBe('invalid_credentials');
    expect((await viewer().signIn(next, PASSWORD)).json.status).toBe('signed_in');
    expect((await system.mails(email)).map(({ text }) => text).join('\n')).not.toContain(next);

    expect((await redeem('/undo', undo)).status).toBe(204);

    expect(await isSignedIn(anna)).toBe(false);
    expect((await viewer().signIn(next, PASSWORD)).json.code).toBe('invalid_credentials');
    expect(await resetBy(email, /is secured/, 'a phrase of my own')).toBe(204);
    expect((await viewer().signIn(email, 'a phrase of my own')).json.status).toBe('signed_in');
  });

  it('[P14] is asked for by a native app as well, and followed without any cookie', async () => {
    const { email } = await owner();
    const next = freshEmail('next');
    const app = viewer();
    const { token } = (await app.signIn(email, PASSWORD, { delivery: 'bearer' })).json;
    app.cookies.clear();
    const headers = { authorization: `Bearer ${token}` };
    await app.send('POST /v1/session/step-up', { body: { password: PASSWORD }, headers });

    expect((await app.send('POST /v1/account/email', { body: { newEmail: next }, headers })).status).toBe(202);
    expect((await redeem('/confirm-email', await follow(next, /^Confirm the new address/, '/confirm-email'), app)).status).toBe(204);
    expect((await app.send('GET /v1/session', { headers })).json.account.email).toBe(next);
  });

  it('[P13] leaves the browser that moves the account its known device: strangers lock it out of the new address no more', async () => {
    const { email, anna } = await owner();
    const next = freshEmail('next');
    await stepUp(anna);
    await anna.send('POST /v1/account/email', { body: { newEmail: next } });
    const moved = await redeem('/confirm-email', await follow(next, /^Confirm the new address/, '/confirm-email'), anna);
    expect(moved.headers['set-cookie']?.[0]).toMatch(/^__Host-device=.*; Secure; HttpOnly; SameSite=Lax; Path=\/$/);
    const stranger = viewer();
    for (let guess = 0; guess < 5; guess++) await stranger.signIn(next, `guess ${guess}`);

    expect((await stranger.signIn(next, PASSWORD)).json.code).toBe('account_locked');
    expect((await anna.signIn(next, PASSWORD)).json.status).toBe('signed_in');
    expect(email).not.toBe(next);
  });

  it('[P13] to an address that has an account carries no token, tells its owner that nothing happened, and is answered alike', async () => {
    const taken = await owner('taken');
    const { email, anna } = await owner();
    await stepUp(anna);

    const answers = [
      await anna.send('POST /v1/account/email', { body: { newEmail: taken.email } }),
      await anna.send('POST /v1/account/email', { body: { newEmail: freshEmail('free') } }),
    ];

    const [one, two] = answers.map(({ status, json, headers }) => ({ status, json, names: Object.keys(headers).sort() }));
    expect(one).toEqual(two);
    const mail = await system.until(
      async () => (await system.mails(taken.email)).find(({ subject }) => /already has a/.test(subject)),
      'a mail to the owner of the address',
    );
    expect(mail.text).not.toContain('#token=');
    // Who asks, so that a stranger’s request looks like one; nothing else of theirs.
    expect(mail.text).toContain(`as ${email} asked`);
  });

  it.each(['/v1/account/disavow', '/v1/account/email/undo', '/v1/account/email/confirm'])(
    'that is none of ours opens nothing: %s',
    async (route) => {
      const stranger = viewer();
      const bodies = [
        { token: 'x' },
        { token: 'A'.repeat(43) },
        { token: '' },
        { token: 'a b' },
        { token: 1 },
        { token: null },
        {},
        { token: 'A'.repeat(201) },
      ];

      const answers = await Promise.all(bodies.map((body) => stranger.send(`POST ${route}`, { body })));
      const foreign = await stranger.send(`POST ${route}`, { body: { token: 'x' }, headers: { origin: 'https://evil.example' } });

      expect(answers.map(({ json }) => json.code)).toEqual([...Array(2).fill('invalid_token'), ...Array(6).fill('invalid_request')]);
      expect(foreign.json.code).toBe('origin_not_allowed');
    },
  );

  it('of an erasure keeps the account; without it the account is gone after its days, and its address can be registered anew', async () => {
    const [kept, left] = [await owner('kept'), await owner('left')];
    const ask = async ({ anna }: typeof kept) => await anna.send('DELETE /v1/account');
    const unasked = [await left.anna.send('GET /v1/account/export'), await ask(left)];
    for (const { anna } of [kept, left]) await stepUp(anna);

    const copy = await left.anna.send('GET /v1/account/export');
    const asked = [await ask(kept), await ask(left)];
    const tokens = [await follow(kept.email, /to be erased/, '/keep'), await follow(left.email, /to be erased/, '/keep')];
    const out = [await isSignedIn(left.anna), (await left.anna.signIn(left.email, PASSWORD)).json.code];
    const keep = (token: string | undefined) => viewer().send('POST /v1/account/keep', { body: { token } });
    const keeping = [await keep(tokens[0]), await keep(tokens[0]), await keep('A'.repeat(43))];
    await system.advance(securityPolicy.privacy.graceSeconds + 24 * HOUR);
    await system.until(
      async () => (await system.mails(left.email)).find(({ subject }) => /is erased/.test(subject)),
      'the mail of the end',
    );
    const late = await keep(tokens[1]);
    const again = viewer();
    await again.register(left.email, NEW_PASSWORD);
    const [old, signedIn, stayed] = [
      await viewer().signIn(left.email, PASSWORD),
      await again.signIn(left.email, NEW_PASSWORD),
      await kept.anna.signIn(kept.email, PASSWORD),
    ];

    expect(unasked.map(({ json }) => json.code)).toEqual(['step_up_required', 'step_up_required']);
    expect([copy.status, copy.headers['content-disposition']]).toEqual([200, 'attachment; filename="account.json"']);
    expect(copy.json).toMatchObject({
      account: { email: left.email },
      sessions: [{ address: left.anna.address }],
      historyIsComplete: true,
    });
    expect(copy.json.history.map(({ type }: { type: string }) => type)).toEqual(
      expect.arrayContaining(['account.verified', 'session.stepped_up']),
    );
    expect(copy.text).not.toMatch(/\$2[aby]\$|csrf|secret"/i);
    expect(asked.map(({ status, json }) => [status, json.status])).toEqual([
      [202, 'to_be_erased'],
      [202, 'to_be_erased'],
    ]);
    expect(out).toEqual([false, 'invalid_credentials']);
    expect(keeping.map(({ status }) => status)).toEqual([204, 400, 400]);
    expect([late.status, old.json.code]).toEqual([400, 'invalid_credentials']);
    expect(signedIn.json.account.id).not.toBe(copy.json.account.id);
    expect(stayed.json.status).toBe('signed_in');
  });

  it('no role was denied anything it needs', async () => {
    expect(await system.readConsole('/api/denials')).toEqual([]);
  });
});
