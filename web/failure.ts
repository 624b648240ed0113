/** What went wrong, in the person's words. Pure: errors and a dictionary in, text out. */
import { ConnectionError, type FieldError, ProblemError } from '../client/index.ts';
import type { ProblemCode } from '../contract/problems.ts';
import { PasskeyError } from './passkey.ts';
import type { Dictionary } from './text/dictionary.ts';

export interface Failure {
  readonly code: ProblemCode | 'connection' | 'passkey' | 'fault';
  readonly message: string;
  /** Seconds during which trying again is pointless. */
  readonly waitSeconds: number | undefined;
  readonly fields: readonly FieldError[];
}

const locks = new Set<ProblemCode>(['account_locked', 'rate_limited']);

/** @param isOnline what the browser believes; it is only trusted when it says no. */
export function describeFailure(error: unknown, text: Dictionary, isOnline = true): Failure {
  if (error instanceof ProblemError) {
    return {
      code: error.code,
      message: text.problems[error.code] ?? text.problems[error.status < 500 ? 'invalid_request' : 'internal'],
      waitSeconds: locks.has(error.code) ? error.retryAfter : undefined,
      fields: error.errors,
    };
  }
  if (error instanceof ConnectionError) {
    return { code: 'connection', message: isOnline ? text.connection : text.offline, waitSeconds: undefined, fields: [] };
  }
  if (error instanceof PasskeyError) return { code: 'passkey', message: text.passkey[error.trouble], waitSeconds: undefined, fields: [] };
  return { code: 'fault', message: text.problems.internal, waitSeconds: undefined, fields: [] };
}
