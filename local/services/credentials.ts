/** Credentials that stand for a role: made at random for each run, known to this process alone. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { AwsError } from './aws-error.ts';
import type { Credentials } from './model.ts';

export interface CredentialStore {
  credentialsFor(roleArn: string): Credentials;
  /**
   * Whose credentials these are. The session token is compared, the signature is not computed again: the endpoint is on
   * loopback, and the token is as secret as the key.
   *
   * @throws AwsError `UnrecognizedClientException`
   */
  roleOf(accessKeyId: string, sessionToken: string | undefined): string;
}

export function createCredentialStore(): CredentialStore {
  const byRole = new Map<string, Credentials>();
  const byAccessKey = new Map<string, { roleArn: string; token: Buffer }>();

  return {
    credentialsFor(roleArn) {
      const known = byRole.get(roleArn);
      if (known !== undefined) return known;
      const credentials: Credentials = {
        accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: randomBytes(48).toString('base64'),
      };
      byRole.set(roleArn, credentials);
      byAccessKey.set(credentials.accessKeyId, { roleArn, token: Buffer.from(credentials.sessionToken) });
      return credentials;
    },
    roleOf(accessKeyId, sessionToken) {
      const entry = byAccessKey.get(accessKeyId);
      const token = Buffer.from(sessionToken ?? '');
      if (entry === undefined || token.length !== entry.token.length || !timingSafeEqual(token, entry.token)) {
        throw new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.', 403);
      }
      return entry.roleArn;
    },
  };
}
