/** `audit checkpoint`: the last one that was signed, to be kept where neither we nor an intruder can change it. */
import type { Command } from '../command.ts';
import { help, readOptions } from './options.ts';
import { openTrail, requireCheckpoint } from './trail.ts';

export const checkpointCommand: Command = {
  async run(parameters, output) {
    const options = readOptions(parameters, 'checkpoint', []);
    if (options === undefined) return output.print(help);
    const { trail } = await openTrail(options.isLocal);
    output.print(JSON.stringify(await requireCheckpoint(trail)));
  },
};
