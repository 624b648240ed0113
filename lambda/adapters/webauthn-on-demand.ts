import type { WebAuthnVerifier } from '../domain/ports.ts';

const load = async () => (await import('./simple-webauthn.ts')).simpleWebAuthn;

/** The library is evaluated for the first response of an authenticator: a cold start for options or a list doesn't wait for it. */
export const webAuthnOnDemand: WebAuthnVerifier = {
  verifyRegistration: async (...input) => (await load()).verifyRegistration(...input),
  verifyAssertion: async (...input) => (await load()).verifyAssertion(...input),
};
