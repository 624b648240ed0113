/**
 * Challenges of WebAuthn ceremonies, without a store (docs/decisions/0007): random bytes and the time, signed for one
 * purpose and one subject. What makes one single-use is the write that uses it.
 */
import { securityPolicy } from '../../../contract/security-policy.ts';
import type { AccountRecord, CeremonyExpectation, KeyedHash, RandomSource } from '../ports.ts';
import { equalInConstantTime, hashSecret } from '../sessions.ts';

const { ceremonySeconds, ceremoniesPerChallengeLife } = securityPolicy.passkeys;

const LIFETIME = ceremonySeconds * 1000;
/** By how much the clocks of two machines may differ. */
const SKEW = 60_000;
/** WebAuthn level 3, 13.4.3: at least 16. */
const RANDOM_BYTES = 16;
const TIME_BYTES = 6;
const MAC_BYTES = 16;
const BODY_BYTES = RANDOM_BYTES + TIME_BYTES;

/** What a challenge is good for, and for whom: one for anything else is none. */
export type Purpose =
  | { readonly use: 'registration' | 'step_up'; readonly accountId: string; readonly sessionId: string }
  | { readonly use: 'second_step'; readonly accountId: string; readonly challengeId: string }
  /** Nobody yet: the assertion will say who. */
  | { readonly use: 'sign_in' };

/** A challenge of ours that was presented in time. */
export interface Ceremony {
  readonly challenge: string;
  readonly hash: string;
  /** From then on its age alone refuses it. */
  readonly replayableUntil: number;
}

/** @returns base64url */
export async function issueChallenge(ceremonyKey: KeyedHash, random: RandomSource, purpose: Purpose, now: number): Promise<string> {
  const body = Buffer.alloc(BODY_BYTES);
  body.set(random.bytes(RANDOM_BYTES));
  body.writeUIntBE(now, RANDOM_BYTES, TIME_BYTES);
  return Buffer.concat([body, await sign(ceremonyKey, purpose, body)]).toString('base64url');
}

/** @returns undefined unless the challenge in the client data is one of ours, for this purpose, and young enough */
export async function readCeremony(
  ceremonyKey: KeyedHash,
  clientDataJSON: string,
  purpose: Purpose,
  now: number,
): Promise<Ceremony | undefined> {
  const challenge = findChallenge(clientDataJSON);
  if (challenge === undefined) return undefined;
  const bytes = Buffer.from(challenge, 'base64url');
  // Read back, for base64url has more than one text for the same bytes: each would be a challenge that wasn't answered yet.
  if (bytes.length !== BODY_BYTES + MAC_BYTES || bytes.toString('base64url') !== challenge) return undefined;
  const body = bytes.subarray(0, BODY_BYTES);
  const expected = await sign(ceremonyKey, purpose, body);
  if (!equalInConstantTime(bytes.subarray(BODY_BYTES).toString('base64url'), expected.toString('base64url'))) return undefined;
  const issuedAt = body.readUIntBE(RANDOM_BYTES, TIME_BYTES);
  if (now < issuedAt - SKEW || now >= issuedAt + LIFETIME) return undefined;
  return { challenge, hash: hashSecret(challenge), replayableUntil: issuedAt + LIFETIME + SKEW };
}

/**
 * The ceremonies that the account remembers, with this one: for the write that acts on it.
 *
 * @returns `spent` when it was answered before, `too_many` when its owner answers so many that they would fill the account
 */
export function spendCeremony(
  account: Pick<AccountRecord, 'spentCeremonies'>,
  ceremony: Ceremony,
  now: number,
): Readonly<Record<string, number>> | 'spent' | 'too_many' {
  const live = Object.entries(account.spentCeremonies ?? {}).filter(([, until]) => until > now);
  if (live.some(([hash]) => hash === ceremony.hash)) return 'spent';
  if (live.length >= ceremoniesPerChallengeLife) return 'too_many';
  return { ...Object.fromEntries(live), [ceremony.hash]: ceremony.replayableUntil };
}

/** The relying party is the host of the site, and its pages are the only ones that may use it. */
export function expectationOf(ceremony: Ceremony, siteOrigin: string): CeremonyExpectation {
  return { challenge: ceremony.challenge, origin: siteOrigin, relyingPartyId: relyingPartyOf(siteOrigin) };
}

export function relyingPartyOf(siteOrigin: string): string {
  return new URL(siteOrigin).hostname;
}

/** What the browser has signed is read by the library; here only to find the challenge that it is about. */
function findChallenge(clientDataJSON: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8'));
    const challenge = typeof parsed === 'object' && parsed !== null && 'challenge' in parsed ? parsed.challenge : undefined;
    return typeof challenge === 'string' ? challenge : undefined;
  } catch {
    return undefined;
  }
}

async function sign(ceremonyKey: KeyedHash, purpose: Purpose, body: Uint8Array): Promise<Buffer> {
  const mac = await ceremonyKey.digest(`ceremony:v1:${describePurpose(purpose)}:${Buffer.from(body).toString('base64url')}`);
  return Buffer.from(mac.subarray(0, MAC_BYTES));
}

/** Ids hold no colon, so no two purposes read the same. */
function describePurpose(purpose: Purpose): string {
  switch (purpose.use) {
    case 'registration':
    case 'step_up':
      return `${purpose.use}:${purpose.accountId}:${purpose.sessionId}`;
    case 'second_step':
      return `${purpose.use}:${purpose.accountId}:${purpose.challengeId}`;
    case 'sign_in':
      return purpose.use;
  }
}
