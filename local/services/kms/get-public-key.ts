import type { Input } from '../json-protocol.ts';
import type { KeyStore } from './store.ts';

export async function getPublicKey(store: KeyStore, input: Input, roleArn: string): Promise<object> {
  const key = await store.usable(input.KeyId, roleArn, 'GetPublicKey', 'SIGN_VERIFY');
  return {
    KeyId: key.arn,
    PublicKey: store.publicKey(key).export({ format: 'der', type: 'spki' }).toString('base64'),
    KeySpec: key.spec,
    KeyUsage: key.usage,
    SigningAlgorithms: ['ECDSA_SHA_256'],
  };
}
