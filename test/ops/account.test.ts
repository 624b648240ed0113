/** What operators do to accounts by command: the real command, question and acts, over the memory stores. */
import type { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { staffQuestion } from '../../contract/operator-questions.ts';
import { isAct } from '../../lambda/domain/audit/acts.ts';
import { listEvents } from '../../lambda/domain/session-control.ts';
import { signIn } from '../../lambda/domain/sign-in.ts';
import { answerOperator } from '../../lambda/domain/staff/operator.ts';
import type { Opener } from '../../ops/account/ask.ts';
import { actCommand, findCommand, type StaffAct } from '../../ops/account/staff.ts';
import { OperatorError } from '../../ops/command.ts';
import { call } from '../support/front-door.ts';
import { EMAIL, PASSWORD } from '../support/people.ts';
import { createStaffDoor } from '../support/staff.ts';

const REASON = 'ticket 4711';
const SITE = 'https://id.example.com';
const usual = ['--reason', REASON, '--author', 'ada', '--site', SITE];

type Ask = StaffAct | 'find';

async function scene(withFactor = false) {
  const door = createStaffDoor();
  const anna = await door.person(EMAIL, withFactor);
  door.stores.events.items.length = 0;
  const send = async ({ input }: InvokeCommand) => {
    const question = staffQuestion.parse(JSON.parse(String(input.Payload)));
    return { Payload: Buffer.from(JSON.stringify(await answerOperator(door.services, question, 'request-1'))) };
  };
  const open: Opener = async () => ({
    alias: async (stack, logicalId) => `${stack}-${logicalId}:live`,
    lambda: { send } as unknown as LambdaClient,
  });

  async function run(ask: Ask, ...parameters: string[]): Promise<string[]> {
    const lines: string[] = [];
    const command = ask === 'find' ? findCommand(open) : actCommand(ask, open);
    await command.run(parameters, { print: (line) => lines.push(line), note: (line) => lines.push(line) });
    return lines;
  }
  return { door, anna, run };
}

async function guess(door: Awaited<ReturnType<typeof scene>>['door'], times: number): Promise<void> {
  for (let number = 0; number < times; number++) await signIn(door.passwords, call(), { email: EMAIL, password: `guess ${number}` });
}

describe('account find', () => {
  it('[P27] shows state, lock, second factor, sessions and the last sign-in of an address or an id, and nothing secret', async () => {
    const { door, anna, run } = await scene();
    await signIn(door.passwords, call(), { email: EMAIL, password: PASSWORD });
    const at = new Date(door.now()).toISOString();
    await guess(door, 5);
    door.change(anna, { secondFactor: door.factor() });

    const byAddress = await run('find', ' Anna@Example.COM', ...usual);
    const byId = await run('find', anna, ...usual);

    expect(byAddress).toEqual(byId);
    expect(byAddress.slice(0, 6)).toEqual([
      `${EMAIL}  ${anna}`,
      '  state         active',
      `  lock          strangers wait until ${new Date(door.now() + 60_000).toISOString()}`,
      '  second factor totp, recovery_code; 3 recovery codes left',
      '  sessions      1',
      `  last sign-in  ${at} (1 in all)`,
    ]);
    const { secretHash } = Object.values(door.account(anna).sessions)[0] ?? { secretHash: '' };
    const { hash } = door.stores.credentials.items.get(door.account(anna).emailKey) ?? { hash: '' };
    const json = (await run('find', anna, ...usual, '--json')).join('');
    expect(JSON.parse(json)).toMatchObject({ account: { id: anna, sessions: 1, lastSignInAt: at, status: 'active' } });
    for (const secret of [secretHash, hash, door.account(anna).emailKey]) {
      expect(secret.length).toBeGreaterThan(10);
      expect(`${byAddress.join('')} ${json}`).not.toContain(secret);
    }
  });

  it('lets nobody who signs in write to the operator’s terminal', async () => {
    const { door, anna, run } = await scene();
    await door.services.events.append({
      subject: anna,
      type: 'sign_in.failed',
      at: door.now(),
      address: '192.0.2.1',
      userAgent: '',
      requestId: 'r',
      reason: '\u001b]0;owned\u0007',
    });

    expect((await run('find', anna, ...usual)).join('')).toMatch(/sign_in\.failed from 192\.0\.2\.1: \ufffd\]0;owned\ufffd$/);
  });
});

