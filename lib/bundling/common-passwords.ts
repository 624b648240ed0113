import { execFile } from 'node:child_process';
import { join } from 'node:path';
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
        const readsList = Object.keys(metafile?.inputs ?? {}).includes('lambda/adapters/common-password-list.ts');
        if (!readsList) return;
        const target = join(build.initialOptions.outdir ?? '', 'common-passwords.bin');
        await promisify(execFile)(process.execPath, [join(repository, 'scripts/build-common-passwords.ts'), target]);
      });
    },
  };
}
