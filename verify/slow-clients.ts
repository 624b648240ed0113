/**
 * slowhttptest holds on to two hundred connections: heads that never end (`-H`), bodies that never end (`-B`), answers that are never
 * read (`-X`). Somebody else's requests must be answered all the while. What is attacked is the local edge, which keeps limits of
 * its own (`local/edge/slow-clients.ts`); CloudFront has its own, which nobody may test so.
 */
import { Agent, request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalSystem } from './local-system.ts';
import { runProgram, VerificationError } from './program.ts';

const connections = 200;
const seconds = 11;
/** slowhttptest's own idea of available. */
const probeSeconds = 2;
const slowestMilliseconds = 5000;

const modes = {
  heads: ['-H', '-i', '5'],
  bodies: ['-B', '-i', '5', '-t', 'POST', '-f', 'application/json'],
  readers: ['-X', '-w', '10', '-y', '20', '-n', '5', '-z', '32'],
} as const;
export type SlowMode = keyof typeof modes;

export interface Bystander {
  readonly statuses: readonly number[];
  readonly slowestMilliseconds: number;
}

export async function attackSlowly(system: LocalSystem, mode: SlowMode, log: string): Promise<string> {
  const target = mode === 'bodies' ? `${system.base}/v1/sign-in` : `${system.base}/`;
  const attack = runProgram(
    'slowhttptest',
    [...modes[mode], '-c', String(connections), '-r', '100', '-l', String(seconds), '-p', String(probeSeconds), '-u', target],
    { log, timeoutSeconds: seconds + 30 },
  );
  const bystander = standBy(system, attack);
  const { stdout } = await attack;
  return judgeSlowClients(stdout, await bystander);
}

/** Another viewer, who asks for a page and for the health of the API by turns for as long as the attack goes on. */
async function standBy(system: LocalSystem, attack: Promise<unknown>): Promise<Bystander> {
  const agent = new Agent({ keepAlive: false, localAddress: '127.0.0.77', rejectUnauthorized: false });
  const statuses: number[] = [];
  let slowest = 0;
  let isOver = false;
  const end = attack.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    const start = performance.now();
    statuses.push(await readStatus(agent, system.port, statuses.length % 2 === 0 ? '/' : '/v1/health'));
    slowest = Math.max(slowest, performance.now() - start);
    await Promise.race([sleep(200), end]);
  }
  return { statuses, slowestMilliseconds: slowest };
}

async function readStatus(agent: Agent, port: number, path: string): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const outgoing = request(
    { agent, host: '127.0.0.1', servername: 'localhost', port, path, headers: { host: `localhost:${port}` } },
    (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    },
  );
  outgoing.setTimeout(slowestMilliseconds, () => outgoing.destroy());
  outgoing.on('error', () => resolve(0));
  outgoing.end();
  return await promise;
}

/**
 * @param stdout slowhttptest's, a status a few seconds
 * @throws VerificationError when there was no attack, when the service was not available at any time, or the bystander was not served
 */
export function judgeSlowClients(stdout: string, { statuses, slowestMilliseconds: slowest }: Bystander): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it writes in colours.
  const text = stdout.replace(/\x1b\[[0-9;]*[A-Za-z]/g, '');
  const available = [...text.matchAll(/service available:\s*(YES|NO)/g)].map(([, answer]) => answer);
  const connected = Math.max(0, ...[...text.matchAll(/^connected:\s*(\d+)/gm)].map(([, count]) => Number(count)));
  if (!/Exit status:/.test(text) || available.length < 2)
    throw new VerificationError(`slowhttptest did not run to its end: ${text.trim().slice(-300)}`);
  if (connected < connections / 2)
    throw new VerificationError(`slowhttptest held ${connected} of ${connections} connections at most: that was no attack`);
  if (available.includes('NO')) throw new VerificationError('slowhttptest found the service unavailable');
  const refused = statuses.filter((status) => status !== 200);
  if (statuses.length < seconds || refused.length > 0) {
    throw new VerificationError(
      `of ${statuses.length} requests of somebody else meanwhile ${refused.length} failed (${[...new Set(refused)].join(', ')})`,
    );
  }
  return `${connected} connections held, service available; ${statuses.length} requests of somebody else meanwhile, all answered, the slowest in ${Math.round(slowest)} ms`;
}
