import { AwsError } from '../aws-error.ts';
import type { Input } from '../json-protocol.ts';
import { requireSecretAccess } from './access.ts';
import type { SecretStore } from './store.ts';

export async function putSecretValue(
  store: SecretStore,
  { SecretId, SecretString, VersionStages = ['AWSCURRENT'], ClientRequestToken }: Input,
  roleArn: string,
): Promise<object> {
  const secret = store.find(String(SecretId ?? ''));
  await requireSecretAccess(store, roleArn, 'PutSecretValue', secret, 'kms:GenerateDataKey');
  if (typeof SecretString !== 'string') throw new AwsError('InvalidParameterException', 'You must provide SecretString.');
  const version = store.put(secret, SecretString, VersionStages, ClientRequestToken);
  return { ARN: secret.arn, Name: secret.name, VersionId: version.versionId, VersionStages };
}
