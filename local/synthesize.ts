/** Synthesizes the stacks as a deployment does: in a process of its own, through the same entry point. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Synthesis {
  /** Folder of the cloud assembly. */
  readonly directory: string;
  /** Where this run may leave files: the data directory, or a temporary one. */
  readonly folder: string;
  /** Removes what was made for this run alone. */
  dispose(): void;
}

const root = join(import.meta.dirname, '..');

/**
 * @param dataDirectory keeps the assembly; with `:memory:` it lies in a temporary folder until `dispose`
 * @param existing an assembly that is run as it is, in place of a new one
 * @throws Error with all that the synthesis said when it fails
 */
export async function synthesize(dataDirectory: string, signal: AbortSignal, existing?: string): Promise<Synthesis> {
  if (existing !== undefined && !existsSync(join(existing, 'manifest.json'))) {
    throw new Error(`ASSEMBLY is ${JSON.stringify(existing)}, where there is no manifest.json: name the folder of a synthesized assembly.`);
  }
  const isTemporary = dataDirectory === ':memory:';
  const folder = isTemporary ? mkdtempSync(join(tmpdir(), 'portiere-')) : dataDirectory;
  const dispose = () => {
    if (isTemporary) rmSync(folder, { recursive: true, force: true });
  };
  if (existing !== undefined) return { directory: existing, folder, dispose };
  const directory = join(folder, 'assembly');
  // An older assembly would leave its assets behind.
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  try {
    await run(directory, join(folder, 'build'), signal);
  } catch (error) {
    dispose();
    throw error;
  }
  return { directory, folder, dispose };
}

async function run(directory: string, buildDirectory: string, signal: AbortSignal): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'bin/portiere.ts')], {
    cwd: root,
    env: {
      ...process.env,
      CDK_OUTDIR: directory,
      // The context names another configuration as it does for a deployment: `CDK_CONTEXT_JSON='{"config":"FILE"}'`.
      CDK_CONTEXT_JSON: JSON.stringify({ config: 'local/portiere.config.ts', ...JSON.parse(process.env.CDK_CONTEXT_JSON ?? '{}') }),
      // The rule packs judge deployments; `npm run check` and `cdk synth` run them.
      CDK_VALIDATION: 'false',
      // A build of its own: systems side by side must not overwrite each other's.
      BUILD_DIR: buildDirectory,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`The stacks could not be synthesized:\n${Buffer.concat(output).toString('utf8').trim()}`);
}
