import type { AccountDirectory, AccountRecord } from '../domain/ports.ts';
import { PasswordFunction } from './ask-password.ts';

/** Which account an address has, and whether it may sign in: asked, for staff's function may not read credentials. */
export class LambdaAccountDirectory implements AccountDirectory {
  readonly #passwords: PasswordFunction;

  constructor(...passwords: ConstructorParameters<typeof PasswordFunction>) {
    this.#passwords = new PasswordFunction(...passwords);
  }

  async find(emailKey: string): Promise<string | undefined> {
    return (await this.#passwords.ask({ ask: 'find_account', emailKey }, 'account')).accountId ?? undefined;
  }

  async setStatus(accountId: string, emailKey: string, status: AccountRecord['status']): Promise<void> {
    await this.#passwords.ask({ ask: 'set_status', accountId, emailKey, status }, 'noted');
  }
}
