import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { type Checkpoint, checkpointText, fingerprintOf, type SignedCheckpoint } from '../domain/audit/checkpoint.ts';
import type { CheckpointSigner } from '../domain/audit/ports.ts';
import { Unavailable } from '../domain/ports.ts';
import { clientOptions } from './client-options.ts';

/** The key of checkpoints: its private half never leaves KMS. */
export class KmsCheckpointSigner implements CheckpointSigner {
  readonly #keyId: string;
  readonly #client: KMSClient;
  #fingerprint: string | undefined;

  constructor(keyId: string, client: KMSClient = new KMSClient(clientOptions)) {
    this.#keyId = keyId;
    this.#client = client;
  }

  async sign(checkpoint: Checkpoint): Promise<SignedCheckpoint> {
    this.#fingerprint ??= fingerprintOf(await readPublicKey(this.#client, this.#keyId));
    const { Signature } = await this.#client.send(
      new SignCommand({
        KeyId: this.#keyId,
        Message: Buffer.from(checkpointText(checkpoint)),
        MessageType: 'RAW',
        SigningAlgorithm: 'ECDSA_SHA_256',
      }),
    );
    if (!Signature) throw new Error('KMS gave no signature');
    return { ...checkpoint, key: this.#fingerprint, signature: Buffer.from(Signature).toString('base64') };
  }
}

/** @returns SubjectPublicKeyInfo in DER */
export async function readPublicKey(client: KMSClient, keyId: string): Promise<Uint8Array> {
  const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId: keyId }));
  if (!PublicKey) throw new Error('KMS gave no public key');
  return PublicKey;
}

/** For whoever serves it. @throws Unavailable when KMS does not answer */
export async function publicKeyOf(keyId: string): Promise<Uint8Array> {
  try {
    return await readPublicKey(new KMSClient(clientOptions), keyId);
  } catch (cause) {
    throw new Unavailable('kms', { cause });
  }
}
