import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod/mini';
import { type PasswordAnswer, type PasswordQuestion, passwordAnswer } from '../../contract/schemas.ts';
import { Unavailable } from '../domain/ports.ts';
import { timeouts } from './client-options.ts';
import { HttpHandler } from './http-handler.ts';

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
  async ask<Kind extends PasswordAnswer['kind']>(
    question: PasswordQuestion,
    ...kinds: readonly Kind[]
  ): Promise<Extract<PasswordAnswer, { kind: Kind }>> {
    const answer = await this.#invoke(question);
    const found = kinds.find((kind) => kind === answer.kind);
    if (found === undefined) throw new Unavailable('password');
    return answer as Extract<PasswordAnswer, { kind: Kind }>;
  }

  async #invoke(question: PasswordQuestion): Promise<PasswordAnswer> {
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
