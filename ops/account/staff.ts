/** `account find`, `unlock`, `disable`, `enable` and `end-sessions`: what staff do on their page, by the same rules. */
import type { StaffQuestion } from '../../contract/operator-questions.ts';
import type { Command } from '../command.ts';
import { forTerminal } from '../for-terminal.ts';
import { askAdmin, type Opener } from './ask.ts';
import { describeAccount } from './describe.ts';
import { help, readOptions } from './options.ts';

export function findCommand(open?: Opener): Command {
  return {
    async run(parameters, output) {
      const options = readOptions(parameters, 'find');
      if (options === undefined) return output.print(help);
      const { view } = await askAdmin('find', 'found', options, open);
      if (options.json) return output.print(JSON.stringify({ account: view }));
      for (const line of describeAccount(view)) output.print(forTerminal(line));
    },
  };
}

export type StaffAct = Exclude<StaffQuestion['ask'], 'find'>;

const done: Readonly<Record<StaffAct, string>> = {
  unlock: 'wrong passwords and codes in a row are forgotten; the limits of the day stay',
  disable: 'disabled, and every session is over; the owner is told by mail',
  enable: 'enabled; the owner is told by mail',
  'end-sessions': 'every session is over',
};

export function actCommand(act: StaffAct, open?: Opener): Command {
  return {
    async run(parameters, output) {
      const options = readOptions(parameters, act);
      if (options === undefined) return output.print(help);
      const { accountId, email } = await askAdmin(act, 'done', options, open);
      if (options.json) return output.print(JSON.stringify({ done: act, account: { id: accountId, email } }));
      output.print(`${email} (${accountId}): ${done[act]}`);
    },
  };
}
