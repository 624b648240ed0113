/** `audit tail`: how far the trail is. */
import { nextSequence } from '../../lambda/domain/audit/block.ts';
import type { Command } from '../command.ts';
import { help, readOptions } from './options.ts';
import { openTrail } from './trail.ts';

export const tailCommand: Command = {
  async run(parameters, output) {
    const options = readOptions(parameters, 'tail', []);
    if (options === undefined) return output.print(help);
    const { trail } = await openTrail(options.isLocal);
    const [head, checkpoint] = await Promise.all([trail.readHead(), trail.readLastCheckpoint()]);
    const sealed = head && { block: head.number, entries: nextSequence(head) - 1, through: new Date(head.through).toISOString() };
    const signed = checkpoint && { block: checkpoint.block, entries: checkpoint.entries, at: new Date(checkpoint.at).toISOString() };
    if (options.json) return output.print(JSON.stringify({ sealed: sealed ?? null, signed: signed ?? null }));
    output.print(
      sealed === undefined
        ? 'nothing is sealed yet'
        : `sealed  block ${sealed.block}, entry ${sealed.entries}, all until ${sealed.through}`,
    );
    output.print(
      signed === undefined ? 'nothing is signed yet' : `signed  block ${signed.block}, entry ${signed.entries}, at ${signed.at}`,
    );
  },
};
