/** `audit list`: what staff and operators did, as staff see it on their page. */
import { securityPolicy } from '../../contract/security-policy.ts';
import { type ActFilter, listActs } from '../../lambda/domain/audit/list-acts.ts';
import type { Command } from '../command.ts';
import { forTerminal } from '../for-terminal.ts';
import { help, readNumber, readOptions } from './options.ts';
import { openTrail } from './trail.ts';

const most = 1000;

export const listCommand: Command = {
  async run(parameters, output) {
    const options = readOptions(parameters, 'list', ['actor', 'target', 'act', 'limit']);
    if (options === undefined) return output.print(help);
    const { actor, target, act, limit } = options.values;
    const wanted = readNumber(limit, 'limit', most, securityPolicy.auditTrail.listedEvents);
    const { events, now } = await openTrail(options.isLocal);
    const filter = Object.fromEntries(Object.entries({ actor, target, act }).filter(([, value]) => value !== undefined)) as ActFilter;
    const list = await listActs(events, filter, now, wanted);
    if (options.json) return output.print(JSON.stringify(list));
    for (const { at, actor: who, act: what, target: whom, reason } of list.acts) {
      const line = `${at}  ${what}${whom === '' ? '' : ` of ${whom}`}, by ${who}${reason === '' ? '' : `: ${reason}`}`;
      output.print(forTerminal(line));
    }
    if (list.acts.length === 0) output.print('nobody of ours did anything like it');
    else if (list.before !== null) output.note('There is more: raise --limit.');
  },
};
