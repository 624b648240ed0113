/** `account export`, `account erase` and `account keep`: what a person has asked for in writing. */
import type { PrivacyQuestion } from '../../contract/operator-questions.ts';
import type { Command } from '../command.ts';
import { askPrivacy, type Opener } from './ask.ts';
import { help, readOptions } from './options.ts';

export function personCommand(wish: PrivacyQuestion['ask'], open?: Opener): Command {
  return {
    async run(parameters, output) {
      const options = readOptions(parameters, wish);
      if (options === undefined) return output.print(help);
      const answer = await askPrivacy(wish, options, open);
      if (answer.kind === 'exported') return output.print(JSON.stringify(answer.export, null, options.json ? undefined : 2));
      if (options.json) return output.print(JSON.stringify(answer));
      output.print(
        answer.kind === 'kept'
          ? 'the account stays'
          : `nobody signs in any more; all is deleted at ${answer.erasesAt} unless the mailed link stops it`,
      );
    },
  };
}
