/** Everything that is kept of a person, for that person: readable, and without what would open the account. */

import { personalData } from '../../../contract/personal-data.ts';
import type { AccountExport } from '../../../contract/schemas.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';
import { addressSubject } from '../context.ts';
import type { AccountRecord, StoredEvent } from '../ports.ts';
import { instant } from '../sessions.ts';
import { subscriptionIdOf } from '../subscriptions/links.ts';
import type { PrivacyServices } from './ports.ts';

/** Every address that the account has, waits for, or has left: what is kept under one of them is this person's. */
export function emailKeysOf({ emailKey, pendingEmail, previousEmails = [], leftCredentials = [] }: AccountRecord): string[] {
  const others = [...previousEmails, ...leftCredentials].map((each) => each.emailKey);
  return [...new Set([emailKey, ...others, ...(pendingEmail ? [pendingEmail.emailKey] : [])])];
}

export async function exportAccount(
  services: Pick<PrivacyServices, 'accounts' | 'history' | 'subscriptions' | 'clock'>,
  accountId: string,
): Promise<AccountExport | undefined> {
  const account = await services.accounts.read(accountId);
  if (account === undefined) return undefined;
  const { exportedEvents } = securityPolicy.privacy;
  const [own, underAddress, subscription] = await Promise.all([
    services.history.read(accountId, exportedEvents + 1),
    services.history.read(addressSubject(account.emailKey), exportedEvents + 1),
    services.subscriptions.read(subscriptionIdOf(account.emailKey)),
  ]);
  const events = [...own, ...underAddress].sort((one, other) => (one.eventId < other.eventId ? 1 : -1));
  return {
    exportedAt: instant(services.clock.now()),
    account: describeProfile(account),
    sessions: Object.entries(account.sessions).map(([id, { createdAt, lastSeenAt, address, userAgent }]) => ({
      id,
      createdAt: instant(createdAt),
      lastSeenAt: instant(lastSeenAt),
      address,
      userAgent,
    })),
    secondFactor: describeFactor(account),
    rememberedDevices: Object.values(account.rememberedDevices).map(({ rememberedAt, expiresAt, address, userAgent }) => ({
      rememberedAt: instant(rememberedAt),
      expiresAt: instant(expiresAt),
      address,
      userAgent,
    })),
    knownNetworks: Object.values(account.networks).map((notedAt) => ({ notedAt: instant(notedAt) })),
    history: events.slice(0, exportedEvents).map(describeEvent),
    historyIsComplete: events.length <= exportedEvents,
    statusSubscriptions:
      subscription === undefined
        ? []
        : [
            {
              email: subscription.email,
              locale: subscription.locale,
              components: [...subscription.components],
              confirmedAt: instant(subscription.confirmedAt),
            },
          ],
    leftOut: Object.values(personalData).flatMap((row) =>
      row === 'nobody' || row.exported === true ? [] : [{ what: row.holds, why: row.exported }],
    ),
  };
}

function describeProfile(account: AccountRecord): AccountExport['account'] {
  const { accountId, email, locale, status, createdAt, signIns, pendingEmail, previousEmails = [], erasure } = account;
  return {
    id: accountId,
    email,
    locale,
    status,
    createdAt: instant(createdAt),
    signIns,
    pendingEmail: pendingEmail ? { email: pendingEmail.email, expiresAt: instant(pendingEmail.expiresAt) } : null,
    previousEmails: previousEmails.map((previous) => ({ email: previous.email, until: instant(previous.until) })),
    erasureDueAt: erasure ? instant(erasure.dueAt) : null,
  };
}

function describeFactor({ secondFactor, factorRecovery }: AccountRecord): AccountExport['secondFactor'] {
  return {
    authenticator: secondFactor?.totp !== undefined,
    recoveryCodesLeft: secondFactor?.recoveryCodes.length ?? 0,
    passkeys: Object.values(secondFactor?.passkeys ?? {}).map((passkey) => ({
      name: passkey.name,
      createdAt: instant(passkey.createdAt),
      lastUsedAt: passkey.lastUsedAt === undefined ? null : instant(passkey.lastUsedAt),
      transports: [...passkey.transports],
      synced: passkey.synced,
      credentialId: passkey.credentialId,
      publicKey: passkey.publicKey,
    })),
    recovery: factorRecovery
      ? {
          requestedAt: instant(factorRecovery.requestedAt),
          reason: factorRecovery.reason,
          effectiveAt: factorRecovery.effectiveAt === undefined ? null : instant(factorRecovery.effectiveAt),
        }
      : null,
  };
}

/** Who of staff it was is that person's data. */
function describeEvent({ at, type, address, userAgent, reason, sessionId, actor }: StoredEvent): AccountExport['history'][number] {
  return { at: instant(at), type, address, userAgent, reason: reason ?? null, sessionId: sessionId ?? null, byStaff: actor !== undefined };
}
