/** The CDK app: bundles, reads the configuration, composes the stacks, and nothing else. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SecurityDocument } from '../contract/evidence.ts';
import { type FunctionId, privileges } from '../contract/privileges.ts';
import { createApp } from '../lib/app.ts';
import { buildFunctions } from '../lib/bundling/functions.ts';
import { buildStatusAssets } from '../lib/bundling/status-assets.ts';
import { buildWeb } from '../lib/bundling/web.ts';
import { parseConfig } from '../lib/config.ts';
import { gatherSecurityDocument } from '../lib/security-page/document.ts';
import { remindOfAttestations } from '../lib/security-page/reminders.ts';
import { collectTitledTests } from '../scripts/promises.ts';

const root = join(import.meta.dirname, '..');

/** `-c config=FILE` names another configuration than the one at the top of the repository. */
function configFile(): string {
  const context = JSON.parse(process.env.CDK_CONTEXT_JSON ?? '{}') as { config?: string };
  return context.config ?? 'portiere.config.ts';
}

/** `--no-validation` of the CDK's command line: for a run that deploys nothing and must start fast. */
const validate = process.env.CDK_VALIDATION !== 'false';

async function main(): Promise<void> {
  const file = configFile();
  if (!existsSync(resolve(root, file))) {
    throw new Error(`the configuration ${file} is missing; portiere.config.ts shows what it holds`);
  }
  const { default: input } = (await import(pathToFileURL(resolve(root, file)).href)) as { default?: unknown };
  const config = parseConfig(input, file);

  // Runs side by side name a folder each: a build empties its own first.
  const build = resolve(root, process.env.BUILD_DIR ?? 'build');
  const webDirectory = join(build, 'web');
  const statusDirectory = join(build, 'status');
  const building = [buildFunctions(join(build, 'functions')), buildStatusAssets(statusDirectory)] as const;
  // While the bundler, which is a process of its own, is at work.
  const { document, refused } = gatherSecurityDocument(collectTitledTests(), config);
  if (validate) {
    sayHowPromisesStand(document, refused);
    for (const reminder of remindOfAttestations(config.evidence, new Date())) console.error(reminder);
  }
  const statusPage = config.status.domain === undefined ? undefined : `https://${config.status.domain}`;
  const repository = config.delivery?.repository;
  const nightlyRuns = repository === undefined ? undefined : `https://github.com/${repository}/actions/workflows/attacks.yml`;
  const [functionBundles] = await Promise.all([...building, buildWeb(webDirectory, document, { statusPage, nightlyRuns })]);
  const missing = (Object.keys(privileges) as FunctionId[]).filter((id) => !existsSync(join(functionBundles[id] ?? '', 'index.mjs')));
  if (missing.length > 0) {
    throw new Error(`no bundle for ${missing.join(', ')}: each function needs lambda/handlers/<function>.handler.ts`);
  }
  const { app } = createApp({ config, functionBundles, webDirectory, statusDirectory, validate });
  if (validate) {
    const { addRulePacks } = await import('../lib/rule-packs.ts');
    addRulePacks(app);
  }
  app.synth();
}

/** Whoever deploys should know what the world will read. */
function sayHowPromisesStand({ counts }: SecurityDocument, refused: string | undefined): void {
  if (refused !== undefined) console.error(refused);
  console.error(
    `The security page: ${counts.kept} promises kept, ${counts.open} open, ${counts.failing} failing; node scripts/security-page.ts says why.`,
  );
}

main().catch((error: unknown) => {
  // Whoever configures needs the sentence, not the way through our code.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
