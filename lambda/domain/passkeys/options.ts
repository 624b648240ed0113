/** What `navigator.credentials` is asked for: the JSON forms of WebAuthn level 3, 5.1.8 and 5.1.9. */
import { securityPolicy } from '../../../contract/security-policy.ts';
import type { CurrentSession } from '../context.ts';
import type { Passkey, SecondFactor } from '../ports.ts';
import { relyingPartyOf } from './ceremony.ts';

const { algorithms, ceremonySeconds } = securityPolicy.passkeys;

export type PasskeyOptions = Readonly<Record<string, unknown>>;

/** For `create`. The user handle is the account's id: it comes back with every assertion and says nothing about the person (14.6.1). */
export function creationOptions(
  productName: string,
  session: Pick<CurrentSession, 'accountId' | 'email'>,
  factor: SecondFactor | undefined,
  siteOrigin: string,
  challenge: string,
): PasskeyOptions {
  return {
    rp: { id: relyingPartyOf(siteOrigin), name: productName },
    user: { id: session.accountId, name: session.email, displayName: session.email },
    challenge,
    pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
    timeout: ceremonySeconds * 1000,
    // One authenticator, one passkey.
    excludeCredentials: describeCredentials(factor),
    // Discoverable, so that it signs in without an address.
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    attestation: 'none',
  };
}

/** For `get`. Without a factor any passkey of this site may answer. */
export function requestOptions(factor: SecondFactor | undefined, siteOrigin: string, challenge: string): PasskeyOptions {
  return {
    rpId: relyingPartyOf(siteOrigin),
    challenge,
    timeout: ceremonySeconds * 1000,
    allowCredentials: describeCredentials(factor),
    userVerification: 'required',
  };
}

function describeCredentials(factor: SecondFactor | undefined) {
  return Object.values(factor?.passkeys ?? {}).map(({ credentialId, transports }: Passkey) => ({
    type: 'public-key',
    id: credentialId,
    transports,
  }));
}
