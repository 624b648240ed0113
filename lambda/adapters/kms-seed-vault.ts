import { DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { type SeedVault, Unavailable } from '../domain/ports.ts';
import { clientOptions } from './client-options.ts';
import { kmsFault } from './kms-fault.ts';

/** Seals seeds under their own KMS key, with the account and the purpose as encryption context. */
export class KmsSeedVault implements SeedVault {
  readonly #keyArn: string;
  readonly #client: KMSClient;

  constructor(keyArn: string, client: KMSClient = new KMSClient(clientOptions)) {
    this.#keyArn = keyArn;
    this.#client = client;
  }

  async seal(accountId: string, secret: Uint8Array): Promise<Uint8Array> {
    const { CiphertextBlob } = await this.#call(
      this.#client.send(new EncryptCommand({ KeyId: this.#keyArn, Plaintext: secret, EncryptionContext: context(accountId) })),
    );
    if (!CiphertextBlob) throw new Unavailable('kms');
    return CiphertextBlob;
  }

  async open(accountId: string, sealed: Uint8Array): Promise<Uint8Array> {
    const { Plaintext } = await this.#call(
      this.#client.send(new DecryptCommand({ KeyId: this.#keyArn, CiphertextBlob: sealed, EncryptionContext: context(accountId) })),
    );
    if (!Plaintext) throw new Unavailable('kms');
    return Plaintext;
  }

  async #call<T>(call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (cause) {
      throw kmsFault(cause);
    }
  }
}

function context(accountId: string): Record<string, string> {
  return { accountId, purpose: 'totp' };
}
