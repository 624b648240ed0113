/** What every act of staff is made of: whom it may concern, and what is written down about it. */
import { type Call, type CurrentSession, event, mailBase, type SessionServices } from '../context.ts';
import type { AccountDirectory, AccountRecord, AttemptStore, EventType, KeyedHash, MailQueue } from '../ports.ts';
import type { StaffStore } from './ports.ts';

export interface StaffServices extends SessionServices {
  readonly staff: StaffStore;
  readonly attempts: Pick<AttemptStore, 'read' | 'replace'>;
  readonly directory: AccountDirectory;
  /** Keys addresses. */
  readonly identity: KeyedHash;
  readonly mail: MailQueue;
}

/** `detail` is for members of staff alone, and says what is missing. */
export type StaffRefusal =
  | { readonly kind: 'not_found' }
  | { readonly kind: 'forbidden'; readonly detail: string }
  | { readonly kind: 'conflict'; readonly detail: string };

/** Has the rights of the AWS account and no account here: known by name, and acts from nowhere that we see. */
export interface Operator {
  readonly operator: string;
}

export type Actor = CurrentSession | Operator;

export interface Act {
  readonly accountId: string;
  /** Why, in the words of whoever acts. */
  readonly reason: string;
}

const nobody = { address: '', userAgent: '' };

/** The account that an act is to concern. Nobody acts on an own one: the second pair of eyes would be missing. */
export async function findTarget(
  services: Pick<SessionServices, 'accounts'>,
  actor: Actor,
  accountId: string,
): Promise<{ readonly kind: 'found'; readonly account: AccountRecord } | StaffRefusal> {
  if (!isOperator(actor) && accountId === actor.accountId)
    return { kind: 'forbidden', detail: 'Another member of staff must do this to your account' };
  const account = await readAccountOf(services, accountId);
  return account ? { kind: 'found', account } : { kind: 'not_found' };
}

export async function readAccountOf(services: Pick<SessionServices, 'accounts'>, accountId: string): Promise<AccountRecord | undefined> {
  return /^[\w-]{22}$/.test(accountId) ? services.accounts.read(accountId) : undefined;
}

/**
 * Under the own subject of a member of staff, with address and client; under `operator` for all of those.
 * Written before the act: what could not be written down is not done.
 */
export async function recordActor(
  services: Pick<SessionServices, 'events' | 'clock'>,
  call: Call,
  actor: Actor,
  act: EventType | 'account.viewed',
  { accountId, reason }: Act,
): Promise<void> {
  const what = { act, target: accountId, actor: nameOf(actor), reason };
  const now = services.clock.now();
  await services.events.append(
    isOperator(actor)
      ? event(call, 'operator', 'staff.acted', now, what)
      : event(call, actor.accountId, 'staff.acted', now, { ...what, sessionId: actor.token.sessionId }),
  );
}

/** Into the owner's history: that staff did it and why, not from where. Who it was is never shown to the owner. */
export async function recordForOwner(
  services: Pick<SessionServices, 'events' | 'clock'>,
  call: Call,
  actor: Actor,
  type: EventType,
  { accountId, reason }: Act,
): Promise<void> {
  await services.events.append(event({ ...call, viewer: nobody }, accountId, type, services.clock.now(), { actor: nameOf(actor), reason }));
}

function isOperator(actor: Actor): actor is Operator {
  return 'operator' in actor;
}

function nameOf(actor: Actor): string {
  return isOperator(actor) ? actor.operator : actor.accountId;
}

/** What every mail to an owner about an act of staff says; the address and client of whoever acted are not the owner's to know. */
export function staffMailBase(call: Call, services: StaffServices, account: AccountRecord) {
  return { ...mailBase({ ...call, viewer: nobody }, services, account.email, account.emailKey), locale: account.locale };
}
