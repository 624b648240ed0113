/** `audit key`: the public key of checkpoints, for whoever verifies. From KMS, and from no table that somebody could have written. */
import { describePublicKey } from '../../lambda/domain/audit/checkpoint.ts';
import { openAccess } from '../access.ts';
import type { Command } from '../command.ts';
import { help, readOptions } from './options.ts';

export const keyCommand: Command = {
  async run(parameters, output) {
    const options = readOptions(parameters, 'key', []);
    if (options === undefined) return output.print(help);
    const access = await openAccess(options.isLocal);
    const key = describePublicKey(await access.auditKey());
    if (options.json) return output.print(JSON.stringify(key));
    output.note(`sha256 ${key.fingerprint}`);
    output.print(key.publicKey.trimEnd());
  },
};
