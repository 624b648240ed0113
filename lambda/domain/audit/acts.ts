/** Which events are what people of ours did: the list that staff are shown. */
import type { SecurityEvent } from '../ports.ts';

const ownSubjects: readonly string[] = ['incident', 'ip-block', 'ip-feed', 'report'];
const accountId = /^[\w-]{22}$/;
/** The name under which the system acts by itself. */
const ourselves = 'portiere';

/**
 * What a member of staff does stands once under that member (`staff.acted`), and often again with whatever it was done to: only the
 * first counts. What an operator does to an account stands under `operator` in the same way; all else that an operator does stands with
 * what it was done to alone.
 */
export function isAct({ type, subject, actor }: Pick<SecurityEvent, 'type' | 'subject' | 'actor'>): boolean {
  if (type === 'staff.acted') return true;
  return ownSubjects.includes(subject) && actor !== undefined && actor !== ourselves && !accountId.test(actor);
}
