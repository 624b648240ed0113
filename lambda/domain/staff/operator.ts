/**
 * What operators ask by Lambda Invoke, with the rights of the AWS account and no session: the same acts as staff's, by the same rules.
 * Asked of the function and not done by hand, for the key by which addresses find accounts leaves no function.
 */
import type { StaffQuestion } from '../../../contract/operator-questions.ts';
import type { StaffView } from '../../../contract/schemas.ts';
import type { Call } from '../context.ts';
import { normaliseEmail } from '../email-address.ts';
import { disableAccount, enableAccount, endAccountSessions, findByAddress, readAccount, unlock } from './accounts.ts';
import { readAccountOf, type StaffServices } from './acts.ts';

export type StaffAnswer =
  | { readonly kind: 'found'; readonly view: StaffView }
  | { readonly kind: 'done'; readonly accountId: string; readonly email: string }
  | { readonly kind: 'refused'; readonly detail: string };

const acts = { unlock, disable: disableAccount, enable: enableAccount, 'end-sessions': endAccountSessions };
/** These tell the owner, in a mail whose links start with the site. */
const mailed: readonly StaffQuestion['ask'][] = ['disable', 'enable'];
const unknown: StaffAnswer = { kind: 'refused', detail: 'There is no account with this address or id' };

export async function answerOperator(
  services: StaffServices,
  { ask, account: text, operator, reason, siteOrigin }: StaffQuestion,
  requestId: string,
): Promise<StaffAnswer> {
  if (siteOrigin === undefined && mailed.includes(ask)) {
    return { kind: 'refused', detail: 'Say by --site where the site is: links in mails start with it' };
  }
  const call: Call = { viewer: { address: '', userAgent: '' }, requestId, siteOrigin: siteOrigin ?? '', deviceCookie: undefined };
  const email = normaliseEmail(text);
  const account = email === undefined ? await readAccountOf(services, text) : await findByAddress(services, email);
  if (account === undefined) return unknown;

  const { accountId } = account;
  if (ask === 'find') {
    const outcome = await readAccount(services, call, { operator }, accountId, reason);
    return outcome.kind === 'found' ? outcome : unknown;
  }
  const outcome = await acts[ask](services, call, { operator }, { accountId, reason });
  if (outcome.kind === 'done') return { kind: 'done', accountId, email: account.email };
  return outcome.kind === 'not_found' ? unknown : { kind: 'refused', detail: outcome.detail };
}
