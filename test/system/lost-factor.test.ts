import { staffOf } from '../support/portiere.config.ts';
import { type Answer, freshAddress, freshEmail, System, Viewer } from '../support/system.ts';

const PASSWORD = 'correct horse battery';
const DAY = 24 * 3600;
const [mario, lucia] = staffOf['lost-factor'];
const REASON = 'Phoned on the number on file, contract number and passport checked';

jest.setTimeout(600_000);
let system: System;

beforeAll(async () => {
  system = await System.shared();
});

/** Somebody with two-step verification on. */
class Person {
  readonly email: string;
  readonly viewer = new Viewer(system, freshAddress());
  id = '';
  secret = '';
  recoveryCodes: string[] = [];

  constructor(email: string) {
    this.email = email;
  }

  static async enrolled(email: string): Promise<Person> {
    const person = new Person(email);
    const { viewer } = person;
    await viewer.register(email, PASSWORD);
    const signedIn = await viewer.signIn(email, PASSWORD);
    person.id = signedIn.json.account.id;
    await viewer.send('POST /v1/session/step-up', { body: { password: PASSWORD } });
    await viewer.send('GET /v1/session');
    const { json } = await viewer.send('POST /v1/account/totp');
    person.secret = json.secret;
    const confirmed = await viewer.send('POST /v1/account/totp/confirm', { body: { code: await person.code() } });
    person.recoveryCodes = confirmed.json.recoveryCodes;
    return person;
  }

  code(): Promise<string> {
    return system.nextCode(this.secret);
  }

  async signIn(viewer = this.viewer, second?: { method: string; code: string }): Promise<Answer> {
    const challenge = await viewer.signIn(this.email, PASSWORD);
    if (challenge.json.status !== 'second_factor_required') return challenge;
    const answer = second ?? { method: 'totp', code: await this.code() };
    return viewer.send('POST /v1/sign-in/second-factor', { body: { challengeId: challenge.json.challengeId, ...answer } });
  }

  async stepUp(): Promise<void> {
    const stepped = await this.viewer.send('POST /v1/session/step-up', { body: { password: PASSWORD, code: await this.code() } });
    expect(stepped.status).toBe(204);
    await this.viewer.send('GET /v1/session');
  }

  /** @param what the rest of the path under the account */
  act(account: Person, what: string, method = 'POST'): Promise<Answer> {
    return this.viewer.send(`${method} /v1/admin/accounts/${account.id}/${what}`, { body: { reason: REASON } });
  }
}

let staff: Promise<{ mario: Person; lucia: Person }> | undefined;
function members() {
  staff ??= (async () => ({ mario: await Person.enrolled(mario), lucia: await Person.enrolled(lucia) }))();
  return staff;
}

/** Both at their desks, signed in and stepped up. */
async function bothReady() {
  const people = await members();
  for (const person of [people.mario, people.lucia]) {
    expect((await person.signIn()).json.status).toBe('signed_in');
    await person.stepUp();
  }
  return people;
}

const subjects = async (email: string) => (await system.mails(email)).map(({ subject }) => subject);

