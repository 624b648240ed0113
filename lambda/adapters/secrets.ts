import { createHmac } from 'node:crypto';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { securityPolicy } from '../../contract/security-policy.ts';
import { type Clock, type KeyedHash, Unavailable } from '../domain/ports.ts';
import { equalInConstantTime } from '../domain/sessions.ts';
import { clientOptions } from './client-options.ts';

const { originSecret } = securityPolicy;
const FRESH_MILLISECONDS = originSecret.freshSeconds * 1000;
const RETRY_MILLISECONDS = originSecret.rereadSeconds * 1000;

let client: SecretsManagerClient | undefined;

/** One secret, kept in memory for a while. A failing refresh keeps the value that is known. */
export class Secret {
  readonly #arn: string;
  readonly #clock: Clock;
  readonly #rotates: boolean;
  #value: string | undefined;
  /** The value before the last rotation, and the next one: the edge may send either while it changes. */
  #alsoValid: readonly string[] = [];
  #fetchedAt = 0;
  #failedAt = Number.NEGATIVE_INFINITY;
  #fetching: Promise<string> | undefined;

  /** @param rotates whether the values before and after are valid too (`matches`) */
  constructor(arn: string, clock: Clock, rotates = false) {
    this.#arn = arn;
    this.#rotates = rotates;
    this.#clock = clock;
  }

  async read(maximumAge = FRESH_MILLISECONDS): Promise<string> {
    if (this.#value !== undefined && (this.#age() < maximumAge || this.#hasJustFailed())) return this.#value;
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    try {
      return await this.#fetching;
    } catch (cause) {
      this.#failedAt = this.#clock.now();
      if (this.#value !== undefined) return this.#value;
      throw new Unavailable('secrets', { cause });
    }
  }

  /**
   * Constant-time comparison with every value that is valid; one that doesn't match is compared once more with a fresh copy, so that
   * a rotation is noticed.
   *
   * @throws Unavailable instead of a no by a copy that is older than it should be: it may be our own edge, with a value that this copy lacks
   */
  async matches(presented: string): Promise<boolean> {
    await this.read();
    if (this.#isValid(presented)) return true;
    await this.read(RETRY_MILLISECONDS);
    if (this.#isValid(presented)) return true;
    if (this.#age() >= FRESH_MILLISECONDS) throw new Unavailable('secrets');
    return false;
  }

  /** Compares with all of them, whichever it is. */
  #isValid(presented: string): boolean {
    return [this.#value ?? '', ...this.#alsoValid].map((value) => value !== '' && equalInConstantTime(presented, value)).includes(true);
  }

  #age(): number {
    return Math.abs(this.#clock.now() - this.#fetchedAt);
  }

  /** While the service fails, requests don't wait for it one after the other. */
  #hasJustFailed(): boolean {
    return Math.abs(this.#clock.now() - this.#failedAt) < RETRY_MILLISECONDS;
  }

  async #fetch(): Promise<string> {
    client ??= new SecretsManagerClient(clientOptions);
    const [{ SecretString }, ...others] = await Promise.all([
      client.send(new GetSecretValueCommand({ SecretId: this.#arn })),
      ...(this.#rotates ? ['AWSPREVIOUS', 'AWSPENDING'] : []).map((stage) => fetchStage(client as SecretsManagerClient, this.#arn, stage)),
    ]);
    if (!SecretString) throw new Error('the secret has no value');
    this.#value = SecretString;
    this.#alsoValid = others.filter((value) => value !== undefined);
    this.#fetchedAt = this.#clock.now();
    return SecretString;
  }
}

/** @returns undefined where nothing has this label: no value before, or none in the making */
async function fetchStage(from: SecretsManagerClient, arn: string, stage: string): Promise<string | undefined> {
  try {
    return (await from.send(new GetSecretValueCommand({ SecretId: arn, VersionStage: stage }))).SecretString;
  } catch (cause) {
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
