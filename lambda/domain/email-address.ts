/** E-mail addresses as keys: every spelling of one address must share one account, one budget and one mail limit. */
import type { KeyedHash } from './ports.ts';

export { normaliseEmail } from '../../contract/email-address.ts';

/** The key of an address in every table: useless without the secret that it is made with. */
export async function computeEmailKey(identity: KeyedHash, normalisedEmail: string): Promise<string> {
  return Buffer.from(await identity.digest(`email:${normalisedEmail}`)).toString('base64url');
}
