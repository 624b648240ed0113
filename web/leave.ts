/** Back to the door: there is no session, or there is none any more. */
import { ProblemError } from '../client/index.ts';
import { memory, type Notice } from './memory.ts';

/** Then whatever else was under way is refused, too, and that is no news. */
let isLeaving = false;

function go(notice: Notice): void {
  isLeaving = true;
  memory.forgetEmail();
  memory.leaveNotice(notice);
  // Back from the door this page would be shown as it was left, with what it knew.
  addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
  location.replace('/');
}

export function leave(notice: Notice): void {
  if (!isLeaving) go(notice);
}

/** Throws what `signOut` throws; then nobody has left. */
export async function leaveBy(signOut: () => Promise<unknown>): Promise<void> {
  isLeaving = true;
  try {
    await signOut();
  } catch (error) {
    isLeaving = false;
    throw error;
  }
  go('signed_out');
}

export function isSignedOut(error: unknown): boolean {
  return error instanceof ProblemError && error.code === 'unauthenticated';
}
