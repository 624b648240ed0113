/**
 * The floor of a sign-in: a bare HTTPS server and a bcrypt compare, with nothing around it. Nothing that checks a password can be
 * faster with the same library at the same cost.
 *
 * Environment: FLOOR_WORKERS, FLOOR_COST, TLS_KEY, TLS_CERTIFICATE. Prints `ready PORT`.
 */
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import bcrypt from 'bcryptjs';
import type { Comparison, Verdict } from './worker.ts';

const { FLOOR_WORKERS, FLOOR_COST, TLS_KEY, TLS_CERTIFICATE } = process.env;
const hash = await bcrypt.hash('a password', Number(FLOOR_COST));
const idle = Array.from({ length: Number(FLOOR_WORKERS) }, () => new Worker(new URL('worker.ts', import.meta.url)));
const waiting: (() => void)[] = [];

/** One compare at a time in each worker: overlapping ones only slow each other down. */
async function compare(password: string): Promise<boolean> {
  while (idle.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
  const worker = idle.pop() as Worker;
  const verdict = await new Promise<Verdict>((resolve) => {
    worker.once('message', resolve);
    worker.postMessage({ password, hash } satisfies Comparison);
  });
  idle.push(worker);
  waiting.shift()?.();
  return verdict;
}

const server = createServer({ key: TLS_KEY, cert: TLS_CERTIFICATE }, async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { password } = JSON.parse(Buffer.concat(chunks).toString()) as { password: string };
  const isRight = await compare(password);
  response
    .writeHead(isRight ? 200 : 401, { 'content-type': 'application/json' })
    .end(JSON.stringify({ status: isRight ? 'signed_in' : 'wrong' }));
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`ready ${(server.address() as AddressInfo).port}\n`));
process.once('SIGTERM', () => process.exit(0));
