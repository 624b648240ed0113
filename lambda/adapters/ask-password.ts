import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod/mini';
import { passwordAnswer, type passwordQuestion } from '../../contract/schemas.ts';
import { Unavailable } from '../domain/ports.ts';
import { timeouts } from './client-options.ts';
import { HttpHandler } from './http-handler.ts';

export type Question = z.infer<typeof passwordQuestion>;
export type Answer = z.infer<typeof passwordAnswer>;

let shared: LambdaClient | undefined;

/** Asks the function `password`, which this one's role may invoke and whose tables and keys it may not touch. */
export class PasswordFunction {
  readonly #arn: string;
  readonly #client: LambdaClient | undefined;

  constructor(arn: string, client?: LambdaClient) {
    this.#arn = arn;
    this.#client = client;
  }

  /** @returns an answer of one of these kinds @throws Unavailable when there is none, or another */
  async ask<Kind extends Answer['kind']>(question: Question, ...kinds: readonly Kind[]): Promise<Extract<Answer, { kind: Kind }>> {
    const answer = await this.#invoke(question);
    const found = kinds.find((kind) => kind === answer.kind);
    if (found === undefined) throw new Unavailable('password');
    return answer as Extract<Answer, { kind: Kind }>;
  }

  async #invoke(question: Question): Promise<Answer> {
    // bcrypt takes its time, and a second attempt would be a second guess: no retries, a longer wait.
    shared ??= new LambdaClient({ maxAttempts: 1, requestHandler: new HttpHandler({ ...timeouts, requestTimeout: 10_000 }) });
    try {
      const { FunctionError, Payload } = await (this.#client ?? shared).send(
        new InvokeCommand({ FunctionName: this.#arn, Payload: Buffer.from(JSON.stringify(question)) }),
      );
      if (FunctionError !== undefined || Payload === undefined) throw new Error(`the function answered ${FunctionError ?? 'nothing'}`);
      return z.parse(passwordAnswer, JSON.parse(Buffer.from(Payload).toString('utf8')));
    } catch (cause) {
      throw new Unavailable('password', { cause });
    }
  }
}
