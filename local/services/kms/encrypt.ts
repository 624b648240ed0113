import type { Input } from '../json-protocol.ts';
import { bytes, contextConditions, encryptionContext } from './input.ts';
import type { KeyStore } from './store.ts';

export async function encrypt(store: KeyStore, input: Input, roleArn: string): Promise<object> {
  const plaintext = bytes(input, 'Plaintext', 4096);
  const context = encryptionContext(input);
  const key = await store.usable(input.KeyId, roleArn, 'Encrypt', 'ENCRYPT_DECRYPT', contextConditions(context));
  const blob = store.encrypt(key, plaintext, context);
  return { CiphertextBlob: blob.toString('base64'), KeyId: key.arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
}
