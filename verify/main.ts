/**
 * `npm run verify`: proofs from outside, by tools that we did not write. Says what it needs, and never skips a step:
 * a step that can't run has failed.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { disavow, moveAddress } from './address-journey.ts';
import { guessPasswords } from './attack-tools.ts';
import { bootstrap, deploy, region, synthesize } from './deployment.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { findApiId, readFunctionLogs, readOriginSecret } from './emulator-client.ts';
import { runGameDay } from './game-day/run.ts';
import { installHeaderScanners, runCspEvaluator, runObservatory } from './header-scanners.ts';
import { checkOrigin, checkUpdate, type Deployment, lockOut, type Person, register, signInAndOut } from './journey.ts';
import { type LocalSystem, startLocalSystem } from './local-system.ts';
import { chooseSteps, readOptions } from './options.ts';
import { projectDirectory } from './program.ts';
import { type ScanResult, settleReport } from './scan-report.ts';
import { attackSlowly } from './slow-clients.ts';
import { runSteps, type Step } from './steps.ts';
import { runStoreContract } from './store-contract.ts';
import { lintTemplates, scanTemplates } from './template-judges.ts';
import { runNmap, runSslscan, runTestssl } from './tls-scanners.ts';
import { prepareTools, requirePrograms, type Tools } from './tools.ts';
import { useTwoSteps } from './two-step-journey.ts';
import { lintWorkflows } from './workflow-linter.ts';

const directory = await mkdtemp(path.join(tmpdir(), 'portiere-verify-'));

/** A mistake on the command line is said in a sentence. */
function orSay<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    console.error((error as Error).message);
    rmSync(directory, { recursive: true, force: true });
    return process.exit(2);
  }
}

const options = orSay(() => readOptions(process.argv.slice(2)));
const log = (name: string) => path.join(directory, `${name}.log`);
const configuration = (name: string) => path.join(projectDirectory, 'verify', name);

let tools: Tools;
let assembly: string;
let assemblyWithDomain: string;
let emulator: Emulator;
let deployment: Deployment;
let person: Person;
let system: LocalSystem;
const started: { stop(): Promise<void> }[] = [];

async function stopAll(): Promise<void> {
  for (const process of started.splice(0).reverse()) await process.stop();
}

async function saveLogsAndStop(running: Emulator): Promise<void> {
  try {
    writeFileSync(log('functions'), await readFunctionLogs(running, region));
  } finally {
    await running.stop();
  }
}

/** A scan of the local system, held against the report that is kept of it. */
function scan(name: string, run: () => Promise<ScanResult>, needs: readonly string[]): Step {
  return {
    name,
    needs,
    run: async () => settleReport(await run(), path.join(projectDirectory, 'docs/reports'), options.writesReports),
  };
}

