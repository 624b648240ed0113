/** Passkeys, as the pages use them. What talks to the browser about them is loaded when somebody uses one. */
import { ConnectionError, type InputOf } from '../client/index.ts';
import { Abandoned } from './api.ts';

/** Why no passkey came of it; each has its sentence in the dictionary. */
export type PasskeyTrouble =
  | 'unsupported'
  | 'dismissed'
  | 'timedOut'
  | 'unsuitable'
  | 'alreadyThere'
  | 'wrongAddress'
  | 'broken'
  | 'unknown'
  | 'foreign'
  | 'expired';

export class PasskeyError extends Error {
  override readonly name = 'PasskeyError';
  readonly trouble: PasskeyTrouble;
  constructor(trouble: PasskeyTrouble, options?: ErrorOptions) {
    super(trouble, options);
    this.trouble = trouble;
  }
}

export type Assertion = InputOf<'sign-in.passkey'>['credential'];
export type Registration = InputOf<'account.passkeys.register'>['credential'];
/** Options as the server gives them, to be handed to the browser as they are. */
type Ask = () => Promise<{ readonly options: Record<string, unknown> }>;

export function supportsPasskeys(): boolean {
  return typeof globalThis.PublicKeyCredential === 'function';
}

const troubles: Readonly<Record<string, PasskeyTrouble>> = {
  // Browsers say the same when the person says no, when nobody answers, and when there is no such passkey: sites are not to know.
  NotAllowedError: 'dismissed',
  InvalidStateError: 'alreadyThere',
  ConstraintError: 'unsuitable',
  NotSupportedError: 'unsuitable',
  SecurityError: 'wrongAddress',
};

/** How much earlier than asked a browser may give up, and still be said to have waited. */
const impatienceMilliseconds = 1000;

/** @param waited milliseconds between the browser's question and its failure; `timeout` those that it was given */
export function describeTrouble(error: unknown, waited: number, timeout: unknown): PasskeyTrouble {
  const trouble = troubles[error instanceof Error || error instanceof DOMException ? error.name : ''] ?? 'broken';
  const isTooLate = typeof timeout === 'number' && waited >= timeout - impatienceMilliseconds;
  return trouble === 'dismissed' && isTooLate ? 'timedOut' : trouble;
}

type WebAuthn = typeof import('./webauthn.ts');
let loaded: WebAuthn | undefined;

async function load(): Promise<WebAuthn> {
  try {
    loaded = await import('./webauthn.ts');
    return loaded;
  } catch (cause) {
    throw new ConnectionError('A part of the page did not arrive', { cause });
  }
}

async function perform<Result>(ask: Ask, ceremony: (webauthn: WebAuthn, options: Record<string, unknown>) => Promise<Result>) {
  if (!supportsPasskeys()) throw new PasskeyError('unsupported');
  const [webauthn, { options }] = await Promise.all([load(), ask()]);
  const begun = performance.now();
  try {
    return await ceremony(webauthn, options);
  } catch (cause) {
    // Another question took its place.
    if (cause instanceof Error && cause.name === 'AbortError') throw new Abandoned();
    throw new PasskeyError(describeTrouble(cause, performance.now() - begun, options.timeout), { cause });
  }
}

/**
 * Asks the person for a passkey of theirs.
 *
 * @throws PasskeyError when none came; Abandoned when another question took its place; whatever `ask` throws.
 */
export function showPasskey(ask: Ask): Promise<Assertion> {
  return perform(ask, (webauthn, options) => webauthn.getPasskey(options, false));
}

/** Makes a passkey. Throws like `showPasskey`. */
export function makePasskey(ask: Ask): Promise<Registration> {
  return perform(ask, (webauthn, options) => webauthn.createPasskey(options));
}

/**
 * Lets the browser offer passkeys in the address field's list of suggestions, where it can.
 *
 * @returns the passkey that was chosen there; undefined when the browser can't, the server had no options, or another question came.
 */
export async function awaitSuggestedPasskey(ask: Ask): Promise<Assertion | undefined> {
  try {
    if (!supportsPasskeys() || !(await PublicKeyCredential.isConditionalMediationAvailable?.())) return undefined;
    return await perform(ask, (webauthn, options) => webauthn.getPasskey(options, true));
  } catch {
    // Nobody asked for it: there is a button, which says what is wrong.
    return undefined;
  }
}

/** Takes back a question that is still open. */
export function dismissPasskeyQuestion(): void {
  loaded?.dismissQuestion();
}