describe('a lost second factor, from outside', () => {
  it('[P14] two members of staff and three days let the owner in again, with every step mailed and in the history', async () => {
    const { mario, lucia } = await bothReady();
    const anna = await Person.enrolled(freshEmail('lost'));

    const found = await mario.viewer.send('POST /v1/admin/accounts/find', { body: { email: anna.email.toUpperCase() } });
    expect(found.json).toMatchObject({ id: anna.id, email: anna.email, status: 'active', factorRecovery: null });
    expect((await mario.act(anna, 'factor-recovery')).status).toBe(204);
    expect((await mario.act(anna, 'factor-recovery/approve')).json.code).toBe('forbidden');
    expect((await lucia.act(anna, 'factor-recovery/complete')).json.detail).toBe('A second member of staff must approve it first');
    expect((await lucia.act(anna, 'factor-recovery/approve')).status).toBe(204);
    const early = await lucia.act(anna, 'factor-recovery/complete');
    expect([early.status, early.json.code, early.json.detail]).toEqual([
      409,
      'conflict',
      expect.stringMatching(/^It may be completed from /),
    ]);
    const view = await lucia.viewer.send(`GET /v1/admin/accounts/${anna.id}`);
    expect(view.json.factorRecovery).toMatchObject({ requestedBy: mario.id, approvedBy: lucia.id, reason: REASON });
    expect(view.text).not.toMatch(/hash|secretHash|seedId|\$2[aby]\$/i);

    await system.advance(3 * DAY);
    expect((await lucia.act(anna, 'factor-recovery/complete')).json.code).toBe('unauthenticated');
    await bothReady();
    expect((await lucia.act(anna, 'factor-recovery/complete')).status).toBe(204);
    expect((await lucia.act(anna, 'factor-recovery/complete')).json.code).toBe('conflict');

    expect((await anna.viewer.send('GET /v1/session')).json.code).toBe('unauthenticated');
    const phone = new Viewer(system, freshAddress());
    expect((await phone.signIn(anna.email, PASSWORD)).json).toMatchObject({
      status: 'signed_in',
      account: { secondFactor: { enabled: false } },
    });
    const { events } = (await phone.send('GET /v1/account/events')).json;
    const byStaff = events.filter((event: { byStaff?: boolean }) => event.byStaff);
    expect(byStaff.map(({ type }: { type: string }) => type)).toEqual([
      'factor_recovery.completed',
      'factor_recovery.approved',
      'factor_recovery.requested',
    ]);
    expect(JSON.stringify(events)).not.toContain(mario.viewer.address);
    expect(JSON.stringify(events)).not.toMatch(new RegExp(`${mario.id}|${lucia.id}|passport`));
    await system.until(async () => ((await subjects(anna.email)).length >= 6 ? true : undefined), 'the mails of every step');
    expect(await subjects(anna.email)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('says you lost your second factor'),
        expect.stringContaining('is to be turned off'),
        expect.stringContaining('is off'),
      ]),
    );
    expect((await mario.viewer.send('GET /v1/account/events')).text).toContain('staff.acted');
  });

  it('[P14] a right code of the owner, or "this wasn’t me", stops it', async () => {
    const { mario, lucia } = await bothReady();
    const [anna, bruno] = [await Person.enrolled(freshEmail('keeps')), await Person.enrolled(freshEmail('denies'))];
    for (const owner of [anna, bruno]) {
      expect((await mario.act(owner, 'factor-recovery')).status).toBe(204);
      expect((await lucia.act(owner, 'factor-recovery/approve')).status).toBe(204);
    }

    const code = { method: 'recovery_code', code: anna.recoveryCodes[0] ?? '' };
    expect((await anna.signIn(new Viewer(system, freshAddress()), code)).json.status).toBe('signed_in');
    const token = await system.until(async () => {
      const mails = await system.mails(bruno.email);
      const mail = mails.find(({ subject }) => subject.includes('says you lost your second factor'));
      return /\/disavow#token=([\w-]+)/.exec(mail?.text ?? '')?.[1];
    }, 'the link that stops it');
    expect((await bruno.viewer.send('POST /v1/account/disavow', { body: { token } })).status).toBe(204);

    await system.advance(3 * DAY);
    await bothReady();
    for (const owner of [anna, bruno]) {
      const completion = await lucia.act(owner, 'factor-recovery/complete');
      expect([completion.status, completion.json.detail]).toEqual([409, 'Nobody has asked for it, or the owner has stopped it']);
      const view = await lucia.viewer.send(`GET /v1/admin/accounts/${owner.id}`);
      expect(view.json).toMatchObject({ factorRecovery: null, secondFactor: { enabled: true } });
    }
  });

  it('[P13] unlocking, disabling and enabling do what they say on the next request', async () => {
    const { mario } = await bothReady();
    const anna = await Person.enrolled(freshEmail('locked'));
    const stranger = new Viewer(system, freshAddress());
    for (let guess = 0; guess < 6; guess++) await stranger.signIn(anna.email, `guess ${guess}`);

    const locked = await stranger.signIn(anna.email, PASSWORD);
    const view = await mario.viewer.send(`GET /v1/admin/accounts/${anna.id}`);
    const unlocked = await mario.act(anna, 'unlock');
    const after = await stranger.signIn(anna.email, PASSWORD);
    expect([locked.json.code, unlocked.status, after.json.status]).toEqual(['account_locked', 204, 'second_factor_required']);
    expect(Date.parse(view.json.lockedUntil)).toBeGreaterThan(0);

    expect((await mario.act(anna, 'disable')).status).toBe(204);
    expect((await anna.viewer.send('GET /v1/session')).json.code).toBe('unauthenticated');
    expect((await stranger.signIn(anna.email, PASSWORD)).json.code).toBe('invalid_credentials');
    expect((await mario.act(anna, 'enable')).status).toBe(204);
    expect((await anna.signIn()).json.status).toBe('signed_in');
    expect((await mario.act(anna, 'end-sessions')).status).toBe(204);
    expect((await anna.viewer.send('GET /v1/session')).json.code).toBe('unauthenticated');
  });

  it('[P13] is closed to everybody else, whoever the account belongs to', async () => {
    const { mario } = await members();
    const mallory = await Person.enrolled(freshEmail('mallory'));
    await mallory.stepUp();

    const bodies = [];
    for (const id of [mario.id, mallory.id, 'B'.repeat(22)]) {
      for (const what of ['disable', 'factor-recovery']) {
        const { status, json } = await mallory.viewer.send(`POST /v1/admin/accounts/${id}/${what}`, { body: { reason: REASON } });
        bodies.push({ ...json, status, requestId: '' });
      }
    }
    const found = await mallory.viewer.send('POST /v1/admin/accounts/find', { body: { email: mario.email } });

    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
    expect([bodies[0]?.code, found.json.code]).toEqual(['forbidden', 'forbidden']);
  });

  it('no role was denied anything it needs', async () => {
    expect(await system.readConsole('/api/denials')).toEqual([]);
  });
});