const allSteps: readonly Step[] = [
  { name: 'programs', run: async () => requirePrograms() },
  {
    name: 'tools',
    needs: ['programs'],
    run: async () => {
      tools = await prepareTools(log('tools'));
      return 'ministack, cfn-lint, checkov and zizmor in .venv/';
    },
  },
  {
    name: 'synthesize with the rule packs',
    run: async () => {
      assembly = await synthesize(directory, configuration('portiere.config.ts'), log('synthesize'));
      assemblyWithDomain = await synthesize(directory, configuration('domain.config.ts'), log('synthesize-domain'));
      return 'bundles, pages and stacks, without a domain and with one';
    },
  },
  {
    name: 'cfn-lint',
    needs: ['tools', 'synthesize with the rule packs'],
    run: () => lintTemplates(tools.cfnLint, [assembly, assemblyWithDomain], log('cfn-lint')),
  },
  {
    name: 'checkov',
    needs: ['tools', 'synthesize with the rule packs'],
    run: () => scanTemplates(tools.checkov, [assembly, assemblyWithDomain], log('checkov')),
  },
  { name: 'zizmor', needs: ['tools'], run: () => lintWorkflows(tools.zizmor, log('zizmor')) },
  {
    name: 'emulator',
    needs: ['tools'],
    run: async () => {
      emulator = await startEmulator(tools.ministack, directory);
      started.push({ stop: () => saveLogsAndStop(emulator) });
      return `${emulator.origin}, roles enforced`;
    },
  },
  { name: 'store contract', needs: ['emulator'], run: () => runStoreContract(emulator, log('store-contract')) },
  { name: 'cdk bootstrap', needs: ['emulator'], run: () => bootstrap(emulator, log('bootstrap')) },
  {
    name: 'cdk deploy --all',
    needs: ['cdk bootstrap', 'synthesize with the rule packs'],
    run: async () => {
      const said = await deploy(emulator, assembly, log('deploy'));
      deployment = {
        emulator,
        apiId: await findApiId(emulator, region),
        originSecret: await readOriginSecret(emulator, region),
      };
      return said;
    },
  },
  {
    name: 'health and the origin secret',
    needs: ['cdk deploy --all'],
    run: async () => {
      await checkOrigin(deployment);
      return '200 through the edge, 403 past it';
    },
  },
  {
    name: 'register by the mailed link',
    needs: ['health and the origin secret'],
    run: async () => {
      person = await register(deployment, 'ada@customer.example');
      return 'SQS, mailer and SES; the link counts once';
    },
  },
  {
    name: 'sign in, session, sign out',
    needs: ['register by the mailed link'],
    run: async () => {
      await signInAndOut(deployment, person);
      return 'foreign origin and forged token refused; ended at once';
    },
  },
  {
    name: 'lockout',
    needs: ['sign in, session, sign out'],
    run: async () => {
      await lockOut(deployment, await register(deployment, 'mary@customer.example'));
      return '12 parallel guesses after a first one: 4 verdicts; the owner is told';
    },
  },
  {
    name: 'two-step verification',
    needs: ['sign in, session, sign out'],
    run: async () => {
      await useTwoSteps(deployment, await register(deployment, 'emmy@customer.example'), log('oathtool'));
      return 'codes by oathtool; seeds sealed by KMS, the password asked of the other function; a code counts once';
    },
  },
  {
    name: "an address that moves, and 'this wasn't me'",
    needs: ['sign in, session, sign out'],
    run: async () => {
      await moveAddress(deployment, await register(deployment, 'sofja@customer.example'));
      await disavow(deployment, await register(deployment, 'lise@customer.example'));
      return 'one owner at any moment; taken back by the old address; a thief is out at once';
    },
  },
  {
    name: 'update deploy',
    needs: ['lockout', 'two-step verification', "an address that moves, and 'this wasn't me'"],
    run: async () => {
      const updated = await synthesize(directory, configuration('updated.config.ts'), log('synthesize-update'));
      const said = await deploy(emulator, updated, log('deploy-update'));
      await checkUpdate(deployment, person);
      return `${said}; account and sessions still there, setting in force`;
    },
  },
  {
    name: 'local system',
    run: async () => {
      system = await startLocalSystem(directory);
      started.push(system);
      return system.base;
    },
  },
  {
    name: 'game day',
    needs: ['local system'],
    run: async () => {
      // Of its own: it moves the clock by hours, and the scanners look at what the other one is.
      const own = await startLocalSystem(directory, path.join(path.dirname(system.certificateAuthority), 'assembly'));
      try {
        const reports = path.join(projectDirectory, 'docs/reports');
        return await runGameDay(own, { directory: reports, isWriting: options.writesReports, print: console.log });
      } finally {
        await own.stop();
      }
    },
  },
  scan('sslscan', () => runSslscan(system, directory, log('sslscan')), ['programs', 'local system']),
  scan('nmap', () => runNmap(system, directory, log('nmap')), ['programs', 'local system']),
  scan('testssl', () => runTestssl(system, directory, log('testssl')), ['programs', 'local system']),
  {
    name: 'header scanners',
    run: async () => {
      await installHeaderScanners(log('header-scanners'));
      return 'HTTP Observatory and csp_evaluator, from their own lock file';
    },
  },
  scan('HTTP Observatory', () => runObservatory(system, log('observatory')), ['header scanners', 'local system']),
  scan('csp_evaluator', () => runCspEvaluator(system, log('csp-evaluator')), ['header scanners', 'local system']),
  { name: 'ffuf', needs: ['programs', 'local system'], run: () => guessPasswords(system, directory, log('ffuf')) },
  ...(['heads', 'bodies', 'readers'] as const).map((mode) => ({
    name: `slow ${mode}`,
    needs: ['programs', 'local system'],
    run: () => attackSlowly(system, mode, log(`slow-${mode}`)),
  })),
];
const steps = orSay(() => chooseSteps(allSteps, options.only));

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await stopAll();
    process.exit(130);
  });
}

let isGreen = false;
try {
  isGreen = await runSteps(steps);
} finally {
  await stopAll();
}

if (steps.length < allSteps.length) console.log(`A part only: ${steps.length} of ${allSteps.length} steps. The whole is npm run verify.`);
console.log(`
What a green run of the whole proves: CloudFormation's grammar and cfn-lint's and checkov's rules hold for every template, and zizmor's of medium severity and more for every workflow; the real cdk
deploys and updates the stacks; routes, functions, roles, queue, mail and store work together on an AWS emulator that is not
ours, as real Node processes whose every call is held against their IAM policies; the stores keep their contract on its
DynamoDB engine; with the store, KMS, mail, a function or all of it down, the phone rings in time, incidents open and end, and the status page
tells it, in a browser and as JSON, on the local system, whose clock and alarms are the templates'; tools of others find no weak TLS, no header that is missing or lax and no sixth guess on the local
system, and it serves others while they hold on to its connections.
What it does not prove: WAF and CloudFront themselves (the scanners see the local edge, which runs the templates' headers,
rules and TLS floor; its limits for slow clients are its own), encryption, table protection and expiry, and alarms (the emulator takes them without
acting on them), and cookies with their CSRF tokens (its gateway has no field for them): those are asserted on the templates
and lived through in the local system. Nor the second region (its outputs can't be read across regions, so both are one
there), the bootstrap's own roles, the resource and sender that mails are limited to, key policies, the encryption context that
a role is limited to, the change of the origin secret in CloudFront (the emulator's edge sends nothing to anybody), quotas, latency, and
what AWS itself does.`);
if (isGreen) {
  await rm(directory, { recursive: true, force: true });
} else {
  console.log(`\nLogs: ${directory}`);
  process.exitCode = 1;
}
