/** Staff's writes over memory: held to the same contract as DynamoDB (`test/adapters/staff-contract.ts`). */
import type { AttemptState } from '../../lambda/domain/lockout.ts';
import type { AccountRecord, FactorRecovery } from '../../lambda/domain/ports.ts';
import type { RecoveryBasis, StaffStore } from '../../lambda/domain/staff/ports.ts';
import type { MemoryAccountStore } from './memory-stores.ts';

export class MemoryStaffStore implements StaffStore {
  readonly #accounts: MemoryAccountStore;

  constructor(accounts: MemoryAccountStore) {
    this.#accounts = accounts;
  }

  async setStatus(accountId: string, status: AccountRecord['status']): Promise<AccountRecord | undefined> {
    return this.#change(accountId, ({ factorRecovery, pendingEmail, ...item }) =>
      status === 'disabled'
        ? { ...item, status, sessions: {}, challenges: {}, rememberedDevices: {} }
        : { ...item, status, ...(factorRecovery ? { factorRecovery } : {}), ...(pendingEmail ? { pendingEmail } : {}) },
    );
  }

  async endSessions(accountId: string): Promise<AccountRecord | undefined> {
    return this.#change(accountId, (item) => ({ ...item, sessions: {}, challenges: {}, rememberedDevices: {} }));
  }

  async replaceCodeAttempts(accountId: string, fromVersion: number, codeAttempts: AttemptState): Promise<boolean> {
    const written = this.#change(accountId, (item) =>
      item.factorVersion === fromVersion ? { ...item, codeAttempts, factorVersion: fromVersion + 1 } : undefined,
    );
    return written !== undefined;
  }

  async replaceRecovery(accountId: string, from: RecoveryBasis, to: FactorRecovery | null): Promise<AccountRecord | undefined> {
    return this.#change(accountId, (item) => {
      if (!isBasis(item, from) || (to && !isConcerned(item))) return undefined;
      const { factorRecovery: _, ...rest } = item;
      return { ...rest, factorVersion: from.factorVersion + 1, ...(to ? { factorRecovery: to } : {}) };
    });
  }

  async completeRecovery(accountId: string, from: RecoveryBasis): Promise<AccountRecord | undefined> {
    return this.#change(accountId, (item) => {
      if (!isBasis(item, from) || !isConcerned(item)) return undefined;
      const { secondFactor: _, pendingTotp: __, factorRecovery: ___, ...rest } = item;
      return { ...rest, factorVersion: from.factorVersion + 1, sessions: {}, challenges: {}, rememberedDevices: {} };
    });
  }

  #change(accountId: string, change: (item: AccountRecord) => AccountRecord | undefined): AccountRecord | undefined {
    const item = this.#accounts.items.get(accountId);
    const next = item && change(item);
    if (!next) return undefined;
    this.#accounts.items.set(accountId, structuredClone(next));
    return structuredClone(next);
  }
}

function isBasis({ factorVersion, factorRecovery }: AccountRecord, { factorVersion: version, recovery }: RecoveryBasis): boolean {
  return (
    factorVersion === version &&
    factorRecovery?.requestedBy === recovery?.requestedBy &&
    factorRecovery?.requestedAt === recovery?.requestedAt &&
    factorRecovery?.approvedBy === recovery?.approvedBy
  );
}

function isConcerned({ status, secondFactor }: AccountRecord): boolean {
  return status === 'active' && secondFactor !== undefined;
}
