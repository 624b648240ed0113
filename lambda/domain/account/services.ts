import type { SessionServices } from '../context.ts';
import type { AddressStore, CredentialMover, KeyedHash, MailQueue, MailToken, TokenStore } from '../ports.ts';

export interface AccountServices extends SessionServices {
  readonly addresses: AddressStore;
  readonly credentials: CredentialMover;
  readonly tokens: TokenStore;
  readonly mail: MailQueue;
  /** Keys addresses. */
  readonly identity: KeyedHash;
  /** Signs device cookies. */
  readonly deviceKey: KeyedHash;
}

/** Writes of one account that compete for its item; after this many losses something is wrong. */
const MAXIMUM_ROUNDS = 10;

/** Reads, decides and writes until a write finds what was read. @throws when it never does */
export async function untilWritten<T>(round: () => Promise<T | undefined>): Promise<T> {
  for (let rounds = 0; rounds < MAXIMUM_ROUNDS; rounds++) {
    const outcome = await round();
    if (outcome !== undefined) return outcome;
  }
  throw new Error(`an account's item was written by somebody else ${MAXIMUM_ROUNDS} times in a row`);
}

/** @returns what the token of a link is good for, if it is for this purpose: no other link opens this door */
export async function readLink<Purpose extends MailToken['purpose']>(
  services: Pick<AccountServices, 'tokens' | 'clock'>,
  tokenHash: string,
  purpose: Purpose,
): Promise<Extract<MailToken, { purpose: Purpose }> | undefined> {
  const token = await services.tokens.read(tokenHash);
  if (token?.purpose !== purpose || token.expiresAt <= services.clock.now()) return undefined;
  return token as Extract<MailToken, { purpose: Purpose }>;
}
