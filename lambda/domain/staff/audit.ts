/** Staff look at what staff and operators did. */
import { securityPolicy } from '../../../contract/security-policy.ts';
import { type ActFilter, type ActList, type ActReader, listActs } from '../audit/list-acts.ts';
import { type Call, type CurrentSession, event, type SessionServices } from '../context.ts';

export interface AuditServices extends Pick<SessionServices, 'clock' | 'events'> {
  readonly acts: ActReader;
}

export interface AuditQuestion {
  readonly actor?: string | undefined;
  readonly act?: string | undefined;
  readonly target?: string | undefined;
  readonly before?: string | undefined;
}

/** Looking is an act, too. The first page is written down, with what was asked for; the pages behind it are the same look. */
export async function readAudit(
  { acts, events, clock }: AuditServices,
  call: Call,
  staff: CurrentSession,
  { before, ...asked }: AuditQuestion,
): Promise<ActList> {
  const filter = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)) as ActFilter;
  const now = clock.now();
  if (before === undefined) {
    const { accountId, token } = staff;
    const reason = Object.entries(filter)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ');
    await events.append(
      event(call, accountId, 'staff.acted', now, { act: 'audit.viewed', actor: accountId, sessionId: token.sessionId, reason }),
    );
  }
  return await listActs(acts, filter, now, securityPolicy.auditTrail.listedEvents, before);
}
