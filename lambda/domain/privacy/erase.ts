/**
 * The end of an account, in steps that can each be repeated: whatever dies in between, the next run of the clock goes on.
 *
 * What is wanted is written first, then the account's item decides by one write. When it is due, another write to the same item says
 * that it has begun, and from there on nothing stops it: the race with the link that keeps the account is decided there. What is still to
 * be cleared is noted before the item goes, and the note itself goes last.
 */

import { securityPolicy } from '../../../contract/security-policy.ts';
import { addressSubject, type Call, event, mailBase } from '../context.ts';
import type { AccountRecord } from '../ports.ts';
import { instant, newId } from '../sessions.ts';
import { recordActor } from '../staff/acts.ts';
import { subscriptionIdOf } from '../subscriptions/links.ts';
import { emailKeysOf } from './export.ts';
import type { Erasure, PrivacyServices } from './ports.ts';

const policy = securityPolicy.privacy;
const rounds = 10;
const nobody = { address: '', userAgent: '' };

export type ErasureOutcome =
  | { readonly kind: 'scheduled'; readonly erasesAt: number }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'conflict'; readonly detail: string }
  | { readonly kind: 'forbidden'; readonly detail: string };

/** Who asks: the owner by a session, or an operator on the owner's request. */
export interface Requester {
  readonly actor?: string;
  readonly reason?: string;
}

/** Into the owner's history; what operators do, into the list of such acts as well. */
export async function recordRequest(
  services: PrivacyServices,
  call: Call,
  accountId: string,
  type: 'account.exported' | 'account.erasure_requested' | 'account.erasure_stopped',
  requester: Requester,
): Promise<void> {
  const { actor: operator, reason = '' } = requester;
  if (operator !== undefined) await recordActor(services, call, { operator }, type, { accountId, reason });
  await services.events.append(event(call, accountId, type, services.clock.now(), requester));
}

export async function requestErasure(
  services: PrivacyServices,
  call: Call,
  accountId: string,
  requester: Requester = {},
): Promise<ErasureOutcome> {
  const account = await services.accounts.read(accountId);
  if (account === undefined) return { kind: 'not_found' };
  const now = services.clock.now();
  const refusal = refuse(services, account, now);
  if (refusal) return refusal;

  const erasureId = newId(services.random);
  const dueAt = now + policy.graceSeconds * 1000;
  const erasure: Erasure = { accountId, erasureId, requestedAt: now, dueAt, siteOrigin: call.siteOrigin, isTold: false };
  await recordRequest(services, call, accountId, 'account.erasure_requested', requester);
  if (!(await services.erasures.create(erasure))) return alreadyAsked;
  const scheduled = await services.erasable.schedule(accountId, { erasureId, requestedAt: now, dueAt });
  if (scheduled === undefined) {
    await services.erasures.remove(accountId, erasureId);
    return { kind: 'conflict', detail: 'This account has changed in the meantime: try again' };
  }
  await tell(services, erasure, scheduled, call);
  return { kind: 'scheduled', erasesAt: dueAt };
}

const alreadyAsked: ErasureOutcome = { kind: 'conflict', detail: 'This account is to be erased already' };

function refuse({ isStaff }: PrivacyServices, account: AccountRecord, now: number): ErasureOutcome | undefined {
  if (account.erasure) return alreadyAsked;
  if (isStaff(account.email)) {
    return { kind: 'forbidden', detail: 'This address is one of staff: take it from the configuration first' };
  }
  if (account.status !== 'active') return { kind: 'conflict', detail: 'This account is disabled: enable it first' };
  // Whoever has moved the account away from its owner must not be able to end it before the owner can take it back.
  const until = Math.max(0, ...(account.previousEmails ?? []).map((previous) => previous.until));
  if (until > now) {
    return {
      kind: 'conflict',
      detail: `This account has moved here lately, and its former address may take it back: ask again after ${instant(until)}`,
    };
  }
  return undefined;
}

/** Repeatable: the same mail once, and the credential says what the account says. */
async function tell(services: PrivacyServices, erasure: Erasure, account: AccountRecord, call: Call): Promise<void> {
  const { accountId, erasureId, dueAt } = erasure;
  await settleCredential(services, account);
  await services.mail.send({
    ...mailBase(call, services, account.email, account.emailKey),
    id: `erasure.${erasureId}`,
    locale: account.locale,
    kind: 'account_erasure_requested',
    accountId,
    erasureId,
    erasesAt: instant(dueAt),
  });
  await services.erasures.replace({ ...erasure, isTold: true });
}

