import { securityPolicy } from '../../../contract/security-policy.ts';
import { hashToken } from '../mail-token.ts';
import type { RandomSource } from '../ports.ts';

/** A fresh token for a link, and the hash under which it is stored: who reads the table can't redeem anything. */
export function mintToken(random: RandomSource): { readonly token: string; readonly tokenHash: string } {
  const token = Buffer.from(random.bytes(securityPolicy.tokens.bits / 8)).toString('base64url');
  return { token, tokenHash: hashToken(token) };
}
