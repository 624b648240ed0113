import { AwsError } from '../aws-error.ts';
import type { Input } from '../json-protocol.ts';
import { requireSecretAccess } from './access.ts';
import type { SecretStore } from './store.ts';

export async function getSecretValue(store: SecretStore, { SecretId, VersionStage, VersionId }: Input, roleArn: string): Promise<object> {
  const secret = store.find(String(SecretId ?? ''));
  await requireSecretAccess(store, roleArn, 'GetSecretValue', secret, 'kms:Decrypt');
  const versions = store.versions(secret);
  const byId = Object.values(versions).find((version) => VersionId !== undefined && version?.versionId === VersionId);
  if (VersionId !== undefined && byId === undefined) {
    throw new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for VersionId: ${VersionId}`);
  }
  const version = byId ?? store.version(secret, VersionStage);
  const stages = Object.keys(versions).filter((stage) => versions[stage]?.versionId === version.versionId);
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.versionId,
    SecretString: version.value,
    VersionStages: stages,
    CreatedDate: version.createdAt / 1000,
  };
}
