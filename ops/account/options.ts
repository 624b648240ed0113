/** What the commands about accounts are asked, from their options. */
import * as z from 'zod/mini';
import { normaliseEmail } from '../../contract/email-address.ts';
import { siteOriginText } from '../../contract/operator-questions.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { reasonText } from '../../contract/text-checks.ts';
import { readAuthor } from '../author.ts';
import { OperatorError } from '../command.ts';
import { helpOn, inSomebodysName, readArguments } from '../parse-options.ts';

export const help = `npm run ops -- account find ACCOUNT --reason TEXT
npm run ops -- account unlock ACCOUNT --reason TEXT
npm run ops -- account disable ACCOUNT --reason TEXT
npm run ops -- account enable ACCOUNT --reason TEXT
npm run ops -- account end-sessions ACCOUNT --reason TEXT
npm run ops -- account export ACCOUNT --reason TEXT
npm run ops -- account erase ACCOUNT --reason TEXT
npm run ops -- account keep ACCOUNT --reason TEXT

ACCOUNT is an address or the id of an account. Whatever is done, looking included, is written down with your name and the reason before it
is done (\`audit list\`), and everything but looking stands in the owner's own history.

find          its state, lock, second factor, sessions and latest events
unlock        forgets the wrong passwords and codes in a row; the limits of a day stay
disable       ends every session and lets nobody in; the owner is told by mail
enable        lets in again; the owner is told by mail
end-sessions  signs out everywhere

On the owner's request, of which the owner is told by mail each time; make sure first that whoever wrote is the owner:

export        prints all that is kept of the person, as JSON; nothing in it opens the account
erase         signs everybody out, lets nobody in, and deletes all after ${securityPolicy.privacy.graceSeconds / 86_400} days; a link in the mail stops it
keep          stops an erasure that has not begun

  --reason TEXT   why, in 3 to 300 characters: the request, a ticket
  --site URL      where the site is, as in https://id.example.com: for mails, where the configuration has no domain
${helpOn(inSomebodysName, 18)}`;

const options = {
  reason: { type: 'string' },
  site: { type: 'string' },
  ...inSomebodysName,
} as const;

export interface Options {
  readonly isLocal: boolean;
  readonly json: boolean;
  /** What every question to a function has, whichever it is. */
  readonly about: { readonly account: string; readonly operator: string; readonly reason: string; readonly siteOrigin?: string };
}

/** @returns undefined when only help is asked for @throws OperatorError naming what is wrong */
export function readOptions(parameters: readonly string[], command: string): Options | undefined {
  const { values, positionals } = readArguments(parameters, options, `account ${command}`, true);
  if (values.help) return undefined;
  const [account = '', ...more] = positionals;
  if (account === '' || more.length > 0)
    throw new OperatorError(`Say one address or account id, as in account ${command} anna@example.com.`);
  if (normaliseEmail(account) === undefined && !/^[\w-]{22}$/.test(account))
    throw new OperatorError(`${JSON.stringify(account)} is neither an address nor the id of an account.`);
  const reason = z.safeParse(reasonText, values.reason?.trim() ?? '');
  if (!reason.success) throw new OperatorError('Say why, in 3 to 300 characters: --reason "ticket 4711".');
  const siteOrigin = values.site?.replace(/\/$/, '');
  if (!z.safeParse(z.optional(siteOriginText), siteOrigin).success)
    throw new OperatorError(`--site ${JSON.stringify(values.site)} is no place of a site: write it as https://id.example.com.`);
  const operator = readAuthor(values.author);
  return {
    isLocal: values.local ?? false,
    json: values.json ?? false,
    about: { account, operator, reason: reason.data, ...(siteOrigin !== undefined && { siteOrigin }) },
  };
}
