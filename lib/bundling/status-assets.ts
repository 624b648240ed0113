import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '../..');

/**
 * Builds what lies beside the status page: its style sheet, script, typeface and icon, under names that stay. The page is written
 * by a function, or by hand when that is down: neither should have to know what the last build called them.
 *
 * @param outDirectory emptied first; afterwards it holds `assets/` and `robots.txt`
 * @throws when a source doesn't compile
 */
export async function buildStatusAssets(outDirectory: string): Promise<void> {
  await rm(outDirectory, { recursive: true, force: true });
  await mkdir(join(outDirectory, 'assets'), { recursive: true });
  await Promise.all([
    build({
      absWorkingDir: root,
      entryPoints: { status: 'web/status/status.ts', 'status-style': 'web/status/status.css' },
      outdir: join(outDirectory, 'assets'),
      entryNames: '[name]',
      assetNames: '[name]',
      bundle: true,
      minify: true,
      format: 'esm',
      target: ['es2022', 'chrome109', 'firefox115', 'safari16'],
      loader: { '.woff2': 'file' },
      legalComments: 'none',
      logLevel: 'silent',
    }),
    copyFile(join(root, 'web/assets/icon.svg'), join(outDirectory, 'assets/icon.svg')),
    copyFile(join(root, 'node_modules/@fontsource-variable/figtree/LICENSE'), join(outDirectory, 'assets/licences.txt')),
    copyFile(join(root, 'web/status/not-yet.html'), join(outDirectory, 'assets/not-yet.html')),
    writeFile(join(outDirectory, 'robots.txt'), 'User-agent: *\nAllow: /\n'),
  ]);
}
