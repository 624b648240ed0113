/** What owners ask by a session or a link, and operators by Lambda Invoke for those who wrote a letter. */
import type { PrivacyQuestion } from '../../../contract/operator-questions.ts';
import type { AccountExport } from '../../../contract/schemas.ts';
import { type Call, type CurrentSession, mailBase, type Refusal } from '../context.ts';
import { computeEmailKey, normaliseEmail } from '../email-address.ts';
import { hashToken } from '../mail-token.ts';
import { instant } from '../sessions.ts';
import { keepAccount, type Requester, recordRequest, requestErasure } from './erase.ts';
import { exportAccount } from './export.ts';
import type { PrivacyServices } from './ports.ts';

/** Written down before it is handed out, and its owner is told: whoever is in by a stolen session must not copy in silence. */
export async function handOut(
  services: PrivacyServices,
  call: Call,
  accountId: string,
  requester: Requester = {},
): Promise<AccountExport | undefined> {
  const exported = await exportAccount(services, accountId);
  const account = exported && (await services.accounts.read(accountId));
  if (account === undefined) return undefined;
  await recordRequest(services, call, accountId, 'account.exported', requester);
  await services.mail.send({
    ...mailBase(call, services, account.email, account.emailKey),
    locale: account.locale,
    kind: 'account_exported',
  });
  return exported;
}

export async function handOutOwn(services: PrivacyServices, call: Call, session: CurrentSession): Promise<AccountExport> {
  const exported = await handOut(services, call, session.accountId);
  if (exported === undefined) throw new Error('the account of a session is not there');
  return exported;
}

/** The link is burned last: a crash before leaves one that does the same once more. */
export async function keepByLink(
  services: PrivacyServices,
  call: Call,
  { token }: { readonly token: string },
): Promise<{ readonly kind: 'kept' } | Extract<Refusal, { kind: 'invalid_token' }>> {
  const tokenHash = hashToken(token);
  const link = await services.tokens.read(tokenHash);
  if (link?.purpose !== 'erasure_stop' || link.expiresAt <= services.clock.now()) return { kind: 'invalid_token' };
  if (!(await keepAccount(services, call, link.accountId, link.erasureId))) return { kind: 'invalid_token' };
  return (await services.tokens.redeem(tokenHash)) ? { kind: 'kept' } : { kind: 'invalid_token' };
}

export type PrivacyAnswer =
  | { readonly kind: 'exported'; readonly export: AccountExport }
  | { readonly kind: 'scheduled'; readonly erasesAt: string }
  | { readonly kind: 'kept' }
  | { readonly kind: 'refused'; readonly detail: string };

/** An operator has seen who wrote; everything else is as if the owner had asked, the days in which it can be stopped included. */
export async function answerOperator(services: PrivacyServices, question: PrivacyQuestion, requestId: string): Promise<PrivacyAnswer> {
  const accountId = await findAccount(services, question.account);
  const account = accountId === undefined ? undefined : await services.accounts.read(accountId);
  if (account === undefined) return { kind: 'refused', detail: 'There is no account with this address or id' };
  const requester = { actor: question.operator, reason: question.reason };
  const siteOrigin = services.siteOrigin ?? question.siteOrigin;
  if (siteOrigin === undefined) return { kind: 'refused', detail: 'Say by --site where the site is: links in mails start with it' };
  const call: Call = { viewer: { address: '', userAgent: '' }, requestId, siteOrigin, deviceCookie: undefined };
  if (question.ask === 'export') {
    const exported = await handOut(services, call, account.accountId, requester);
    return exported === undefined
      ? { kind: 'refused', detail: 'There is no such account any more' }
      : { kind: 'exported', export: exported };
  }
  if (question.ask === 'keep') {
    const { erasure } = account;
    const isKept = erasure !== undefined && (await keepAccount(services, call, account.accountId, erasure.erasureId, requester));
    return isKept ? { kind: 'kept' } : { kind: 'refused', detail: 'This account is not to be erased, or it has begun' };
  }
  const outcome = await requestErasure(services, call, account.accountId, requester);
  if (outcome.kind === 'scheduled') return { kind: 'scheduled', erasesAt: instant(outcome.erasesAt) };
  return { kind: 'refused', detail: outcome.kind === 'not_found' ? 'There is no such account any more' : outcome.detail };
}

async function findAccount(services: PrivacyServices, account: string): Promise<string | undefined> {
  if (/^[\w-]{22}$/.test(account)) return account;
  const email = normaliseEmail(account);
  return email === undefined ? undefined : await services.directory.find(await computeEmailKey(services.identity, email));
}
