import { type Call, event, mailBase, type SessionServices } from '../context.ts';
import type { AccountRecord, EventType, MailQueue } from '../ports.ts';

export interface NoticeServices extends Pick<SessionServices, 'clock' | 'random' | 'events'> {
  readonly mail: MailQueue;
}

type Notice =
  | 'second_factor_enabled'
  | 'second_factor_disabled'
  | 'authenticator_removed'
  | 'passkey_added'
  | 'passkey_removed'
  | 'recovery_codes_renewed';

const events: Record<Notice, EventType> = {
  second_factor_enabled: 'second_factor.enabled',
  second_factor_disabled: 'second_factor.disabled',
  authenticator_removed: 'authenticator.removed',
  passkey_added: 'passkey.added',
  passkey_removed: 'passkey.removed',
  recovery_codes_renewed: 'recovery_codes.renewed',
};

/** Into the person's history and mailbox at once. */
export async function tell(services: NoticeServices, call: Call, account: AccountRecord, notice: Notice): Promise<void> {
  await Promise.all([
    services.events.append(event(call, account.accountId, events[notice], services.clock.now())),
    services.mail.send({ ...mailBase(call, services, account.email, account.emailKey), locale: account.locale, kind: notice }),
  ]);
}

export async function tellOfRecoveryCode(services: NoticeServices, call: Call, account: AccountRecord): Promise<void> {
  const codesLeft = account.secondFactor?.recoveryCodes.length ?? 0;
  await Promise.all([
    services.events.append(event(call, account.accountId, 'recovery_code.used', services.clock.now())),
    services.mail.send({
      ...mailBase(call, services, account.email, account.emailKey),
      locale: account.locale,
      kind: 'recovery_code_used',
      codesLeft,
    }),
  ]);
}

/** @param before as it was read for the write that showed a second factor: that write stops staff who were to take it off */
export async function recordStoppedRecovery(
  services: Pick<NoticeServices, 'clock' | 'events'>,
  call: Call,
  before: AccountRecord,
): Promise<void> {
  if (!before.factorRecovery) return;
  await services.events.append(
    event(call, before.accountId, 'factor_recovery.cancelled', services.clock.now(), { reason: 'second_factor_shown' }),
  );
}
