/** Erasures over memory. Everything goes in and comes out as copies, as with a store elsewhere. */
import type { AccountRecord } from '../../lambda/domain/ports.ts';
import type { ErasableAccounts, Erasure, ErasureStore, PersonalHistory } from '../../lambda/domain/privacy/ports.ts';
import type { MemoryAccountStore, MemoryEventLog } from './memory-stores.ts';

export class MemoryErasureStore implements ErasureStore {
  readonly items = new Map<string, Erasure>();

  async create(erasure: Erasure) {
    if (this.items.has(erasure.accountId)) return false;
    this.items.set(erasure.accountId, structuredClone(erasure));
    return true;
  }

  async read(accountId: string) {
    return structuredClone(this.items.get(accountId));
  }

  async replace(erasure: Erasure) {
    if (this.items.get(erasure.accountId)?.erasureId === erasure.erasureId) this.items.set(erasure.accountId, structuredClone(erasure));
  }

  async remove(accountId: string, erasureId: string) {
    if (this.items.get(accountId)?.erasureId === erasureId) this.items.delete(accountId);
  }

  async list(limit: number) {
    return structuredClone([...this.items.values()].sort((one, other) => one.dueAt - other.dueAt).slice(0, limit));
  }
}

export class MemoryErasableAccounts implements ErasableAccounts {
  readonly #accounts: MemoryAccountStore;

  constructor(accounts: MemoryAccountStore) {
    this.#accounts = accounts;
  }

  async schedule(accountId: string, erasure: NonNullable<AccountRecord['erasure']>) {
    const item = this.#accounts.items.get(accountId);
    if (item?.status !== 'active' || item.erasure) return undefined;
    const { factorRecovery: _, ...rest } = item;
    return this.#put({ ...rest, erasure, status: 'disabled', sessions: {}, challenges: {}, rememberedDevices: {} });
  }

  async keep(accountId: string, erasureId: string) {
    const item = this.#accounts.items.get(accountId);
    if (item?.erasure?.erasureId !== erasureId || item.erasure.begunAt !== undefined) return undefined;
    const { erasure: _, ...rest } = item;
    return this.#put({ ...rest, status: 'active' });
  }

  async begin(accountId: string, erasureId: string, now: number) {
    const item = this.#accounts.items.get(accountId);
    if (item?.erasure?.erasureId !== erasureId) return undefined;
    return this.#put({ ...item, erasure: { ...item.erasure, begunAt: now } });
  }

  async remove(accountId: string, erasureId: string) {
    if (this.#accounts.items.get(accountId)?.erasure?.erasureId === erasureId) this.#accounts.items.delete(accountId);
  }

  #put(account: AccountRecord): AccountRecord {
    this.#accounts.items.set(account.accountId, structuredClone(account));
    return structuredClone(account);
  }
}

export class MemoryPersonalHistory implements PersonalHistory {
  readonly #log: MemoryEventLog;

  constructor(log: MemoryEventLog) {
    this.#log = log;
  }

  async read(subject: string, limit: number) {
    return await this.#log.list(subject, limit);
  }

  async erase(subject: string, before: number) {
    const others = this.#log.items.filter((event) => event.subject !== subject || event.at >= before);
    this.#log.items.splice(0, this.#log.items.length, ...others);
    return !others.some((event) => event.subject === subject);
  }
}
