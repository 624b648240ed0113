/**
 * One hash for everything that a test's result depends on: a result counts for the sources that it was recorded with and for
 * no others. By content, not by commit, so that it holds in an unpacked archive and sees changes that nobody has committed.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** The product, its tests, and what decides how they run. Not the configuration of a deployment: results hold for every one. */
const folders = ['.github', 'bin', 'client', 'contract', 'lambda', 'lib', 'local', 'ops', 'scripts', 'test', 'verify', 'waf', 'web'];
const files = ['cdk.json', 'jest.config.mjs', 'package-lock.json', 'package.json', 'tsconfig.json'];

/** @returns SHA-256, in hexadecimal, of paths and contents */
export function fingerprintSources(root: string): string {
  const hash = createHash('sha256');
  const paths = [...folders.flatMap((folder) => listFiles(join(root, folder))), ...files.map((file) => join(root, file))];
  for (const path of paths.map((absolute) => relative(root, absolute).split(sep).join('/')).sort()) {
    const content = createHash('sha256')
      .update(readFileSync(join(root, path)))
      .digest('hex');
    hash.update(`${path}\0${content}\n`);
  }
  return hash.digest('hex');
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules' || entry.name.startsWith('.')) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? listFiles(path) : [path];
  });
}
