import { timingSafeEqual } from 'node:crypto';
import { AwsError } from '../aws-error.ts';
import type { Input } from '../json-protocol.ts';
import { bytes, macAlgorithm } from './input.ts';
import type { KeyStore } from './store.ts';

export async function verifyMac(store: KeyStore, input: Input, roleArn: string): Promise<object> {
  const message = bytes(input, 'Message', 4096);
  const mac = bytes(input, 'Mac', 6144);
  const key = await store.usable(input.KeyId, roleArn, 'VerifyMac', 'GENERATE_VERIFY_MAC', {
    'kms:MacAlgorithm': String(input.MacAlgorithm),
  });
  const algorithm = macAlgorithm(input, key);
  const expected = store.mac(key, algorithm, message);
  if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) throw new AwsError('KMSInvalidMacException', '');
  return { KeyId: key.arn, MacValid: true, MacAlgorithm: algorithm };
}
