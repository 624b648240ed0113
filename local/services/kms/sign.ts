import { sign as signMessage } from 'node:crypto';
import type { Input } from '../json-protocol.ts';
import { messageToSign } from './input.ts';
import type { KeyStore } from './store.ts';

export async function sign(store: KeyStore, input: Input, roleArn: string): Promise<object> {
  const key = await store.usable(input.KeyId, roleArn, 'Sign', 'SIGN_VERIFY', {
    'kms:SigningAlgorithm': String(input.SigningAlgorithm),
    'kms:MessageType': String(input.MessageType ?? 'RAW'),
  });
  const signature = signMessage('sha256', messageToSign(input, key), store.privateKey(key));
  return { KeyId: key.arn, Signature: signature.toString('base64'), SigningAlgorithm: input.SigningAlgorithm };
}
