/** The front door with its staff: two members, a third one, and people whom they help. */
import type { CurrentSession } from '../../lambda/domain/context.ts';
import type { AccountDirectory, AccountRecord, SecondFactor } from '../../lambda/domain/ports.ts';
import { mintSession, openAs } from '../../lambda/domain/sessions.ts';
import type { StaffServices } from '../../lambda/domain/staff/acts.ts';
import { createFrontDoor } from './front-door.ts';
import { MemoryStaffStore } from './memory-staff-store.ts';
import { PASSWORD } from './people.ts';

export const REASON = 'Phoned on the number on file, passport shown';

export function createStaffDoor(overrides: Partial<StaffServices> = {}) {
  const staff = new Set(['mario@example.com', 'lucia@example.com', 'piero@example.com']);
  const door = createFrontDoor({ isStaff: (email) => staff.has(email) });
  const directory: AccountDirectory = {
    find: async (emailKey) => door.stores.credentials.items.get(emailKey)?.accountId,
    setStatus: async (accountId, emailKey, status) => {
      const credential = door.stores.credentials.items.get(emailKey);
      if (credential?.accountId === accountId) door.stores.credentials.items.set(emailKey, { ...credential, status });
    },
  };
  const services: StaffServices = {
    ...door.services,
    staff: new MemoryStaffStore(door.stores.accounts),
    directory,
    ...overrides,
  };

  return {
    ...door,
    services,
    passwords: door.services,
    /** Who is staff by configuration. */
    staff,
    account(accountId: string): AccountRecord {
      const account = door.stores.accounts.items.get(accountId);
      if (!account) throw new Error('no such account');
      return account;
    },
    change(accountId: string, change: Partial<AccountRecord>) {
      door.stores.accounts.items.set(accountId, { ...this.account(accountId), ...change });
    },
    factor(): SecondFactor {
      return { totp: { seedId: 'seed', lastStep: 1 }, passkeys: {}, confirmedAt: door.now(), recoveryCodes: ['a', 'b', 'c'] };
    },
    /** @returns the account's id */
    async person(email = 'anna@example.com', withFactor = true): Promise<string> {
      await door.createAccount(email, PASSWORD);
      const account = [...door.stores.accounts.items.values()].at(-1);
      if (!account) throw new Error('no account');
      if (withFactor) this.change(account.accountId, { secondFactor: this.factor() });
      door.mailbox.length = 0;
      return account.accountId;
    },
    /** A member of staff, signed in. */
    async member(email: string): Promise<CurrentSession> {
      const accountId = await this.person(email);
      const { emailKey } = this.account(accountId);
      const viewer = { address: '198.51.100.9', userAgent: 'Staff browser' };
      const { token, stored } = mintSession(door.services.random, accountId, viewer, door.now());
      return { token, stored: openAs(stored, true), accountId, email, emailKey, isStaff: true, delivery: 'cookie' };
    },
    events(subject: string) {
      return door.stores.events.items.filter((event) => event.subject === subject);
    },
  };
}

export type StaffDoor = ReturnType<typeof createStaffDoor>;
