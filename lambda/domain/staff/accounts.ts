/** What staff may do to an account: find, look, unlock, disable, enable, end its sessions. */
import type { StaffView } from '../../../contract/schemas.ts';
import { sessionBudget, strangersBudget } from '../attempt-keys.ts';
import type { Call, Refusal } from '../context.ts';
import { computeEmailKey, normaliseEmail } from '../email-address.ts';
import { forgetFailures } from '../lockout.ts';
import type { AccountRecord } from '../ports.ts';
import {
  type Act,
  type Actor,
  findTarget,
  readAccountOf,
  recordActor,
  recordForOwner,
  type StaffRefusal,
  type StaffServices,
  staffMailBase,
} from './acts.ts';
import { describeForStaff } from './view.ts';

/** Rounds of compare-and-swap before an act is put off. */
const ROUNDS = 20;
const CHANGED_MEANWHILE: StaffRefusal = { kind: 'conflict', detail: 'The account is changing right now: look again' };

type Viewed = { readonly kind: 'found'; readonly view: StaffView };
type Done = { readonly kind: 'done' };

export async function findAccount(
  services: StaffServices,
  call: Call,
  actor: Actor,
  input: { readonly email: string },
): Promise<Viewed | Extract<Refusal, { kind: 'invalid_email' | 'not_found' }>> {
  const email = normaliseEmail(input.email);
  if (email === undefined) return { kind: 'invalid_email' };
  const account = await findByAddress(services, email);
  return account ? view(services, call, actor, account) : { kind: 'not_found' };
}

/** Only the account's own item says that the address is (still) its own. @param email normalised */
export async function findByAddress(services: StaffServices, email: string): Promise<AccountRecord | undefined> {
  const emailKey = await computeEmailKey(services.identity, email);
  const accountId = await services.directory.find(emailKey);
  const account = accountId === undefined ? undefined : await services.accounts.read(accountId);
  return account?.emailKey === emailKey ? account : undefined;
}

/** @param reason staff give none for looking; operators do */
export async function readAccount(
  services: StaffServices,
  call: Call,
  actor: Actor,
  accountId: string,
  reason = '',
): Promise<Viewed | Extract<Refusal, { kind: 'not_found' }>> {
  const account = await readAccountOf(services, accountId);
  return account ? view(services, call, actor, account, reason) : { kind: 'not_found' };
}

/** Looking is an act, too: whoever reads about people for no reason must be found out. */
async function view(services: StaffServices, call: Call, actor: Actor, account: AccountRecord, reason = ''): Promise<Viewed> {
  const now = services.clock.now();
  await recordActor(services, call, actor, 'account.viewed', { accountId: account.accountId, reason });
  const [attempts, events] = await Promise.all([
    services.attempts.read(strangersBudget(account.emailKey), now),
    services.events.list(account.accountId, 100),
  ]);
  return { kind: 'found', view: describeForStaff(account, services.isStaff(account.email), attempts, events, now) };
}

/** Forgets wrong passwords and codes in a row. The limits of a day stay: an attacker must not win more guesses by a friendly voice. */
export async function unlock(services: StaffServices, call: Call, actor: Actor, act: Act): Promise<Done | StaffRefusal> {
  const target = await findTarget(services, actor, act.accountId);
  if (target.kind !== 'found') return target;
  const { accountId, emailKey } = target.account;

  await recordActor(services, call, actor, 'account.unlocked', act);
  const forgotten = await Promise.all([
    forgetWrongPasswords(services, strangersBudget(emailKey)),
    forgetWrongPasswords(services, sessionBudget(emailKey)),
    forgetWrongCodes(services, accountId),
  ]);
  if (forgotten.includes(false)) return CHANGED_MEANWHILE;
  await recordForOwner(services, call, actor, 'account.unlocked', act);
  return { kind: 'done' };
}

async function forgetWrongPasswords(services: StaffServices, attemptKey: string): Promise<boolean> {
  for (let round = 0; round < ROUNDS; round++) {
    const now = services.clock.now();
    const state = await services.attempts.read(attemptKey, now);
    const next = forgetFailures(state, now);
    if (!next || (await services.attempts.replace(attemptKey, state, next))) return true;
    await services.clock.pause(5 + (services.random.bytes(1)[0] ?? 0) / 8);
  }
  return false;
}

async function forgetWrongCodes(services: StaffServices, accountId: string): Promise<boolean> {
  for (let round = 0; round < ROUNDS; round++) {
    const account = await services.accounts.read(accountId);
    const next = forgetFailures(account?.codeAttempts, services.clock.now());
    if (!account || !next || (await services.staff.replaceCodeAttempts(accountId, account.factorVersion, next))) return true;
    await services.clock.pause(5 + (services.random.bytes(1)[0] ?? 0) / 8);
  }
  return false;
}

export async function disableAccount(services: StaffServices, call: Call, actor: Actor, act: Act): Promise<Done | StaffRefusal> {
  return changeStatus(services, call, actor, act, 'disabled');
}

export async function enableAccount(services: StaffServices, call: Call, actor: Actor, act: Act): Promise<Done | StaffRefusal> {
  return changeStatus(services, call, actor, act, 'active');
}

const TO_BE_ERASED: StaffRefusal = {
  kind: 'conflict',
  detail: 'This account is to be erased: its owner can stop that by the mailed link, an operator by `account keep`',
};

/**
 * The account's item first: it alone lets in, so a crash after it leaves an account that is as it should be and a credential
 * that says so late. All of it may be repeated, notices included: better told twice than never.
 */
async function changeStatus(
  services: StaffServices,
  call: Call,
  actor: Actor,
  act: Act,
  status: AccountRecord['status'],
): Promise<Done | StaffRefusal> {
  const target = await findTarget(services, actor, act.accountId);
  if (target.kind !== 'found') return target;
  if (target.account.erasure) return TO_BE_ERASED;
  const type = status === 'disabled' ? 'account.disabled' : 'account.enabled';
  await recordActor(services, call, actor, type, act);
  const written = await services.staff.setStatus(act.accountId, status);
  if (!written) return { kind: 'not_found' };

  const settled = await settleCredential(services, written);
  await Promise.all([
    recordForOwner(services, call, actor, type, act),
    services.mail.send({
      ...staffMailBase(call, services, written),
      kind: status === 'disabled' ? 'account_disabled' : 'account_enabled',
    }),
  ]);
  return settled?.status === status ? { kind: 'done' } : CHANGED_MEANWHILE;
}

/**
 * Tells the credential what the account says, until both say the same: of two members of staff at the same instant, or of one and
 * an owner who changes the address, whoever wrote to the account last also has the last word here.
 */
async function settleCredential(services: StaffServices, written: AccountRecord): Promise<AccountRecord | undefined> {
  let told = written;
  for (let round = 0; round < ROUNDS; round++) {
    await services.directory.setStatus(told.accountId, told.emailKey, told.status);
    const account = await services.accounts.read(told.accountId);
    if (!account || (account.status === told.status && account.emailKey === told.emailKey)) return account;
    told = account;
  }
  return undefined;
}

export async function endAccountSessions(services: StaffServices, call: Call, actor: Actor, act: Act): Promise<Done | StaffRefusal> {
  const target = await findTarget(services, actor, act.accountId);
  if (target.kind !== 'found') return target;
  await recordActor(services, call, actor, 'account.sessions_ended', act);
  if (!(await services.staff.endSessions(act.accountId))) return { kind: 'not_found' };
  await recordForOwner(services, call, actor, 'account.sessions_ended', act);
  return { kind: 'done' };
}
