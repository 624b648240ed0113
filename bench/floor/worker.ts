import { parentPort } from 'node:worker_threads';
import bcrypt from 'bcryptjs';

export interface Comparison {
  readonly password: string;
  readonly hash: string;
}
export type Verdict = boolean;

parentPort?.on('message', async ({ password, hash }: Comparison) => {
  parentPort?.postMessage((await bcrypt.compare(password, hash)) satisfies Verdict);
});
