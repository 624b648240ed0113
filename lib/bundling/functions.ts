import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import type { FunctionId } from '../../contract/privileges.ts';
import { mapValues } from '../names.ts';
import { commonPasswords } from './common-passwords.ts';
import { contractOfFunction } from './contract-of-function.ts';
import { lazyBuiltins } from './lazy-builtins.ts';
import { leanSdk } from './lean-sdk.ts';
import { leanWebAuthn } from './lean-webauthn.ts';

const repository = join(import.meta.dirname, '../..');
const handlerSuffix = '.handler.ts';

export interface Bundles {
  /** Absolute folder of each function, holding `index.mjs` which exports `handler`. */
  readonly folders: Record<FunctionId, string>;
  /** What went into each, for the tests and the benchmark. */
  readonly metafiles: Readonly<Record<string, Metafile>>;
}

/**
 * Bundles every `lambda/handlers/<functionId>.handler.ts`: one minified ES module each, for Node 24,
 * with all it needs in it, and the list of common passwords beside those that read it.
 * The same sources give the same bytes, so an unchanged function is not deployed again.
 *
 * @param outDirectory where a folder a function is written; what is in those folders already is replaced
 * @throws when a handler doesn't build, or when the SDK no longer looks as `lean-sdk.ts` expects it
 */
export async function buildFunctions(outDirectory: string): Promise<Record<FunctionId, string>> {
  return (await bundleFunctions(outDirectory)).folders;
}

/** {@link buildFunctions} with the list of what went into each bundle. */
export async function bundleFunctions(outDirectory: string): Promise<Bundles> {
  const directory = join(repository, 'lambda/handlers');
  const handlers = (await readdir(directory)).filter((name) => name.endsWith(handlerSuffix)).sort();
  const entries = Object.fromEntries(handlers.map((name) => [name.slice(0, -handlerSuffix.length), join(directory, name)]));
  return await bundleEntries(entries, outDirectory);
}

/**
 * Bundles any entry points the way the functions are.
 *
 * @param entries source file by function id
 */
export async function bundleEntries(entries: Readonly<Record<string, string>>, outDirectory: string): Promise<Bundles> {
  await mkdir(outDirectory, { recursive: true });
  const keepExceptions = await exceptionsNamedIn(join(repository, 'lambda'), Object.values(entries));
  const folders = Object.fromEntries(Object.keys(entries).map((functionId) => [functionId, join(outDirectory, functionId)]));
  await Promise.all(Object.values(folders).map((folder) => rm(folder, { recursive: true, force: true })));
  // One build: what the functions share is parsed once, and each comes out byte for byte as if it had been alone.
  const { metafile } = await build({
    ...options,
    entryPoints: Object.entries(entries).map(([functionId, entry]) => ({ in: entry, out: `${functionId}/index` })),
    outdir: outDirectory,
    plugins: [commonPasswords(), contractOfFunction(), lazyBuiltins(), leanSdk({ keepExceptions }), leanWebAuthn()],
  });
  return {
    folders: folders as Record<FunctionId, string>,
    metafiles: mapValues(entries, (entry) => partOf(metafile, relative(repository, entry))),
  };
}

/** Of what several bundles were made from: what one of them was made from. */
function partOf({ inputs, outputs }: Metafile, entry: string): Metafile {
  const reached = new Set([entry]);
  for (const input of reached) for (const { path, external } of inputs[input]?.imports ?? []) if (!external) reached.add(path);
  return {
    inputs: Object.fromEntries(Object.entries(inputs).filter(([input]) => reached.has(input))),
    outputs: Object.fromEntries(Object.entries(outputs).filter(([, { entryPoint }]) => entryPoint === entry)),
  };
}

const options = {
  absWorkingDir: repository,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  minify: true,
  // ES modules where a package ships both: only those can be shaken.
  mainFields: ['module', 'main'],
  conditions: ['module', 'import'],
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** Names ending in `Exception`, as our own sources write them: these SDK classes must stay, for `instanceof`. */
async function exceptionsNamedIn(directory: string, entries: readonly string[]): Promise<ReadonlySet<string>> {
  const files = await readdir(directory, { recursive: true });
  const sources = [...files.filter((name) => name.endsWith('.ts')).map((name) => join(directory, name)), ...entries];
  const texts = await Promise.all(sources.map((path) => readFile(path, 'utf8')));
  return new Set(texts.flatMap((text) => text.match(/\b[A-Z]\w*Exception\b/g) ?? []));
}
