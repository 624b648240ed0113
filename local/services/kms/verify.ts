import { verify as verifyMessage } from 'node:crypto';
import { AwsError } from '../aws-error.ts';
import type { Input } from '../json-protocol.ts';
import { bytes, messageToSign } from './input.ts';
import type { KeyStore } from './store.ts';

export async function verify(store: KeyStore, input: Input, roleArn: string): Promise<object> {
  const signature = bytes(input, 'Signature', 6144);
  const key = await store.usable(input.KeyId, roleArn, 'Verify', 'SIGN_VERIFY', {
    'kms:SigningAlgorithm': String(input.SigningAlgorithm),
    'kms:MessageType': String(input.MessageType ?? 'RAW'),
  });
  const isValid = verifyMessage('sha256', messageToSign(input, key), store.publicKey(key), signature);
  if (!isValid) throw new AwsError('KMSInvalidSignatureException', '');
  return { KeyId: key.arn, SignatureValid: true, SigningAlgorithm: input.SigningAlgorithm };
}
