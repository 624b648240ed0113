/**
 * Changing the address (docs/decisions/0006). The account's item alone says which address is the account's; every write
 * before that one and after it may be repeated, and the link is redeemed last, so that the same link finishes what a crash
 * has left.
 */
import { securityPolicy } from '../../../contract/security-policy.ts';
import { type Call, type CurrentSession, event, mailBase, type Refusal, secondsUntil } from '../context.ts';
import { computeEmailKey, normaliseEmail } from '../email-address.ts';
import { utcDay } from '../lockout.ts';
import { hashToken } from '../mail-token.ts';
import type { AccountRecord, MailToken } from '../ports.ts';
import { Unavailable } from '../ports.ts';
import { findWaitingEmail, instant, newId } from '../sessions.ts';
import { carryDevice } from './carry-device.ts';
import { addressVersionOf, computeLeft, retireStray, settleLeft } from './left-credentials.ts';
import { type AccountServices, readLink, untilWritten } from './services.ts';

const { addressChange, tokens } = securityPolicy;
const DAY = 24 * 60 * 60 * 1000;

type RequestRefusal = Extract<Refusal, { kind: 'invalid_email' | 'rate_limited' | 'conflict' }>;

/**
 * Notes which address is asked for, tells the present one, and mails a link to the new one. Whether the new one is taken is
 * not looked at here: answer, work and time are the same, and only the mailer learns it.
 */
export async function requestEmailChange(
  services: AccountServices,
  call: Call,
  session: CurrentSession,
  input: { readonly newEmail: string },
): Promise<{ readonly kind: 'accepted' } | RequestRefusal> {
  const email = normaliseEmail(input.newEmail);
  if (email === undefined) return { kind: 'invalid_email', path: 'newEmail' };
  const emailKey = await computeEmailKey(services.identity, email);
  const changeId = newId(services.random);

  const noted = await untilWritten(() => noteRequest(services, session, { changeId, email, emailKey }));
  if ('kind' in noted) return noted;

  const { accountId, locale } = noted;
  // The owner first: nobody gets the link that moves the account before its present address was told.
  await Promise.all([
    services.mail.send({
      ...mailBase(call, services, noted.email, noted.emailKey),
      locale,
      kind: 'address_change_requested',
      accountId,
    }),
    services.events.append(event(call, accountId, 'account.email_change_requested', services.clock.now())),
  ]);
  await services.mail.send({
    ...mailBase(call, services, email, emailKey),
    locale,
    kind: 'address_confirmation',
    accountId,
    changeId,
    presentEmail: noted.email,
  });
  await settleLeft(services, noted).catch(ignoreUnavailable);
  return { kind: 'accepted' };
}

async function noteRequest(
  services: AccountServices,
  session: CurrentSession,
  wanted: { readonly changeId: string; readonly email: string; readonly emailKey: string },
): Promise<AccountRecord | RequestRefusal | undefined> {
  const account = await services.accounts.read(session.accountId);
  // Read again with the version that the write asks for: a session that "this wasn't me" has ended since asks for nothing.
  if (account?.sessions[session.token.sessionId]?.secretHash !== session.stored.secretHash) return { kind: 'conflict' };
  if (account.email === wanted.email) {
    return { kind: 'invalid_email', path: 'newEmail', message: 'must be another address than the present one' };
  }
  const now = services.clock.now();
  const day = utcDay(now);
  const count = account.emailRequests?.day === day ? account.emailRequests.count : 0;
  if (count >= addressChange.requestsPerDay) return { kind: 'rate_limited', retryAfterSeconds: secondsUntil((day + 1) * DAY, now) };

  return services.addresses.changeAddress(account.accountId, addressVersionOf(account), {
    pendingEmail: { ...wanted, credentialVersion: account.credentialVersion, expiresAt: now + tokens.addressChangeSeconds * 1000 },
    emailRequests: { day, count: count + 1 },
    leftCredentials: computeLeft(account, [], account.emailKey, wanted.emailKey),
  });
}

type ChangeLink = Extract<MailToken, { purpose: 'address_change' }>;

/**
 * Redeems the link that was mailed to the new address. In this order: the credential is copied to the new address, on the
 * condition that nobody else has it; the account takes the address, on the condition that nothing else has happened to it;
 * the old address is told, and its credential retired and reserved; the link is redeemed.
 */
