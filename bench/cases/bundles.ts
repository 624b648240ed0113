/** Size of the bundles and what their import costs, against a process that does nothing. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { privileges } from '../../contract/privileges.ts';
import { resourceVariable, type Settings, settingsVariable } from '../../contract/settings.ts';
import { tables } from '../../contract/tables.ts';
import { buildFunctions } from '../../lib/bundling/functions.ts';
import { median, time } from '../measure.ts';
import type { Row } from '../result.ts';

const KB = 1024;
const budgets: Readonly<Record<string, { kilobytes: number; importRatio: number }>> = {
  password: { kilobytes: 450, importRatio: 2.5 },
  session: { kilobytes: 220, importRatio: 1.7 },
};

export async function measureBundles({ quick }: { quick: boolean }): Promise<Row[]> {
  const directory = await mkdtemp(path.join(tmpdir(), 'portiere-bench-'));
  try {
    const folders = await buildFunctions(directory);
    const sizes = await Promise.all(Object.entries(folders).map(async ([id, folder]) => sizeRow(id, await folderSize(folder))));
    return [...sizes, ...(await importRows(folders, quick ? 9 : 31))];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function sizeRow(id: string, bytes: number): Row {
  const budget = budgets[id];
  return { name: `${id}: size`, value: bytes / KB, unit: 'KB', ...(budget && { target: { atMost: budget.kilobytes } }) };
}

async function folderSize(folder: string): Promise<number> {
  const files = await Promise.all((await readdir(folder)).map((name) => stat(path.join(folder, name))));
  return files.reduce((sum, { size }) => sum + size, 0);
}

/** Fresh processes in turn, so that whatever else the machine does falls on all of them alike. */
async function importRows(folders: Readonly<Record<string, string>>, rounds: number): Promise<Row[]> {
  const commands = new Map([['nothing', ['-e', '0']]]);
  for (const [id, folder] of Object.entries(folders)) {
    const url = pathToFileURL(path.join(folder, 'index.mjs')).href;
    commands.set(id, ['--input-type=module', '-e', `await import(${JSON.stringify(url)})`]);
  }
  const samples = new Map<string, number[]>([...commands.keys()].map((id) => [id, []]));
  const run = promisify(execFile);
  const options = { env: functionEnvironment() };
  for (const parameters of commands.values()) await run(process.execPath, parameters, options);
  for (let round = 0; round < rounds; round++) {
    for (const [id, parameters] of commands) samples.get(id)?.push(await time(() => run(process.execPath, parameters, options)));
  }

  const nothing = median(samples.get('nothing') ?? []);
  return Object.keys(folders).map((id) => {
    const own = median(samples.get(id) ?? []);
    const budget = budgets[id];
    return {
      name: `${id}: import`,
      value: own / nothing,
      unit: 'x',
      ...(budget && { target: { atMost: budget.importRatio } }),
      note: `${own.toFixed(0)} ms against ${nothing.toFixed(0)} ms for node -e 0, medians of ${rounds}`,
    };
  });
}

/** What a function finds in its environment when it starts; it calls nothing before its first request. */
function functionEnvironment(): NodeJS.ProcessEnv {
  const settings: Settings = {
    productName: 'Portiere',
    allowedOrigins: [],
    passwordProfile: 'page',
    bcryptCost: 12,
    staff: [],
    secondFactor: { requiredFor: 'nobody', since: '2026-01-01T00:00:00Z', graceDays: 14, rememberDevices: true, staffPasskeys: false },
    sender: 'no-reply@portiere.example',
  };
  const rows = Object.values(privileges);
  const resources = [
    ...Object.keys(tables).map((id) => resourceVariable('table', id)),
    ...rows.flatMap((row) => ('keys' in row ? row.keys.map(({ key }) => resourceVariable('key', key)) : [])),
    ...rows.flatMap((row) => ('secrets' in row ? row.secrets.map((id) => resourceVariable('secret', id)) : [])),
    resourceVariable('queue', 'mail'),
  ];
  return {
    AWS_REGION: 'eu-south-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    [settingsVariable]: JSON.stringify(settings),
    ...Object.fromEntries(resources.map((name) => [name, 'https://127.0.0.1/bench'])),
  };
}
