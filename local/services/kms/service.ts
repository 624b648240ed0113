import { AwsError } from '../aws-error.ts';
import { createJsonService } from '../json-protocol.ts';
import type { Service } from '../service.ts';
import { decrypt } from './decrypt.ts';
import { describeKey } from './describe-key.ts';
import { encrypt } from './encrypt.ts';
import { generateDataKey } from './generate-data-key.ts';
import { generateMac } from './generate-mac.ts';
import { getPublicKey } from './get-public-key.ts';
import { sign } from './sign.ts';
import type { KeyStore } from './store.ts';
import { verify } from './verify.ts';
import { verifyMac } from './verify-mac.ts';

export function createKms(store: KeyStore): Service {
  return createJsonService(store.context, {
    signingName: 'kms',
    faultName: 'kms',
    version: '1.1',
    targetPrefix: 'TrentService',
    faults: {
      error: new AwsError('KMSInternalException', 'The request was rejected because an internal exception occurred.', 500),
      throttle: new AwsError(
        'ThrottlingException',
        'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.',
      ),
    },
    actions: {
      Decrypt: decrypt,
      DescribeKey: describeKey,
      Encrypt: encrypt,
      GenerateDataKey: generateDataKey,
      GenerateMac: generateMac,
      GetPublicKey: getPublicKey,
      Sign: sign,
      Verify: verify,
      VerifyMac: verifyMac,
    },
    store,
  });
}
