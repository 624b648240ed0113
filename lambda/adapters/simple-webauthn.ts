import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import {
  decodeAttestationObject,
  decodeClientDataJSON,
  isoBase64URL,
  isoCBOR,
  parseAuthenticatorData,
  toHash,
  verifySignature,
} from '@simplewebauthn/server/helpers';
import type { PasskeyAssertion, PasskeyRegistration } from '../../contract/schemas.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import type { CeremonyExpectation, WebAuthnVerifier } from '../domain/ports.ts';

const { algorithms, credentialIdBytes, publicKeyBytes } = securityPolicy.passkeys;

/** WebAuthn level 3 by SimpleWebAuthn. It throws on whatever is not right, and what that was is found out afterwards, for the history. */
export const simpleWebAuthn: WebAuthnVerifier = {
  async verifyRegistration(response, expected) {
    try {
      const plain = withoutAttestation(response);
      const { verified, registrationInfo } = await verifyRegistrationResponse({
        response: plain,
        expectedChallenge: expected.challenge,
        expectedOrigin: expected.origin,
        expectedRPID: expected.relyingPartyId,
        requireUserPresence: true,
        requireUserVerification: true,
        supportedAlgorithmIDs: [...algorithms],
      });
      if (!verified) return { kind: 'wrong', reason: 'not_verified' };
      const { credential, credentialBackedUp } = registrationInfo;
      if (credential.id !== response.id) return { kind: 'wrong', reason: 'other_credential_id' };
      if (isFramed(response)) return { kind: 'wrong', reason: 'cross_origin' };
      if (isoBase64URL.toBuffer(credential.id).length > credentialIdBytes || credential.publicKey.length > publicKeyBytes) {
        return { kind: 'wrong', reason: 'too_large' };
      }
      // Throws for a key that isn't one (half a point, say): a passkey that never opens would lock its owner out.
      await verifySignature({ signature: anySignature, data: anySignature, credentialPublicKey: credential.publicKey });
      return {
        kind: 'right',
        credentialId: credential.id,
        publicKey: isoBase64URL.fromBuffer(credential.publicKey),
        counter: credential.counter,
        synced: credentialBackedUp,
      };
    } catch {
      const authenticatorData = () => readAttestation(response).get('authData');
      return { kind: 'wrong', reason: await explain(response, authenticatorData, expected) };
    }
  },

  async verifyAssertion(response, expected, passkey) {
    try {
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response: withoutNull(response),
        expectedChallenge: expected.challenge,
        expectedOrigin: expected.origin,
        expectedRPID: expected.relyingPartyId,
        requireUserVerification: true,
        credential: { id: passkey.credentialId, publicKey: isoBase64URL.toBuffer(passkey.publicKey), counter: passkey.counter },
      });
      if (!verified) return { kind: 'wrong', reason: 'wrong_signature' };
      if (isFramed(response)) return { kind: 'wrong', reason: 'cross_origin' };
      return { kind: 'right', counter: authenticationInfo.newCounter, synced: authenticationInfo.credentialBackedUp };
    } catch {
      const authenticatorData = () => isoBase64URL.toBuffer(response.response.authenticatorData);
      return { kind: 'wrong', reason: await explain(response, authenticatorData, expected, passkey.counter) };
    }
  },
};

/** DER of two integers: no algorithm's parser minds it. */
const anySignature = Uint8Array.of(0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01);

type Clientside = { readonly response: { readonly clientDataJSON: string } };

/** No page of ours stands in a frame: whoever answers from one was led there. */
function isFramed({ response }: Clientside): boolean {
  const { crossOrigin, topOrigin } = decodeClientDataJSON(response.clientDataJSON);
  return crossOrigin === true || topOrigin !== undefined;
}

/**
 * Attestation is not asked for, and what comes all the same (some authenticators sign for themselves) is not looked at: it
 * could prove the make of an authenticator, which nobody here decides by. The parsers of its formats need not be there either.
 */
function withoutAttestation(response: PasskeyRegistration) {
  const plain = isoCBOR.encode(
    new Map<string, string | Map<string, never> | Uint8Array>([
      ['fmt', 'none'],
      ['attStmt', new Map<string, never>()],
      ['authData', readAttestation(response).get('authData')],
    ]),
  );
  const { id, rawId, type } = response;
  const { clientDataJSON } = response.response;
  return { id, rawId, type, clientExtensionResults: {}, response: { clientDataJSON, attestationObject: isoBase64URL.fromBuffer(plain) } };
}

function readAttestation({ response }: PasskeyRegistration) {
  return decodeAttestationObject(isoBase64URL.toBuffer(response.attestationObject));
}

function withoutNull({ id, rawId, type, response }: PasskeyAssertion) {
  const { clientDataJSON, authenticatorData, signature, userHandle } = response;
  const handle = userHandle == null ? {} : { userHandle };
  return { id, rawId, type, clientExtensionResults: {}, response: { clientDataJSON, authenticatorData, signature, ...handle } };
}

/** The private reason of a refusal that has been decided: read from what was sent, and worth no more than that. */
async function explain(
  { response }: Clientside,
  authenticatorData: () => Uint8Array<ArrayBuffer>,
  expected: CeremonyExpectation,
  counter = -1,
): Promise<string> {
  try {
    if (decodeClientDataJSON(response.clientDataJSON).origin !== expected.origin) return 'other_origin';
    const parsed = parseAuthenticatorData(authenticatorData());
    const relyingPartyHash = await toHash(expected.relyingPartyId);
    if (Buffer.compare(parsed.rpIdHash, relyingPartyHash) !== 0) return 'other_relying_party';
    if (!parsed.flags.up || !parsed.flags.uv) return 'user_not_verified';
    if (counter > 0 && parsed.counter <= counter) return 'counter_went_back';
    return 'not_valid';
  } catch {
    return 'malformed';
  }
}