describe('account unlock, disable, enable and end-sessions', () => {
  it('[P13] unlock lets the owner in at once, and leaves the count of the day', async () => {
    const { door, run } = await scene();
    await guess(door, 5);
    const before = await signIn(door.passwords, call(), { email: EMAIL, password: PASSWORD });

    const lines = await run('unlock', EMAIL, ...usual);

    expect(before.kind).toBe('account_locked');
    expect(lines.join()).toContain('are forgotten');
    expect((await signIn(door.passwords, call(), { email: EMAIL, password: PASSWORD })).kind).toBe('signed_in');
  });

  it('[P27] disable and enable do what they do on the page for staff, the mails included', async () => {
    const { door, anna, run } = await scene();
    await signIn(door.passwords, call(), { email: EMAIL, password: PASSWORD });
    door.mailbox.length = 0;

    expect(JSON.parse((await run('disable', anna, ...usual, '--json')).join(''))).toEqual({
      done: 'disable',
      account: { id: anna, email: EMAIL },
    });
    expect(Object.keys(door.account(anna).sessions)).toEqual([]);
    expect((await signIn(door.passwords, call(), { email: EMAIL, password: PASSWORD })).kind).toBe('invalid_credentials');
    await run('enable', anna, ...usual);
    expect((await signIn(door.passwords, call(), { email: EMAIL, password: PASSWORD })).kind).toBe('signed_in');

    expect(door.mailbox.filter(({ kind }) => kind.startsWith('account_'))).toEqual([
      expect.objectContaining({ kind: 'account_disabled', email: EMAIL, siteOrigin: SITE, address: '', userAgent: '' }),
      expect.objectContaining({ kind: 'account_enabled', email: EMAIL, siteOrigin: SITE, address: '', userAgent: '' }),
    ]);
  });

  it('[P27] end-sessions ends them all', async () => {
    const { door, anna, run } = await scene();
    for (let session = 0; session < 3; session++) await signIn(door.passwords, call(), { email: EMAIL, password: PASSWORD });
    expect(Object.keys(door.account(anna).sessions)).toHaveLength(3);

    expect(await run('end-sessions', anna, ...usual)).toEqual([`${EMAIL} (${anna}): every session is over`]);

    expect(Object.keys(door.account(anna).sessions)).toEqual([]);
  });

  it.each<[Ask, string, boolean]>([
    ['find', 'account.viewed', false],
    ['unlock', 'account.unlocked', true],
    ['disable', 'account.disabled', true],
    ['enable', 'account.enabled', true],
    ['end-sessions', 'account.sessions_ended', true],
  ])('[P27] %s is listed once with operator, target and reason, and its owner sees neither name nor reason', async (ask, act, isTold) => {
    const { door, anna, run } = await scene();

    await run(ask, anna, ...usual);

    const acts = door.stores.events.items.filter(isAct);
    expect(acts).toEqual([
      expect.objectContaining({ subject: 'operator', type: 'staff.acted', act, target: anna, actor: 'ada', reason: REASON, address: '' }),
    ]);
    const own = door.events(anna).map(({ type, actor }) => [type, actor]);
    expect(own).toEqual(isTold ? [[act, 'ada']] : []);
    const { stored, token } = await door.member('mario@example.com');
    const seen = await listEvents(door.passwords, {
      stored,
      token,
      accountId: anna,
      email: EMAIL,
      emailKey: '',
      isStaff: false,
      delivery: 'cookie',
    });
    expect(seen.filter(({ byStaff }) => byStaff).map(({ type }) => type)).toEqual(isTold ? [act] : []);
    expect(JSON.stringify(seen)).not.toMatch(/ada|4711/);
  });
});

describe('what is wrong', () => {
  it.each<[string, Ask, string[], string]>([
    ['an unknown address', 'unlock', ['nobody@example.com', ...usual], 'There is no account with this address or id.'],
    ['an unknown id', 'disable', ['A'.repeat(22), ...usual], 'There is no account with this address or id.'],
    ['no account', 'find', usual, 'Say one address or account id, as in account find anna@example.com.'],
    ['two accounts', 'find', [EMAIL, EMAIL, ...usual], 'Say one address or account id'],
    ['neither address nor id', 'enable', ['anna', ...usual], '"anna" is neither an address nor the id of an account.'],
    ['no reason', 'find', [EMAIL], 'Say why, in 3 to 300 characters'],
    ['an empty reason', 'disable', [EMAIL, '--reason', '   '], 'Say why, in 3 to 300 characters'],
    ['a long reason', 'disable', [EMAIL, '--reason', 'x'.repeat(301)], 'Say why, in 3 to 300 characters'],
    ['no site for the mail', 'disable', [EMAIL, '--reason', REASON], 'Say by --site where the site is: links in mails start with it.'],
    ['a site without TLS', 'disable', [EMAIL, '--reason', REASON, '--site', 'http://x.example'], 'is no place of a site'],
    ['a colleague’s id as author', 'disable', [EMAIL, ...usual, '--author', 'M'.repeat(22)], 'must not have the form of an account id'],
    ['no author', 'disable', [EMAIL, ...usual, '--author', ''], '--author "" must not be empty: say who does it.'],
    ['an unknown option', 'unlock', [EMAIL, '--force'], "Unknown option '--force'"],
  ])('%s is one sentence, and changes nothing', async (_, ask, parameters, sentence) => {
    const { door, anna, run } = await scene();
    const before = door.account(anna);

    const failure = await run(ask, ...parameters).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(OperatorError);
    expect((failure as OperatorError).message).toContain(sentence);
    expect(door.account(anna)).toEqual(before);
    expect(door.stores.events.items).toEqual([]);
    expect(door.mailbox).toEqual([]);
  });

  it('an account that its owner wants erased is neither disabled nor enabled, and says what to do', async () => {
    const { door, anna, run } = await scene();
    const dueAt = door.now() + 86_400_000;
    door.change(anna, { status: 'disabled', erasure: { erasureId: 'e', requestedAt: door.now(), dueAt } });

    await expect(run('enable', anna, ...usual)).rejects.toThrow('an operator by `account keep`.');
    expect(await run('find', anna, ...usual)).toContain(`  state         disabled, to be erased at ${new Date(dueAt).toISOString()}`);
    expect(door.account(anna).status).toBe('disabled');
  });
});
