import type { AccountRecord, FactorRecovery } from '../account-record.ts';
import type { AttemptState } from '../lockout.ts';

/** What a decision about a lost second factor was made on: the write happens on this, or not at all. */
export interface RecoveryBasis {
  readonly factorVersion: number;
  readonly recovery: FactorRecovery | undefined;
}

/** What staff write about an account: each one conditional write to its item. Accounts that don't exist are never made. */
export interface StaffStore {
  /**
   * `disabled` ends sessions, challenges, remembered devices, a factor's recovery and a change of the address that waits for its link,
   * in the same write: what was under way is not taken up again when the account is enabled.
   * @returns the account after it, or undefined when there is none
   */
  setStatus(accountId: string, status: AccountRecord['status']): Promise<AccountRecord | undefined>;
  /** Sessions, challenges and remembered devices. @returns the account after it, or undefined when there is none */
  endSessions(accountId: string): Promise<AccountRecord | undefined>;
  /** Compare-and-swap on the factor version. */
  replaceCodeAttempts(accountId: string, fromVersion: number, attempts: AttemptState): Promise<boolean>;
  /**
   * Compare-and-swap on the basis; null takes the recovery away. Anything but null needs an active account with a second factor.
   * @returns the account after it, or undefined when something else came first
   */
  replaceRecovery(accountId: string, from: RecoveryBasis, to: FactorRecovery | null): Promise<AccountRecord | undefined>;
  /**
   * On the basis, for an active account: the second factor goes, and with it what waits to become one, the recovery itself,
   * sessions, challenges and remembered devices.
   * @returns the account after it, or undefined when something else came first
   */
  completeRecovery(accountId: string, from: RecoveryBasis): Promise<AccountRecord | undefined>;
}
