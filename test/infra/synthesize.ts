import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FunctionId, privileges } from '../../contract/privileges.ts';
import { locale } from '../../contract/schemas.ts';
import type { CreateAppOptions, PortiereApp } from '../../lib/app.ts';
import { type ConfigInput, parseConfig } from '../../lib/config.ts';

export const minimalConfig = {
  productName: 'Example',
  onCall: [{ email: 'on-call@example.com' }, { sms: '+390200000000' }],
  sender: 'no-reply@example.com',
  staff: ['Ada@Example.com'],
} as const satisfies ConfigInput;

export const configWithDomain = {
  ...minimalConfig,
  domain: 'id.example.com',
  hostedZone: { id: 'Z0123456789ABCDEFGHIJ', name: 'example.com' },
} as const satisfies ConfigInput;

// biome-ignore lint/suspicious/noExplicitAny: a template is untyped JSON.
export type Properties = any;

export interface TemplateResource {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Properties;
  readonly deletionPolicy: string | undefined;
  readonly updatePolicy: Properties;
  readonly dependsOn: readonly string[];
}

export interface StackFacts {
  readonly name: string;
  readonly region: string;
  readonly terminationProtection: boolean;
}

/** What of a synthesis can be written down, for the next file that asks for the same. */
interface Facts {
  readonly stackFacts: readonly StackFacts[];
  readonly resources: readonly TemplateResource[];
  /** What the synthesis warned of, and about which construct. */
  readonly warnings: readonly string[];
}

/** The constructs themselves (`app`, `stacks`) are made when they are asked for, which takes seconds: see first whether the facts will do. */
export interface Synthesized extends PortiereApp, Facts {
  ofType(type: string): TemplateResource[];
  /** @throws when there is no such stack */
  stackNamed(name: string): StackFacts;
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** A folder that is gone when the test file is done: an assembly holds some 20 MB. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'portiere-infra-'));
  folders.push(folder);
  return folder;
}

/** Bundles and pages as the stacks need them, with nothing in them: what is deployed is not what is asserted here. */
export function emptyBundles(): Pick<CreateAppOptions, 'functionBundles' | 'webDirectory' | 'statusDirectory'> {
  const root = temporaryFolder();
  const folder = (...parts: string[]) => {
    const path = join(root, ...parts);
    mkdirSync(path, { recursive: true });
    return path;
  };
  const functionBundles = Object.fromEntries(
    Object.keys(privileges).map((id) => {
      const bundle = folder('functions', id);
      writeFileSync(join(bundle, 'index.mjs'), `export const handler = () => '${id}';`);
      return [id, bundle];
    }),
  ) as Record<FunctionId, string>;
  for (const language of locale.options) {
    for (const page of [
      'index',
      'register',
      'verify',
      'reset',
      'account',
      'disavow',
      'undo',
      'confirm-email',
      'admin',
      'report',
      'not-found',
    ]) {
      writeFileSync(join(folder('web', language), `${page}.html`), `<!doctype html><title>${page} ${language}</title>`);
    }
  }
  writeFileSync(join(folder('web', 'assets'), 'app.js'), '');
  writeFileSync(join(root, 'web', 'favicon.ico'), '');
  writeFileSync(join(folder('status', 'assets'), 'status.js'), '');
  return { functionBundles, webDirectory: join(root, 'web'), statusDirectory: join(root, 'status') };
}

interface Options {
  readonly validate?: boolean;
  /** May add to the app before it is synthesized. */
  readonly prepare?: (app: PortiereApp) => void;
}

