import type { Input } from '../json-protocol.ts';
import { requireSecretAccess } from './access.ts';
import type { SecretStore } from './store.ts';

export async function describeSecret(store: SecretStore, { SecretId }: Input, roleArn: string): Promise<object> {
  const secret = store.find(String(SecretId ?? ''));
  await requireSecretAccess(store, roleArn, 'DescribeSecret', secret);
  const stages: Record<string, string[]> = {};
  for (const [stage, version] of Object.entries(store.versions(secret))) {
    if (version !== undefined) stages[version.versionId] = [...(stages[version.versionId] ?? []), stage];
  }
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    KmsKeyId: secret.keyArn,
    RotationEnabled: false,
    LastChangedDate: store.changedAt(secret) / 1000,
    VersionIdsToStages: stages,
  };
}
