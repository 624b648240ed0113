import type { Input } from '../json-protocol.ts';
import { requireSecretAccess } from './access.ts';
import type { SecretStore } from './store.ts';

export async function describeSecret(store: SecretStore, { SecretId }: Input, roleArn: string): Promise<object> {
  const secret = store.find(String(SecretId ?? ''));
  await requireSecretAccess(store, roleArn, 'DescribeSecret', secret);
  const versions = Object.entries(store.versions(secret));
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    KmsKeyId: secret.keyArn,
    RotationEnabled: false,
    VersionIdsToStages: Object.fromEntries(versions.map(([stage, { versionId }]) => [versionId, [stage]])),
  };
}
