/** Yesterday's tables brought back, as point-in-time recovery brings them back: item for item, and blind to what happened since. */
import { createHash } from 'node:crypto';
import { securityPolicy } from '../../contract/security-policy.ts';
import { type TableId, tables } from '../../contract/tables.ts';
import { PutCommand } from '../../lambda/adapters/document-client.ts';
import { decideAttempt } from '../../lambda/domain/lockout.ts';
import type { AccountRecord } from '../../lambda/domain/ports.ts';
import { compareTable, type TableState } from '../../ops/restore/compare.ts';
import { readCheckOptions, readSecureOptions } from '../../ops/restore/options.ts';
import { scan } from '../../ops/restore/scan.ts';
import { secure } from '../../ops/restore/secure.ts';
import { account, entry, id, NOW, session } from '../adapters/store-contract.ts';
import { startTables, type TestTables } from '../support/dynalite.ts';

const day = 86_400_000;
const TODAY = NOW + day;
const hash = (token: string) => createHash('sha256').update(token).digest('base64url');

let inUse: TestTables;
let restored: TestTables;
beforeAll(async () => {
  [inUse, restored] = await Promise.all([startTables(), startTables()]);
});
afterAll(() => Promise.all([inUse.stop(), restored.stop()]));

/** What `restore-table-to-point-in-time` does, as of now. */
async function restore(...ids: readonly TableId[]): Promise<void> {
  for (const table of ids) {
    for await (const Item of scan(inUse.client, inUse.name(table))) {
      await restored.client.send(new PutCommand({ TableName: restored.name(table), Item }));
    }
  }
}

/** Somebody with all that a thief could have had yesterday. */
function everything(): AccountRecord {
  return account({
    sessions: { stolen: session() },
    rememberedDevices: { laptop: { rememberedAt: NOW, expiresAt: NOW + 30 * day, address: '203.0.113.7', userAgent: 'Firefox' } },
    secondFactor: { totp: { seedId: 'seed', lastStep: 7 }, passkeys: {}, confirmedAt: NOW, recoveryCodes: ['hash-of-a-code'] },
    factorRecovery: { requestedBy: 'staff', requestedByKey: 'key', requestedAt: NOW, reason: 'lost', expiresAt: NOW + 14 * day },
    pendingEmail: { changeId: 'change', email: 'thief@example.com', emailKey: 'thief', credentialVersion: 1, expiresAt: TODAY + day },
  });
}

const copies = () => ({ accounts: restored.name('accounts'), tokens: restored.name('tokens') });

test('[P02] a copy of yesterday brings nothing to life: not a session that was ended, nor a link, a recovery code or a code that was used', async () => {
  const anna = everything();
  const link = {
    purpose: 'password_reset',
    emailKey: anna.emailKey,
    accountId: anna.accountId,
    credentialVersion: 1,
    expiresAt: TODAY + day,
  };
  await inUse.stores.accounts.create(anna);
  await inUse.stores.putToken(hash('link'), link as never);
  await restore('accounts', 'tokens');
  // Since then: the link was used, and with it everything else ended.
  expect(await inUse.stores.tokens.redeem(hash('link'))).toBe(true);

  const before = await restored.stores.accounts.read(anna.accountId);
  const report = await secure(restored.client, { ...copies(), isApplied: true }, TODAY);
  const after = await restored.stores.accounts.read(anna.accountId);

  expect(Object.keys(before?.sessions ?? {})).toEqual(['stolen']);
  expect(report).toMatchObject({ accounts: 1, links: 1, sessions: 1, rememberedDevices: 1, recoveryCodes: 1, underWay: 2 });
  expect(after).toMatchObject({ sessions: {}, challenges: {}, rememberedDevices: {}, devicesForgottenAt: TODAY });
  expect([after?.factorRecovery, after?.pendingEmail]).toEqual([undefined, undefined]);
  expect(after?.secondFactor?.recoveryCodes).toEqual([]);
  // Every code that the authenticator has shown until now is spent.
  const { stepSeconds, driftSteps } = securityPolicy.secondFactor.totp;
  expect(after?.secondFactor?.totp?.lastStep).toBeGreaterThanOrEqual(Math.floor(TODAY / 1000 / stepSeconds) + driftSteps);
  expect(await restored.stores.tokens.redeem(hash('link'))).toBe(false);
});

test('[P02] who is in the copy is in: the address, the password’s version, the authenticator and the passkeys stay, and signing in works', async () => {
  const anna = everything();
  await restored.stores.accounts.create(anna);

  await secure(restored.client, { ...copies(), isApplied: true }, TODAY);

  const kept = await restored.stores.accounts.read(anna.accountId);
  expect(kept).toMatchObject({ email: anna.email, emailKey: anna.emailKey, credentialVersion: 1, status: 'active' });
  expect(kept?.secondFactor).toMatchObject({ totp: { seedId: 'seed' }, passkeys: {} });
  const plain = account();
  await restored.stores.accounts.create(plain);
  expect(await restored.stores.accounts.addSession(plain.accountId, entry(plain, id()))).toMatchObject({ signIns: 1 });
});

