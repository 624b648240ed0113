import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Plugin } from 'esbuild';

const repository = join(import.meta.dirname, '../..');

/**
 * An esbuild plugin: puts the list of common passwords beside each bundle that contains the adapter which reads it. Beside it and
 * not in it: as text it would be a third larger, and parsed at every cold start.
 */
export function commonPasswords(): Plugin {
  return {
    name: 'common-passwords',
    setup(build) {
      build.onEnd(async ({ metafile }) => {
        for (const [output, { inputs }] of Object.entries(metafile?.outputs ?? {})) {
          if (!('lambda/adapters/common-password-list.ts' in inputs)) continue;
          const target = join(repository, dirname(output), 'common-passwords.bin');
          await promisify(execFile)(process.execPath, [join(repository, 'scripts/build-common-passwords.ts'), target]);
        }
      });
    },
  };
}
