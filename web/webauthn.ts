/** The only module that knows the WebAuthn library; loaded when a passkey is asked for. */
import {
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
} from '@simplewebauthn/browser';
import type { Assertion, Registration } from './passkey.ts';

/** @param suggested in the address field's suggestions, instead of in a window of the browser's own */
export async function getPasskey(options: Record<string, unknown>, suggested: boolean): Promise<Assertion> {
  const answer = await startAuthentication({
    optionsJSON: options as unknown as PublicKeyCredentialRequestOptionsJSON,
    useBrowserAutofill: suggested,
  });
  return answer as unknown as Assertion;
}

export async function createPasskey(options: Record<string, unknown>): Promise<Registration> {
  return (await startRegistration({
    optionsJSON: options as unknown as PublicKeyCredentialCreationOptionsJSON,
  })) as unknown as Registration;
}

export function dismissQuestion(): void {
  WebAuthnAbortService.cancelCeremony();
}