/** The credential says what the account says, whoever writes at the same instant: a request that is told late and a link that stops it. */
async function settleCredential(services: PrivacyServices, written: AccountRecord): Promise<void> {
  let told: AccountRecord | undefined = written;
  for (let round = 0; round < rounds && told !== undefined; round++) {
    await services.directory.setStatus(told.accountId, told.emailKey, told.status);
    const account = await services.accounts.read(told.accountId);
    if (account?.status === told.status && account.emailKey === told.emailKey) return;
    told = account;
  }
}

/** By the mailed link, or by an operator. The account's item first: it alone lets in. */
export async function keepAccount(
  services: PrivacyServices,
  call: Call,
  accountId: string,
  erasureId: string,
  requester: Requester = {},
): Promise<boolean> {
  const kept = await services.erasable.keep(accountId, erasureId);
  const account = kept ?? (await services.accounts.read(accountId));
  // Kept before, by the same link, and then a crash: the rest is done once more.
  if (account === undefined || account.erasure !== undefined || account.status !== 'active') return false;
  await settleCredential(services, account);
  if (kept) await recordRequest(services, call, accountId, 'account.erasure_stopped', requester);
  await services.erasures.remove(accountId, erasureId);
  return true;
}

/** By the clock: erasures that are due, and those that something has interrupted. One that fails holds up no other. */
export async function runErasures(services: PrivacyServices): Promise<void> {
  let failure: unknown;
  for (const erasure of await services.erasures.list(policy.perRun)) {
    try {
      await advance(services, erasure);
    } catch (error) {
      failure ??= error;
      services.journal.note('ERROR', 'erasure.failed', {
        erasureId: erasure.erasureId,
        reason: error instanceof Error ? error.name : 'unknown',
      });
    }
  }
  if (failure !== undefined) throw failure;
}

async function advance(services: PrivacyServices, erasure: Erasure): Promise<void> {
  const { accountId, erasureId, dueAt, requestedAt, found } = erasure;
  const now = services.clock.now();
  if (found !== undefined) return await clear(services, erasure, found);
  const account = await services.accounts.read(accountId);
  if (account?.erasure?.erasureId !== erasureId) {
    // Stopped, or never decided: whoever wrote it may be about to decide.
    if (now >= requestedAt + policy.undecidedSeconds * 1000) await services.erasures.remove(accountId, erasureId);
    return;
  }
  if (!erasure.isTold) await tell(services, erasure, account, callOf(erasure));
  if (now < dueAt) return;
  const begun = await services.erasable.begin(accountId, erasureId, now);
  if (begun === undefined) return;
  const noted = { email: begun.email, emailKey: begun.emailKey, locale: begun.locale, emailKeys: emailKeysOf(begun) };
  await services.erasures.replace({ ...erasure, isTold: true, found: noted });
  await clear(services, { ...erasure, found: noted }, noted);
}

async function clear(services: PrivacyServices, erasure: Erasure, found: NonNullable<Erasure['found']>): Promise<void> {
  const { accountId, erasureId } = erasure;
  const { email, emailKey, emailKeys, locale } = found;
  for (const { seedId } of await services.seeds.list(accountId)) await services.seeds.remove(accountId, seedId);
  for (const key of emailKeys) {
    await services.subscriptions.remove(subscriptionIdOf(key));
    await services.credentials.retire(accountId, { emailKey: key, addressVersion: Number.MAX_SAFE_INTEGER, reservedUntil: null });
  }
  await services.erasable.remove(accountId, erasureId);
  // After the account: nothing writes to this history any more. What strangers have just tried at an address that is nobody's now goes by itself.
  const sealed = services.clock.now() - policy.sealedSeconds * 1000;
  for (const key of emailKeys) await services.history.erase(addressSubject(key), sealed);
  if (!(await services.history.erase(accountId, sealed))) {
    services.journal.note('INFO', 'erasure.waits_for_seal', { erasureId });
    return;
  }
  const call = callOf(erasure);
  await services.events.append(event(call, 'erasure', 'account.erased', services.clock.now(), { target: accountId }));
  await services.mail.send({ ...mailBase(call, services, email, emailKey), id: `erased.${erasureId}`, locale, kind: 'account_erased' });
  await services.erasures.remove(accountId, erasureId);
  services.journal.note('INFO', 'erasure.done', { erasureId });
}

/** By the clock there is nobody: no address and no browser. */
function callOf({ erasureId, siteOrigin }: Erasure): Call {
  return { viewer: nobody, requestId: erasureId, siteOrigin, deviceCookie: undefined };
}
