import type { CredentialMover, LeftCredential } from '../domain/ports.ts';
import { PasswordFunction } from './ask-password.ts';

/** Moves credentials by asking: what is in them never comes here. */
export class LambdaCredentialMover implements CredentialMover {
  readonly #passwords: PasswordFunction;

  constructor(...passwords: ConstructorParameters<typeof PasswordFunction>) {
    this.#passwords = new PasswordFunction(...passwords);
  }

  async copy(move: Parameters<CredentialMover['copy']>[0]): Promise<number | undefined> {
    const answer = await this.#passwords.ask({ ask: 'copy_credential', ...move }, 'copied', 'taken');
    return answer.kind === 'copied' ? answer.credentialVersion : undefined;
  }

  async retire(accountId: string, { reservedUntil, ...left }: LeftCredential): Promise<void> {
    const until = reservedUntil === null ? null : new Date(reservedUntil).toISOString();
    await this.#passwords.ask({ ask: 'retire_credential', accountId, ...left, reservedUntil: until }, 'noted');
  }
}
