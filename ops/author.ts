/** Under which name an operator acts. */
import { userInfo } from 'node:os';
import * as z from 'zod/mini';
import { operatorName } from '../contract/operator-questions.ts';
import { OperatorError } from './command.ts';

/** @returns what `--author` says, or the name of the account on this machine @throws OperatorError when it could be taken for another's */
export function readAuthor(given: string | undefined): string {
  const name = (given ?? userInfo().username).trim();
  const result = z.safeParse(operatorName, name);
  if (result.success) return name;
  throw new OperatorError(`--author ${JSON.stringify(name)} ${result.error.issues[0]?.message}: say who does it.`);
}
