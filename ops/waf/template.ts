/** The web ACL as it was synthesized, with the IP sets that it refers to. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { readAssembly } from '../../local/assembly/read-assembly.ts';
import { readWebAcl } from '../../local/edge/web-acl.ts';
import { type IpSets, type Location, type WebAcl, WebAclError } from '../../waf/index.ts';
import { OperatorError, type Output } from '../command.ts';

const root = path.join(import.meta.dirname, '../..');

export interface SynthesizedFirewall {
  readonly webAcl: WebAcl;
  readonly ipSets: IpSets;
  /** Blocks in each IP set, by name. */
  readonly sizes: Readonly<Record<string, number>>;
  /** The folder that was read. */
  readonly directory: string;
  readonly synthesizedAt: Date;
}

interface Choice {
  /** Folder of a cloud assembly; the usual one if undefined, synthesized where there is none. */
  readonly template: string | undefined;
  /** JSON file with IP sets by name, logical id or ARN; those that it doesn't name stay as the template has them. */
  readonly ipSets: string | undefined;
  /** Of IP sets by name, where it is known otherwise. */
  readonly contents?: Readonly<Record<string, readonly string[]>>;
  readonly locate: (address: string) => Location | undefined;
}

/** @throws OperatorError when there is no such assembly, or rules in it that can't be evaluated */
export async function readFirewall(choice: Choice, output: Output): Promise<SynthesizedFirewall> {
  const directory = await findAssembly(choice.template, output);
  try {
    // Names stand for what only a deployment knows: no rule depends on them.
    const assembly = readAssembly(directory, { account: '000000000000', region: 'us-east-1' });
    const webAcls = assembly.ofType('AWS::WAFv2::WebACL');
    const [resource] = webAcls;
    if (resource === undefined || webAcls.length > 1) {
      throw new OperatorError(`${directory} holds ${webAcls.length} web ACLs, and one is needed.`);
    }
    const { webAcl, ipSets } = readWebAcl(resource, assembly, choice.locate);
    const sets = assembly.ofType('AWS::WAFv2::IPSet').map((set) => ({
      arn: String(set.attributes.Arn),
      logicalId: set.logicalId,
      name: String(set.properties.Name ?? set.logicalId),
      cidrs: (set.properties.Addresses ?? []) as readonly string[],
    }));
    const given = choice.ipSets === undefined ? choice.contents : readContents(choice.ipSets, sets);
    const contents = given === undefined ? sets : fillSets(sets, given);
    for (const { arn, cidrs } of contents) ipSets.set(arn, cidrs);
    return {
      webAcl,
      ipSets,
      sizes: Object.fromEntries(contents.map(({ name, cidrs }) => [name, cidrs.length])),
      directory,
      synthesizedAt: statSync(path.join(directory, 'manifest.json')).mtime,
    };
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new OperatorError(error instanceof WebAclError ? message : `The template can't be read: ${message}.`);
  }
}

async function findAssembly(template: string | undefined, output: Output): Promise<string> {
  const directory = path.resolve(template ?? process.env.CDK_OUTDIR ?? path.join(root, 'cdk.out'));
  if (existsSync(path.join(directory, 'manifest.json'))) return directory;
  if (template !== undefined) throw new OperatorError(`${directory} is no cloud assembly: it has no manifest.json.`);
  output.note(`There is no template in ${directory} yet: synthesizing it ...`);
  await synthesize(directory);
  return directory;
}

/** As `cdk synth` does, through the same entry point; the rule packs judge deployments, not questions. */
async function synthesize(directory: string): Promise<void> {
  const child = spawn(process.execPath, [path.join(root, 'bin/portiere.ts')], {
    cwd: root,
    env: { ...process.env, CDK_OUTDIR: directory, CDK_VALIDATION: 'false' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code === 0) return;
  const lines = errors.split('\n').filter((line) => line.trim() !== '');
  const at = Math.max(
    0,
    lines.findIndex((line) => /error/i.test(line)),
  );
  // "Build failed with 1 error:" says what in its next line.
  const reason = (lines[at]?.endsWith(':') ? lines[at + 1] : lines[at]) ?? '';
  throw new OperatorError(`The stacks could not be synthesized (npm run synth tells more): ${reason.trim()}`);
}

interface NamedSet {
  readonly arn: string;
  readonly logicalId: string;
  readonly name: string;
  readonly cidrs: readonly string[];
}

function readContents(file: string, sets: readonly NamedSet[]): Record<string, readonly string[]> {
  let contents: unknown;
  try {
    contents = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new OperatorError(`The file of --ip-sets, ${JSON.stringify(file)}, can't be read as JSON.`);
  }
  if (typeof contents !== 'object' || contents === null || Array.isArray(contents)) {
    throw new OperatorError(`${file} must hold an object of lists, as in {"${sets[0]?.name ?? 'set'}": ["203.0.113.0/24"]}.`);
  }
  for (const [name, cidrs] of Object.entries(contents)) {
    if (!sets.some((set) => [set.name, set.logicalId, set.arn].includes(name))) {
      throw new OperatorError(
        `${file}: the template has no IP set ${JSON.stringify(name)}, only ${sets.map((set) => set.name).join(', ')}.`,
      );
    }
    if (!Array.isArray(cidrs) || cidrs.some((cidr) => typeof cidr !== 'string')) {
      throw new OperatorError(`${file}: ${name} is no list of CIDR blocks.`);
    }
  }
  return contents as Record<string, readonly string[]>;
}

function fillSets(sets: readonly NamedSet[], contents: Readonly<Record<string, readonly string[]>>): NamedSet[] {
  const given = new Map(Object.entries(contents));
  return sets.map((set) => ({ ...set, cidrs: given.get(set.name) ?? given.get(set.logicalId) ?? given.get(set.arn) ?? set.cidrs }));
}
