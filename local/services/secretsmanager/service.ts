import { AwsError } from '../aws-error.ts';
import { createJsonService } from '../json-protocol.ts';
import type { Service } from '../service.ts';
import { describeSecret } from './describe-secret.ts';
import { getSecretValue } from './get-secret-value.ts';
import { putSecretValue } from './put-secret-value.ts';
import type { SecretStore } from './store.ts';
import { updateSecretVersionStage } from './update-secret-version-stage.ts';

export function createSecretsManager(store: SecretStore): Service {
  return createJsonService(store.context, {
    signingName: 'secretsmanager',
    faultName: 'secretsmanager',
    version: '1.1',
    targetPrefix: 'secretsmanager',
    faults: {
      error: new AwsError('InternalServiceError', 'An internal error occurred.', 500),
      throttle: new AwsError('ThrottlingException', 'Rate exceeded'),
    },
    actions: {
      DescribeSecret: describeSecret,
      GetSecretValue: getSecretValue,
      PutSecretValue: putSecretValue,
      UpdateSecretVersionStage: updateSecretVersionStage,
    },
    store,
  });
}
