/** What staff do by command at the running system, seen by the people whom it concerns. */
import { freshAddress, freshEmail, System, Viewer } from '../support/system.ts';

const PASSWORD = 'correct horse battery';
const REASON = 'ticket 4711';

jest.setTimeout(600_000);
let system: System;

beforeAll(async () => {
  system = await System.shared();
});

const viewer = () => new Viewer(system, freshAddress());
/** An act on an account, in words for machines. */
const act = async (name: string, account: string) => {
  const { code, stdout, stderr } = await system.ops('account', name, account, '--reason', REASON, '--author', 'ops-anna', '--json');
  return { code, stderr, json: stdout === '' ? undefined : JSON.parse(stdout) };
};

describe('an operator and an account', () => {
  it('[P13] unlocks it: the owner gets in again, and reads in the own history who did it', async () => {
    const email = freshEmail('locked');
    await viewer().register(email, PASSWORD);
    for (const guesser = viewer(), tries = { left: 5 }; tries.left > 0; tries.left--) await guesser.signIn(email, 'wrong password');
    const locked = await viewer().signIn(email, PASSWORD);

    const unlocked = await act('unlock', email.toUpperCase());

    const owner = viewer();
    const signedIn = await owner.signIn(email, PASSWORD);
    const { json: history } = await owner.send('GET /v1/account/events');
    expect([locked.status, locked.json.code]).toEqual([429, 'account_locked']);
    expect(unlocked).toMatchObject({ code: 0, json: { done: 'unlock', account: { id: signedIn.json.account.id, email } } });
    expect(signedIn.json.status).toBe('signed_in');
    expect(history.events.map(({ type }: { type: string }) => type)).toContain('account.unlocked');
  });

  it('[P13] disables it: sessions end at once, nobody gets in, the owner is told; enabling lets in again', async () => {
    const email = freshEmail('disabled');
    const owner = viewer();
    await owner.register(email, PASSWORD);
    const { json } = await owner.signIn(email, PASSWORD);
    const { length: seen } = await system.mails(email);

    const disabled = await act('disable', json.account.id);
    const [session, stranger] = [await owner.send('GET /v1/session'), await viewer().signIn(email, PASSWORD)];
    const mails = await system.awaitMail(email, seen + 1);
    const enabled = await act('enable', email);
    const again = await viewer().signIn(email, PASSWORD);

    expect([disabled.code, enabled.code]).toEqual([0, 0]);
    expect([session.status, stranger.status, stranger.json.code]).toEqual([401, 401, 'invalid_credentials']);
    expect(mails[0]?.subject).toMatch(/disabled/i);
    expect(again.json.status).toBe('signed_in');
  });

  it('[P13] ends its sessions, looks at it, and all of it is in the trail under the name of who did it', async () => {
    const email = freshEmail('signed-in');
    const [desk, phone] = [viewer(), viewer()];
    await desk.register(email, PASSWORD);
    const { json } = await desk.signIn(email, PASSWORD);
    await phone.signIn(email, PASSWORD);

    const before = await act('find', email);
    const ended = await act('end-sessions', email);
    const after = await act('find', email);
    const sessions = [await desk.send('GET /v1/session'), await phone.send('GET /v1/session')];
    const listed = await system.ops('audit', 'list', '--target', json.account.id, '--json');
    const shown = await system.ops('account', 'find', email, '--reason', REASON);

    expect([before.json.account.sessions, ended.code, after.json.account.sessions]).toEqual([2, 0, 0]);
    expect(sessions.map(({ status }) => status)).toEqual([401, 401]);
    expect(listed.stdout.match(/ops-anna/g)?.length).toBeGreaterThanOrEqual(3);
    expect(listed.stdout).toContain(REASON);
    expect(shown.stdout).toContain(`${email}  ${json.account.id}`);
    expect(shown.stdout).not.toMatch(/\$2[aby]\$/);
  });

  it.each([
    ['an account that does not exist', ['find', 'nobody@example.com', '--reason', REASON], /There is no account with this address or id/],
    ['no reason', ['unlock', 'anna@example.com'], /Say why/],
    ['what is no account', ['unlock', 'anna', '--reason', REASON], /neither an address nor the id/],
    ['an unknown option', ['enable', 'anna@example.com', '--force'], /Unknown option '--force' \(account enable --help/],
  ])('is told in a sentence of %s, and nothing is done', async (_, words, sentence) => {
    const { code, stdout, stderr } = await system.ops('account', ...words);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

describe('an operator and a report', () => {
  it('[P24] finds it in the list, answers, decides; the reporter reads it with the tracking token, and no note of staff', async () => {
    const reporter = viewer();
    const body = { title: 'A way around', asset: '/v1/session', steps: '1. Walk around', impact: 'Doors are optional' };
    const { json: filed } = await reporter.send('POST /v1/reports', { body });

    const listed = JSON.parse((await system.ops('report', 'list', '--json')).stdout);
    const { id } = listed.reports.find(({ title }: { title: string }) => title === body.title);
    const outcomes = [
      await system.ops('report', 'note', id, '--text', 'Smells like 4711'),
      await system.ops('report', 'answer', id, '--text', 'Thank you, we are looking'),
      await system.ops('report', 'state', id, 'triaged', '--severity', 'high', '--owner', 'staff@example.com'),
    ];
    const shown = await system.ops('report', 'show', id);
    const followed = await reporter.send(`GET /v1/reports/${filed.trackingToken}`);

    expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(shown.stdout).toMatch(
      /triaged, high, staff@example\.com[\s\S]*Walk around[\s\S]*Thank you, we are looking[\s\S]*Smells like 4711/,
    );
    expect(followed.json).toMatchObject({ state: 'triaged', severity: 'high' });
    expect(followed.text).toContain('Thank you, we are looking');
    expect(followed.text).not.toContain('4711');
  });
});

describe('privileges', () => {
  it('[P12] after all this, IAM had to deny nothing', async () => {
    expect(await system.readConsole('/api/denials')).toEqual([]);
  });
});
