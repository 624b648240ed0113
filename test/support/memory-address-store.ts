/** Writes about addresses over memory: held to the same contract as DynamoDB (`test/adapters/address-contract.ts`). */
import type { AccountRecord, AddressChange, AddressStore } from '../../lambda/domain/ports.ts';
import type { MemoryAccountStore } from './memory-stores.ts';

type Draft = { -readonly [K in keyof AccountRecord]?: AccountRecord[K] | undefined };

export class MemoryAddressStore implements AddressStore {
  readonly #accounts: MemoryAccountStore;

  constructor(accounts: MemoryAccountStore) {
    this.#accounts = accounts;
  }

  async changeAddress(accountId: string, fromVersion: number, change: AddressChange): Promise<AccountRecord | undefined> {
    const item = this.#accounts.items.get(accountId);
    if (!item || (item.addressVersion ?? 0) !== fromVersion) return undefined;
    const { take, secureAt, ...attributes } = change;
    if (take && item.status !== take.status) return undefined;
    if (take?.credentialVersion !== undefined && item.credentialVersion !== take.credentialVersion) return undefined;

    const draft: Draft = { ...item, addressVersion: fromVersion + 1 };
    for (const [attribute, value] of Object.entries(attributes)) {
      const isNone = value === null || (Array.isArray(value) && value.length === 0);
      Object.assign(draft, { [attribute]: isNone ? undefined : value });
    }
    if (take) Object.assign(draft, { email: take.email, emailKey: take.emailKey, addressSince: take.at, challenges: {} });
    if (secureAt !== undefined) {
      Object.assign(draft, {
        sessions: {},
        challenges: {},
        rememberedDevices: {},
        devicesForgottenAt: secureAt,
        factorRecovery: undefined,
        credentialVersion: item.credentialVersion + 1,
        factorVersion: item.factorVersion + 1,
      });
    }
    const written = Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== undefined)) as unknown as AccountRecord;
    this.#accounts.items.set(accountId, structuredClone(written));
    return structuredClone(written);
  }
}
