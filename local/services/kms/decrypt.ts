import { AwsError } from '../aws-error.ts';
import type { Input } from '../json-protocol.ts';
import { bytes, contextConditions, encryptionContext } from './input.ts';
import type { KeyStore } from './store.ts';

export async function decrypt(store: KeyStore, input: Input, roleArn: string): Promise<object> {
  const blob = bytes(input, 'CiphertextBlob', 6144);
  const context = encryptionContext(input);
  const keyArn = store.keyOfBlob(blob);
  if (keyArn === undefined) throw new AwsError('InvalidCiphertextException', '');
  const key = await store.usable(keyArn, roleArn, 'Decrypt', 'ENCRYPT_DECRYPT', contextConditions(context));
  if (input.KeyId !== undefined && store.find(input.KeyId).arn !== key.arn) {
    throw new AwsError('IncorrectKeyException', 'The key ID in the request does not identify a CMK that can perform this operation.');
  }
  const plaintext = store.decrypt(key, blob, context);
  if (plaintext === undefined) throw new AwsError('InvalidCiphertextException', '');
  return { KeyId: key.arn, Plaintext: plaintext.toString('base64'), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
}
