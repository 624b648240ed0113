import { AwsError } from '../aws-error.ts';
import type { Input } from '../json-protocol.ts';
import { requireSecretAccess } from './access.ts';
import type { SecretStore } from './store.ts';

export async function updateSecretVersionStage(
  store: SecretStore,
  { SecretId, VersionStage, MoveToVersionId, RemoveFromVersionId }: Input,
  roleArn: string,
): Promise<object> {
  const secret = store.find(String(SecretId ?? ''));
  await requireSecretAccess(store, roleArn, 'UpdateSecretVersionStage', secret);
  if (typeof VersionStage !== 'string') throw new AwsError('InvalidParameterException', 'You must provide VersionStage.');
  store.moveStage(secret, VersionStage, { to: MoveToVersionId, from: RemoveFromVersionId });
  return { ARN: secret.arn, Name: secret.name };
}
