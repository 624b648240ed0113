import type { PasswordConfirmation, PasswordConfirmer } from '../domain/ports.ts';
import { PasswordFunction } from './ask-password.ts';

/** Whether a password is right, and a hint for the next sign-in. */
export class LambdaPasswordConfirmer implements PasswordConfirmer {
  readonly #passwords: PasswordFunction;

  constructor(...passwords: ConstructorParameters<typeof PasswordFunction>) {
    this.#passwords = new PasswordFunction(...passwords);
  }

  confirm(question: Parameters<PasswordConfirmer['confirm']>[0]): Promise<PasswordConfirmation> {
    return this.#passwords.ask({ ask: 'confirm_password', ...question }, 'right', 'invalid_credentials', 'account_locked', 'rate_limited');
  }

  async expectSecondFactor(emailKey: string, expected: boolean): Promise<void> {
    await this.#passwords.ask({ ask: 'expect_second_factor', emailKey, expected }, 'noted');
  }
}
