import { AwsError } from '../aws-error.ts';
import { requireAccess } from '../service.ts';
import type { Secret, SecretStore } from './store.ts';

/** The action on the secret, and with a customer-managed key the use of the key on the caller's behalf. */
export async function requireSecretAccess(
  store: SecretStore,
  roleArn: string,
  action: string,
  secret: Secret,
  keyAction?: string,
): Promise<void> {
  const { context } = store;
  await requireAccess(context, roleArn, `secretsmanager:${action}`, secret.arn, { 'secretsmanager:SecretId': secret.arn });
  if (keyAction === undefined || secret.keyArn === undefined) return;
  const decision = await context.authorizer.authorize(roleArn, {
    action: keyAction,
    resource: secret.keyArn,
    context: {
      'kms:ViaService': `secretsmanager.${secret.arn.split(':')[3]}.amazonaws.com`,
      'kms:CallerAccount': context.assembly.account,
      'kms:EncryptionContext:SecretARN': secret.arn,
    },
  });
  if (!decision.allowed) throw new AwsError('AccessDeniedException', `Access to KMS is not allowed (${decision.reason})`);
}
