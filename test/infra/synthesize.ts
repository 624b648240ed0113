import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FunctionId, privileges } from '../../contract/privileges.ts';
import { locale } from '../../contract/schemas.ts';
import { createApp, type PortiereApp } from '../../lib/app.ts';
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
}

export interface Synthesized extends PortiereApp {
  readonly resources: readonly TemplateResource[];
  ofType(type: string): TemplateResource[];
  /** What the synthesis warned of, and about which construct. */
  readonly warnings: readonly string[];
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
export function emptyBundles(): { functionBundles: Record<FunctionId, string>; webDirectory: string } {
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
    for (const page of ['index', 'register', 'verify', 'reset', 'account', 'disavow', 'undo', 'confirm-email', 'admin', 'not-found']) {
      writeFileSync(join(folder('web', language), `${page}.html`), `<!doctype html><title>${page} ${language}</title>`);
    }
  }
  writeFileSync(join(folder('web', 'assets'), 'app.js'), '');
  writeFileSync(join(root, 'web', 'favicon.ico'), '');
  return { functionBundles, webDirectory: join(root, 'web') };
}

/**
 * Synthesizes once, without bundling.
 *
 * @param prepare may add to the app before it is synthesized
 */
export function synthesize(input: ConfigInput, options: { validate?: boolean; prepare?: (app: PortiereApp) => void } = {}): Synthesized {
  const portiere = createApp({
    config: parseConfig(input),
    ...emptyBundles(),
    outputDirectory: temporaryFolder(),
    validate: options.validate ?? false,
  });
  options.prepare?.(portiere);
  const assembly = portiere.app.synth();
  const resources = assembly.stacks.flatMap((artifact) =>
    Object.entries(artifact.template.Resources as Record<string, Properties>).map(([logicalId, resource]) => ({
      stack: artifact.stackName,
      logicalId,
      type: resource.Type as string,
      properties: resource.Properties ?? {},
      deletionPolicy: resource.DeletionPolicy as string | undefined,
    })),
  );
  return {
    ...portiere,
    resources,
    ofType: (type) => resources.filter((resource) => resource.type === type),
    warnings: assembly.stacks.flatMap((artifact) =>
      artifact.messages.filter(({ level }) => level === 'warning').map(({ entry }) => String(entry.data)),
    ),
  };
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
