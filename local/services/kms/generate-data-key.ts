import { randomBytes } from 'node:crypto';
import { constraintViolated } from '../aws-error.ts';
import type { Input } from '../json-protocol.ts';
import { contextConditions, encryptionContext } from './input.ts';
import type { KeyStore } from './store.ts';

export async function generateDataKey(store: KeyStore, input: Input, roleArn: string): Promise<object> {
  const context = encryptionContext(input);
  const length = input.KeySpec === 'AES_256' ? 32 : input.KeySpec === 'AES_128' ? 16 : input.NumberOfBytes;
  if (!Number.isInteger(length) || length < 1 || length > 1024)
    throw constraintViolated('numberOfBytes', 'Member must be between 1 and 1024');
  const key = await store.usable(input.KeyId, roleArn, 'GenerateDataKey', 'ENCRYPT_DECRYPT', contextConditions(context));
  const plaintext = randomBytes(length);
  const blob = store.encrypt(key, plaintext, context);
  return { CiphertextBlob: blob.toString('base64'), Plaintext: plaintext.toString('base64'), KeyId: key.arn };
}
