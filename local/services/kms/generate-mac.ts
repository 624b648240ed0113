import type { Input } from '../json-protocol.ts';
import { bytes, macAlgorithm } from './input.ts';
import type { KeyStore } from './store.ts';

export async function generateMac(store: KeyStore, input: Input, roleArn: string): Promise<object> {
  const message = bytes(input, 'Message', 4096);
  const key = await store.usable(input.KeyId, roleArn, 'GenerateMac', 'GENERATE_VERIFY_MAC', {
    'kms:MacAlgorithm': String(input.MacAlgorithm),
  });
  const algorithm = macAlgorithm(input, key);
  return { KeyId: key.arn, Mac: store.mac(key, algorithm, message).toString('base64'), MacAlgorithm: algorithm };
}
