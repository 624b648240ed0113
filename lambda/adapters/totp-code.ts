import { generate } from 'otplib';
import { securityPolicy } from '../../contract/security-policy.ts';

const { digits, stepSeconds } = securityPolicy.secondFactor.totp;

/** The code that an authenticator shows: for the canary, which is its own. @param secret base32 */
export async function totpCode(secret: string, now: number): Promise<string> {
  return generate({ secret, digits, period: stepSeconds, epoch: Math.floor(now / 1000) });
}