test('[P02] written twice, or begun again after a crash, it changes nothing more; only counting, it writes nothing', async () => {
  const anna = everything();
  await secure(restored.client, { ...copies(), isApplied: true }, TODAY);
  await restored.stores.accounts.create(anna);

  const counted = await secure(restored.client, { ...copies(), isApplied: false }, TODAY);
  const untouched = await restored.stores.accounts.read(anna.accountId);
  await secure(restored.client, { ...copies(), isApplied: true }, TODAY);
  const again = await secure(restored.client, { ...copies(), isApplied: true }, TODAY + 1000);

  expect(counted.sessions).toBe(1);
  expect(untouched).toEqual(anna);
  expect(again).toMatchObject({ sessions: 0, challenges: 0, rememberedDevices: 0, recoveryCodes: 0, underWay: 0, links: 0 });
});

test('[P13] counters of yesterday lock nobody out: every lock of the copy is over, guesses under way count as wrong, and one is admitted', async () => {
  const attemptKey = id();
  const locked = {
    taken: 9,
    pending: 2,
    pendingUntil: NOW + 20_000,
    lastFailureAt: NOW,
    day: Math.floor(NOW / day),
    takenToday: 39,
    version: 4,
  };
  await inUse.stores.attempts.replace(attemptKey, undefined, locked);
  await restore('attempts');

  const state = await restored.stores.attempts.read(attemptKey, TODAY);

  expect(decideAttempt(await inUse.stores.attempts.read(attemptKey, NOW), NOW).kind).not.toBe('admitted');
  expect(decideAttempt(state, TODAY).kind).toBe('admitted');
  expect(decideAttempt(state, NOW + securityPolicy.lockout.maximumLockSeconds * 1000 + 1000).kind).not.toBe('locked');
});

test('[P02] names whoever has decided something since that the copy undoes, and nobody else', async () => {
  const event = { address: '203.0.113.7', userAgent: 'Firefox', requestId: 'request' };
  for (const [subject, type, at] of [
    ['anna', 'password.changed', NOW + 1000],
    ['anna', 'sign_in.succeeded', NOW + 2000],
    ['bruno', 'account.disabled', NOW + 3000],
    ['carla', 'password.changed', NOW - 1000],
  ] as const) {
    await inUse.stores.events.append({ ...event, subject, type, at });
  }

  const report = await secure(inUse.client, { events: inUse.name('events'), since: NOW, isApplied: false }, TODAY);

  expect(report.undone).toEqual({ anna: ['password.changed'], bruno: ['account.disabled'] });
});

test('a copy that is not there is told in a sentence', async () => {
  const securing = secure(restored.client, { accounts: 'nowhere', isApplied: true }, TODAY);

  await expect(securing).rejects.toThrow('There is no table nowhere here.');
});

describe('A restored table', () => {
  const asItMustBe: TableState = {
    name: 'copy',
    status: 'ACTIVE',
    partitionKey: 'tokenHash',
    sortKey: undefined,
    keyArn: 'arn:aws:kms:eu-south-1:123456789012:key/data',
    isOnDemand: true,
    isProtected: true,
    timeToLive: 'expiresAt',
    isRecoverable: true,
    items: 90,
  };
  const table = { ...asItMustBe, name: 'in-use', items: 100 };

  test('[P02] that is set up as the contract says has nothing to mend', () => {
    expect(compareTable(tables.tokens, asItMustBe, table)).toEqual([]);
    expect(compareTable(tables.tokens, asItMustBe, undefined)).toEqual([]);
  });

  test.each<[string, Partial<TableState>, RegExp, RegExp | null]>([
    ['without protection', { isProtected: false }, /not protected/, /--deletion-protection-enabled$/],
    ['without recovery', { isRecoverable: false }, /no point-in-time recovery/, /PointInTimeRecoveryEnabled=true$/],
    ['without expiry', { timeToLive: undefined }, /time to live is off, and must be expiresAt/, /Enabled=true,AttributeName=expiresAt$/],
    ["under AWS's own key", { keyArn: undefined }, /key of AWS's own: no function may read it/, /KMSMasterKeyId=arn:aws:kms:.*key\/data$/],
    ['under another key', { keyArn: 'arn:aws:kms:x' }, /encrypted with arn:aws:kms:x/, /update-table --table-name copy/],
    ['with a fixed capacity', { isOnDemand: false }, /fixed capacity/, /PAY_PER_REQUEST$/],
    ['of another table', { partitionKey: 'accountId' }, /copy of another table/, null],
    ['of the wrong moment', { items: 3 }, /has 3 items, the table in use has 100/, null],
    ['that is not there yet', { status: 'CREATING' }, /CREATING: wait/, null],
  ])('[P02] %s is told, with the command that mends it', (_, change, what, mend) => {
    const [finding, ...others] = compareTable(tables.tokens, { ...asItMustBe, ...change }, table);

    expect(others).toEqual([]);
    expect(finding?.what).toMatch(what);
    if (mend === null) expect(finding?.mend).toBeUndefined();
    else expect(finding?.mend).toMatch(mend);
  });
});

test.each<[readonly string[], RegExp]>([
  [[], /^Name the copies: --accounts and --tokens/],
  [['--accounts', 'a', '--since', 'yesterday'], /^--since is "yesterday": give an instant/],
  [['--accounts', 'a', '--everything'], /^Unknown option '--everything'/],
])('restore secure %j is refused in a sentence', (parameters, message) => {
  expect(() => readSecureOptions(parameters)).toThrow(message);
});

test.each<[readonly string[], RegExp]>([
  [['--table', 'people'], /^--table is "people": the tables are accounts, /],
  [['--table', 'tokens'], /^Say by --restored/],
])('restore check %j is refused in a sentence', (parameters, message) => {
  expect(() => readCheckOptions(parameters)).toThrow(message);
});