export async function confirmEmailChange(
  services: AccountServices,
  call: Call,
  input: { readonly token: string },
): Promise<{ readonly kind: 'changed'; readonly deviceCookie: string | undefined } | Extract<Refusal, { kind: 'invalid_token' }>> {
  const tokenHash = hashToken(input.token);
  const link = await readLink(services, tokenHash, 'address_change');
  if (!link) return { kind: 'invalid_token' };
  const account = await untilWritten(() => takeAddress(services, link));
  if ('kind' in account) return account;

  const previous = findLeftBy(account, link);
  if (previous) {
    const { email, emailKey, until } = previous;
    await services.mail.send({
      ...mailBase(call, services, email, emailKey),
      // The same for the same link, however often it is followed: one mail.
      id: `changed.${link.changeId}`,
      locale: account.locale,
      kind: 'address_changed',
      accountId: account.accountId,
      undoableUntil: instant(until),
    });
  }
  await services.events.append(event(call, account.accountId, 'account.email_changed', services.clock.now()));
  await settleLeft(services, account);
  if (!(await services.tokens.redeem(tokenHash))) return { kind: 'invalid_token' };
  return { kind: 'changed', deviceCookie: await carryDevice(services, call, previous ? [previous.emailKey] : [], account.emailKey) };
}

/** @returns the account with the new address, or undefined when it was written meanwhile */
async function takeAddress(
  services: AccountServices,
  link: ChangeLink,
): Promise<AccountRecord | Extract<Refusal, { kind: 'invalid_token' }> | undefined> {
  const account = await services.accounts.read(link.accountId);
  const now = services.clock.now();
  // Followed before, up to a crash: the rest is to be done.
  if (account?.emailKey === link.emailKey && findLeftBy(account, link)) return account;
  const waiting = account && findWaitingEmail(account, now);
  if (account?.status !== 'active' || waiting?.changeId !== link.changeId) return { kind: 'invalid_token' };
  // An address of staff is registered by whoever reads its mail, with a password of their own: one click in a mail must not make
  // a stranger's account, which is signed in already, one of staff.
  if (services.isStaff(waiting.email)) return { kind: 'invalid_token' };

  const { accountId, email, emailKey, credentialVersion } = account;
  const addressVersion = addressVersionOf(account);
  const copiedVersion = await services.credentials.copy({
    accountId,
    fromEmailKey: emailKey,
    toEmailKey: link.emailKey,
    addressVersion: addressVersion + 1,
    status: account.status,
  });
  // Taken by somebody else; or a second click on the same link has come first, or another password.
  if (copiedVersion === undefined) return (await isChanged(services, account)) ? undefined : { kind: 'invalid_token' };

  const until = now + addressChange.undoSeconds * 1000;
  const own = { email, emailKey, until, changeId: link.changeId };
  const taken = await services.addresses.changeAddress(accountId, addressVersion, {
    take: { email: waiting.email, emailKey: link.emailKey, at: now, status: account.status, credentialVersion },
    pendingEmail: null,
    previousEmails: withPrevious(account, own, now),
    leftCredentials: computeLeft(account, [{ emailKey, addressVersion, reservedUntil: until }], link.emailKey),
  });
  if (!taken) await retireStray(services, accountId, link.emailKey);
  return taken;
}

type PreviousEmail = NonNullable<AccountRecord['previousEmails']>[number];

function findLeftBy({ previousEmails = [] }: AccountRecord, link: ChangeLink): PreviousEmail | undefined {
  return previousEmails.find(({ changeId }) => changeId === link.changeId);
}

/**
 * An address keeps the place that it had first, even while it is the account's again: whoever has moved the account on from
 * it gains nothing by moving it back and forth.
 */
function withPrevious({ previousEmails = [] }: AccountRecord, own: PreviousEmail, now: number): PreviousEmail[] {
  const live = previousEmails.filter(({ until }) => until > now);
  const isThere = live.some(({ emailKey }) => emailKey === own.emailKey);
  return isThere ? live.map((other) => (other.emailKey === own.emailKey ? own : other)) : [...live, own];
}

async function isChanged(services: AccountServices, account: AccountRecord): Promise<boolean> {
  const again = await services.accounts.read(account.accountId);
  return again !== undefined && addressVersionOf(again) !== addressVersionOf(account);
}

/** The list is in the account's item, and the next change of the address takes it up again. */
function ignoreUnavailable(fault: unknown): void {
  if (!(fault instanceof Unavailable)) throw fault;
}
