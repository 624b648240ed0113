/** Back to the door: there is no session, or there is none any more. */
import { ProblemError } from '../client/index.ts';
import { memory } from './memory.ts';

export function leave(notice: 'signed_out' | 'session_ended'): void {
  memory.forgetEmail();
  memory.leaveNotice(notice);
  location.replace('/');
}

export function isSignedOut(error: unknown): boolean {
  return error instanceof ProblemError && error.code === 'unauthenticated';
}
