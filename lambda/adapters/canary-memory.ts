import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import type { CanaryAccount, CanaryMemory } from '../domain/canary/ports.ts';
import { Unavailable } from '../domain/ports.ts';
import { clientOptions } from './client-options.ts';

/** How long a finished account is believed without asking: a new secret value takes effect within this time. */
const freshMilliseconds = 5 * 60_000;

const accountSchema = z.strictObject({
  password: z.string().check(z.minLength(16)),
  registeredAt: z.optional(z.number()),
  isVerified: z.optional(z.boolean()),
  totpSecret: z.optional(z.string()),
  isEnrolled: z.optional(z.boolean()),
  deviceCookie: z.optional(z.string()),
  deviceCookieAt: z.optional(z.number()),
});

/** The canary's account in its secret. Made with the deployment, the secret is a password alone, and the account is still to come. */
export class SecretCanaryMemory implements CanaryMemory {
  readonly #arn: string;
  readonly #client: SecretsManagerClient;
  #known: { readonly account: CanaryAccount; readonly at: number } | undefined;

  constructor(arn: string, client: SecretsManagerClient = new SecretsManagerClient(clientOptions)) {
    this.#arn = arn;
    this.#client = client;
  }

  async read(): Promise<CanaryAccount> {
    // Until the account is complete another instance may have got further with it.
    if (this.#known?.account.isEnrolled && Math.abs(Date.now() - this.#known.at) < freshMilliseconds) return this.#known.account;
    try {
      const { SecretString = '' } = await this.#client.send(new GetSecretValueCommand({ SecretId: this.#arn }));
      return this.#keep(SecretString.startsWith('{') ? clean(accountSchema.parse(JSON.parse(SecretString))) : { password: SecretString });
    } catch (cause) {
      throw new Unavailable('secrets', { cause });
    }
  }

  async write(account: CanaryAccount): Promise<void> {
    try {
      await this.#client.send(new PutSecretValueCommand({ SecretId: this.#arn, SecretString: JSON.stringify(account) }));
    } catch (cause) {
      throw new Unavailable('secrets', { cause });
    }
    this.#keep(account);
  }

  #keep(account: CanaryAccount): CanaryAccount {
    this.#known = { account, at: Date.now() };
    return account;
  }
}

function clean(account: z.infer<typeof accountSchema>): CanaryAccount {
  return Object.fromEntries(Object.entries(account).filter(([, value]) => value !== undefined)) as unknown as CanaryAccount;
}
