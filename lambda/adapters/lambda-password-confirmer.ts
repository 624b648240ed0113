import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod/mini';
import { passwordAnswer, type passwordQuestion } from '../../contract/schemas.ts';
import { type PasswordConfirmation, type PasswordConfirmer, Unavailable } from '../domain/ports.ts';
import { clientOptions } from './client-options.ts';

/** Asks the function `password`, which this one's role may invoke and whose tables and keys it may not touch. */
export class LambdaPasswordConfirmer implements PasswordConfirmer {
  readonly #functionArn: string;
  readonly #client: LambdaClient;

  constructor(functionArn: string, client?: LambdaClient) {
    this.#functionArn = functionArn;
    // bcrypt takes its time, and a second attempt would be a second guess: no retries, a longer wait.
    this.#client =
      client ??
      new LambdaClient({ ...clientOptions, maxAttempts: 1, requestHandler: { ...clientOptions.requestHandler, requestTimeout: 10_000 } });
  }

  async confirm(question: Parameters<PasswordConfirmer['confirm']>[0]): Promise<PasswordConfirmation> {
    const answer = await this.#ask({ ask: 'confirm_password', ...question });
    if (answer.kind === 'unavailable' || answer.kind === 'noted') throw new Unavailable('password');
    return answer;
  }

  async expectSecondFactor(emailKey: string, expected: boolean): Promise<void> {
    await this.#ask({ ask: 'expect_second_factor', emailKey, expected });
  }

  async #ask(question: z.infer<typeof passwordQuestion>): Promise<z.infer<typeof passwordAnswer>> {
    try {
      const { FunctionError, Payload } = await this.#client.send(
        new InvokeCommand({ FunctionName: this.#functionArn, Payload: Buffer.from(JSON.stringify(question)) }),
      );
      if (FunctionError !== undefined || Payload === undefined) throw new Error(`the function answered ${FunctionError ?? 'nothing'}`);
      return z.parse(passwordAnswer, JSON.parse(Buffer.from(Payload).toString('utf8')));
    } catch (cause) {
      throw new Unavailable('password', { cause });
    }
  }
}
