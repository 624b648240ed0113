import { createHmac } from 'node:crypto';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type Clock, type KeyedHash, Unavailable } from '../domain/ports.ts';
import { equalInConstantTime } from '../domain/sessions.ts';
import { clientOptions } from './client-options.ts';

const FRESH_MILLISECONDS = 5 * 60 * 1000;
/** After a value that didn't match, how soon the secret may be fetched again: a flood of forgeries is no flood of calls. */
const RETRY_MILLISECONDS = 10 * 1000;

let client: SecretsManagerClient | undefined;

/** One secret, kept in memory for five minutes. A failing refresh keeps the value that is known. */
export class Secret {
  readonly #arn: string;
  readonly #clock: Clock;
  readonly #rotates: boolean;
  #value: string | undefined;
  #previous: string | undefined;
  #fetchedAt = 0;
  #fetching: Promise<string> | undefined;

  /** @param rotates whether the value before the last rotation is valid too (`matches`) */
  constructor(arn: string, clock: Clock, rotates = false) {
    this.#arn = arn;
    this.#rotates = rotates;
    this.#clock = clock;
  }

  async read(maximumAge = FRESH_MILLISECONDS): Promise<string> {
    if (this.#value !== undefined && Math.abs(this.#clock.now() - this.#fetchedAt) < maximumAge) return this.#value;
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    try {
      return await this.#fetching;
    } catch (cause) {
      if (this.#value !== undefined) return this.#value;
      throw new Unavailable('secrets', { cause });
    }
  }

  /** Constant-time comparison; a value that doesn't match is compared once more with a fresh copy, so that a rotation is noticed. */
  async matches(presented: string): Promise<boolean> {
    if (equalInConstantTime(presented, await this.read())) return true;
    if (equalInConstantTime(presented, await this.read(RETRY_MILLISECONDS))) return true;
    // While the edge still sends the value before the last rotation.
    return this.#previous !== undefined && equalInConstantTime(presented, this.#previous);
  }

  async #fetch(): Promise<string> {
    client ??= new SecretsManagerClient(clientOptions);
    const [{ SecretString }, previous] = await Promise.all([
      client.send(new GetSecretValueCommand({ SecretId: this.#arn })),
      this.#rotates ? fetchPrevious(client, this.#arn) : undefined,
    ]);
    if (!SecretString) throw new Error('the secret has no value');
    this.#value = SecretString;
    this.#previous = previous;
    this.#fetchedAt = this.#clock.now();
    return SecretString;
  }
}

async function fetchPrevious(from: SecretsManagerClient, arn: string): Promise<string | undefined> {
  try {
    return (await from.send(new GetSecretValueCommand({ SecretId: arn, VersionStage: 'AWSPREVIOUS' }))).SecretString;
  } catch (cause) {
    // A secret that was never rotated has none.
    if (cause instanceof Error && cause.name === 'ResourceNotFoundException') return undefined;
    throw cause;
  }
}

/** HMAC-SHA-256 under a secret of the deployment. */
export class SecretKeyedHash implements KeyedHash {
  readonly #secret: Secret;

  constructor(secret: Secret) {
    this.#secret = secret;
  }

  async digest(input: string): Promise<Uint8Array> {
    return createHmac('sha256', await this.#secret.read())
      .update(input)
      .digest();
  }
}
