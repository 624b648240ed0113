/** Chromium's own authenticator of software, over its DevTools protocol: a platform's, with user verification. */
import type { CDPSession, Page } from 'playwright-core';

export interface VirtualAuthenticator {
  /** What is on it. */
  credentials(): Promise<{ credentialId: string; rpId?: string; userHandle?: string; signCount: number }[]>;
  /** Whether the person passes the fingerprint, face or PIN from here on. */
  verifyPerson(isVerified: boolean): Promise<void>;
  /** Takes everything off it, as a phone that was lost. */
  clear(): Promise<void>;
}

/** Gives a page an authenticator. It belongs to the page: another page of the same browser has none. */
export async function addAuthenticator(page: Page): Promise<VirtualAuthenticator> {
  const devtools: CDPSession = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    credentials: async () => (await devtools.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    verifyPerson: async (isUserVerified) => {
      await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
    },
    clear: async () => {
      await devtools.send('WebAuthn.clearCredentials', { authenticatorId });
    },
  };
}
