import { createHash } from 'node:crypto';
import { GenerateMacCommand, KMSClient } from '@aws-sdk/client-kms';
import bcrypt from 'bcryptjs';
import type { PasswordHasher } from '../domain/ports.ts';
import { clientOptions } from './client-options.ts';
import { kmsFault } from './kms-fault.ts';

/** bcrypt here, the pepper's HMAC in KMS: the key that a stolen table lacks is in no process of ours either. */
export class KmsPasswordHasher implements PasswordHasher {
  readonly #keyArn: string;
  readonly #client: KMSClient;

  constructor(keyArn: string, client: KMSClient = new KMSClient(clientOptions)) {
    this.#keyArn = keyArn;
    this.#client = client;
  }

  async pepper(password: string): Promise<Uint8Array> {
    // A digest, so that KMS sees no password and its limit of 4,096 bytes is never met.
    const digest = createHash('sha512').update(password, 'utf8').digest();
    try {
      const { Mac } = await this.#client.send(
        new GenerateMacCommand({ KeyId: this.#keyArn, MacAlgorithm: 'HMAC_SHA_384', Message: digest }),
      );
      if (Mac?.length !== 48) throw new Error('KMS answered without a MAC');
      return Mac;
    } catch (cause) {
      throw kmsFault(cause);
    }
  }

  bcryptHash(input: string, cost: number): Promise<string> {
    return bcrypt.hash(input, cost);
  }

  bcryptCompare(input: string, hash: string): Promise<boolean> {
    return bcrypt.compare(input, hash);
  }
}
