import type { Input } from '../json-protocol.ts';
import { requireAccess } from '../service.ts';
import type { KeyStore } from './store.ts';

export async function describeKey(store: KeyStore, { KeyId }: Input, roleArn: string): Promise<object> {
  const key = store.find(KeyId);
  await requireAccess(store.context, roleArn, 'kms:DescribeKey', key.arn);
  const algorithms =
    key.usage === 'SIGN_VERIFY'
      ? { SigningAlgorithms: ['ECDSA_SHA_256'] }
      : key.usage === 'GENERATE_VERIFY_MAC'
        ? { MacAlgorithms: [key.spec.replace('HMAC_', 'HMAC_SHA_')] }
        : { EncryptionAlgorithms: [key.spec] };
  return {
    KeyMetadata: {
      AWSAccountId: store.context.assembly.account,
      Arn: key.arn,
      KeyId: key.keyId,
      Description: key.description,
      Enabled: key.isEnabled,
      KeyState: key.isEnabled ? 'Enabled' : 'Disabled',
      KeyManager: 'CUSTOMER',
      KeySpec: key.spec,
      KeyUsage: key.usage,
      MultiRegion: key.isMultiRegion,
      Origin: 'AWS_KMS',
      ...algorithms,
    },
  };
}
