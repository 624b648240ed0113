/** `npm start`: synthesizes the stacks and runs them on this machine. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readAssembly } from './assembly/read-assembly.ts';
import { readEnvironment, requirePort } from './environment.ts';
import { synthesize } from './synthesize.ts';
import { startSystem } from './system.ts';

/** Accounts and regions that the templates leave open. The account is nobody's. */
const account = '000000000000';
const region = 'eu-south-1';
const stopMilliseconds = 2800;

const abort = new AbortController();
let stop: (() => Promise<void>) | undefined;
let isStopping = false;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function shutDown(code: number): Promise<never> {
  // Whatever hangs: what was acknowledged is on disk already.
  setTimeout(() => process.exit(code), stopMilliseconds).unref();
  abort.abort();
  await stop?.();
  process.exit(code);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // A second Ctrl-C means now.
    if (isStopping) process.exit(1);
    isStopping = true;
    void shutDown(0);
  });
}

async function main(): Promise<void> {
  const asked = readEnvironment(process.env);
  const { dataDirectory } = asked;
  // Before the long work, not after it.
  const environment = {
    ...asked,
    port: await requirePort(asked.port, 'PORT'),
    statusPort: await requirePort(asked.statusPort, 'STATUS_PORT'),
  };
  await requirePort(environment.httpPort, 'HTTP_PORT');
  await requirePort(environment.consolePort, 'CONSOLE_PORT');
  if (dataDirectory !== ':memory:') mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  say(environment.assembly === undefined ? 'synthesizing the stacks' : `taking the assembly in ${environment.assembly}`);
  const synthesis = await synthesize(dataDirectory, abort.signal, environment.assembly);
  stop = async () => synthesis.dispose();
  const assembly = readAssembly(synthesis.directory, {
    account,
    region,
    distributionDomains: [environment.port, environment.statusPort].map((port) => `localhost:${port}`),
  });
  say('starting services, functions, gateway, edge, alarms, console');
  const system = await startSystem({ assembly, environment, log: (line) => process.stderr.write(`${line}\n`) });
  stop = async () => {
    await system.stop();
    synthesis.dispose();
  };
  // The authority's certificate must be somewhere for clients to find, even when nothing else is kept.
  const authorityFile = join(synthesis.folder, 'ca.pem');
  if (!existsSync(authorityFile)) writeFileSync(authorityFile, `${system.authority}\n`);
  for (const remark of system.remarks) say(remark);
  const shown = relative(process.cwd(), authorityFile);
  say(
    `ready: edge ${system.edgeUrl} plain ${system.plainUrl} status ${system.statusUrl} console ${system.consoleUrl} CA ${shown.startsWith('..') ? authorityFile : shown}`,
  );
}

main().catch((error: unknown) => {
  if (isStopping) return;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  void shutDown(1);
});