/** Synthesizes without bundling: once in a run of tests for each configuration, unless the options make it a case of its own. */
export function synthesize(input: ConfigInput, options: Options = {}): Synthesized {
  let built: ReturnType<typeof build> | undefined;
  const construct = () => {
    built ??= build(input, options);
    return built;
  };
  const facts =
    options.validate || options.prepare ? construct().facts : remembered(JSON.stringify(parseConfig(input)), () => construct().facts);
  return {
    get app() {
      return construct().portiere.app;
    },
    get stacks() {
      return construct().portiere.stacks;
    },
    ...facts,
    ofType: (type) => facts.resources.filter((resource) => resource.type === type),
    stackNamed: (name) => {
      const found = facts.stackFacts.find((stack) => stack.name === name);
      if (!found) throw new Error(`there is no stack ${name} among ${facts.stackFacts.map((stack) => stack.name).join(', ')}`);
      return found;
    },
  };
}

/** From the folder of this run of tests, or else made and left there. */
function remembered(key: string, make: () => Facts): Facts {
  const { TEST_RUN_FOLDER } = process.env;
  if (!TEST_RUN_FOLDER) throw new Error('TEST_RUN_FOLDER is not set: run the tests by jest, whose global set-up makes it');
  const file = join(TEST_RUN_FOLDER, `synthesis-${createHash('sha256').update(key).digest('hex').slice(0, 16)}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Facts;
  const facts = make();
  // Whole or not at all: another file's process may look for it at this moment.
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, JSON.stringify(facts));
  renameSync(unfinished, file);
  return facts;
}

/** Neither where in the sources each resource was made, nor a copy of what would be uploaded: nothing here reads them. */
const onlyTemplates = {
  'aws:cdk:disable-creation-stack-traces': true,
  'aws:cdk:disable-stack-trace': true,
  'aws:cdk:disable-asset-staging': true,
};

function build(input: ConfigInput, options: Options): { readonly portiere: PortiereApp; readonly facts: Facts } {
  // Only here: loading the CDK takes as long as a synthesis.
  const { Construct } = require('constructs') as typeof import('constructs');
  const { createApp } = require('../../lib/app.ts') as typeof import('../../lib/app.ts');
  const portiere = createApp({
    config: parseConfig(input),
    ...emptyBundles(),
    outputDirectory: temporaryFolder(),
    validate: options.validate ?? false,
    context: onlyTemplates,
  });
  // In the place of the CDK's own, which writes down every construct and its attributes: nothing here reads that.
  new Construct(portiere.app, 'Tree');
  options.prepare?.(portiere);
  const assembly = portiere.app.synth();
  const stackFacts = assembly.stacks.map(({ stackName, environment, terminationProtection }) => ({
    name: stackName,
    region: environment.region,
    terminationProtection: terminationProtection ?? false,
  }));
  const resources = assembly.stacks.flatMap((artifact) =>
    Object.entries(artifact.template.Resources as Record<string, Properties>).map(([logicalId, resource]) => ({
      stack: artifact.stackName,
      logicalId,
      type: resource.Type as string,
      properties: resource.Properties ?? {},
      deletionPolicy: resource.DeletionPolicy as string | undefined,
      updatePolicy: resource.UpdatePolicy,
      dependsOn: [resource.DependsOn ?? []].flat() as string[],
    })),
  );
  const warnings = assembly.stacks.flatMap((artifact) =>
    artifact.messages.filter(({ level }) => level === 'warning').map(({ entry }) => String(entry.data)),
  );
  return { portiere, facts: { stackFacts, resources, warnings } };
}

/** The same without the resources of one stack: the status page has a distribution of its own. */
export function without(stack: string, synthesized: Synthesized): Synthesized {
  // Not spread, which would ask for the constructs.
  return Object.create(synthesized, {
    ofType: { value: (type: string) => synthesized.ofType(type).filter((resource) => resource.stack !== stack) },
  }) as Synthesized;
}

/** The one resource of a type whose logical id starts so. */
export function only(resources: readonly TemplateResource[], start = ''): TemplateResource {
  const found = resources.filter(({ logicalId }) => logicalId.startsWith(start));
  const [first] = found;
  if (found.length !== 1 || !first) {
    throw new Error(`expected one resource ${start}, found ${found.map(({ logicalId }) => logicalId).join(', ') || 'none'}`);
  }
  return first;
}
