/** `account export`, `account erase` and `account keep`: asks the function `privacy`, which writes down who asked and why. */
import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { PrivacyQuestion } from '../../contract/schemas.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import type { PrivacyAnswer } from '../../lambda/domain/privacy/ask.ts';
import { openAccess } from '../access.ts';
import { type Command, OperatorError } from '../command.ts';

const help = `npm run ops -- account export ACCOUNT --reason TEXT
npm run ops -- account erase ACCOUNT --reason TEXT
npm run ops -- account keep ACCOUNT --reason TEXT

ACCOUNT is an address or the id of an account. Make sure first that whoever wrote is its owner. The owner is told by mail each time, and
finds it in the history of the account.

export     prints all that is kept of the person, as JSON; nothing in it opens the account
erase      signs everybody out, lets nobody in, and deletes all after ${securityPolicy.privacy.graceSeconds / 86_400} days; a link in the mail stops it
keep       stops an erasure that has not begun

  --reason TEXT   the request: its date, a ticket
  --author NAME   who does it; the name of your account on this machine if absent
  --site URL      where the site is, as in https://id.example.com: needed without a domain in the configuration
  --local         on the local system, found by CONSOLE_PORT
  --json          for machines: one object
  --help          this`;

export function askCommand(wish: PrivacyQuestion['ask']): Command {
  return {
    async run(parameters, output) {
      const { values, positionals } = parse(parameters);
      if (values.help) return output.print(help);
      const question = readQuestion(wish, positionals, values);
      const access = await openAccess(values.local ?? false);
      const FunctionName = await access.alias('PortiereApi', 'Privacy');
      const { Payload, FunctionError } = await access.lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(question) }));
      const answer = JSON.parse(Buffer.from(Payload ?? []).toString('utf8') || 'null');
      if (FunctionError !== undefined) throw new OperatorError(`The function failed: ${answer?.errorMessage ?? FunctionError}.`);
      const given = answer as PrivacyAnswer;
      if (given.kind === 'refused') throw new OperatorError(`${given.detail}.`);
      if (given.kind === 'exported') return output.print(JSON.stringify(given.export, null, values.json ? undefined : 2));
      if (values.json) return output.print(JSON.stringify(given));
      output.print(
        given.kind === 'kept'
          ? 'the account stays'
          : `nobody signs in any more; all is deleted at ${given.erasesAt} unless the mailed link stops it`,
      );
    },
  };
}

const options = {
  reason: { type: 'string' },
  author: { type: 'string' },
  site: { type: 'string' },
  local: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

function parse(parameters: readonly string[]) {
  try {
    return parseArgs({ args: [...parameters], options, allowPositionals: true });
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split(/\.\s|\n/);
    throw new OperatorError(`${sentence.replace(/\.$/, '')} (account --help tells the options).`);
  }
}

function readQuestion(
  ask: PrivacyQuestion['ask'],
  [account, ...more]: readonly string[],
  values: { readonly reason?: string | undefined; readonly author?: string | undefined; readonly site?: string | undefined },
): PrivacyQuestion {
  if (account === undefined || more.length > 0)
    throw new OperatorError(`Say one address or account id, as in account ${ask} anna@example.com.`);
  const reason = values.reason?.trim() ?? '';
  if (reason === '' || reason.length > 200)
    throw new OperatorError('Say who asked and when, in 1 to 200 characters: --reason "letter of 3 May".');
  const siteOrigin = values.site?.replace(/\/$/, '');
  if (siteOrigin !== undefined && !/^https:\/\/[\w.-]+(?::\d{1,5})?$/.test(siteOrigin)) {
    throw new OperatorError(`${JSON.stringify(values.site)} is not an address as in https://id.example.com.`);
  }
  return { ask, account, operator: (values.author ?? userInfo().username).slice(0, 200), reason, ...(siteOrigin && { siteOrigin }) };
}
