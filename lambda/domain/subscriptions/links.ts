/**
 * The links in mails to subscribers: which subscription, which purpose, and a proof that we wrote it, computed and never stored.
 *
 * They work as long as the subscription lives, in the oldest mail too: a mail that can't be stopped any more is what complaints are made
 * of. A mail provider is given the link that unsubscribes (RFC 8058), and can do nothing else with it: the one that shows and changes
 * what a subscription is about has another proof.
 */
import { createHash } from 'node:crypto';
import { securityPolicy } from '../../../contract/security-policy.ts';
import { subscriptionTokenPattern } from '../../../contract/text-checks.ts';
import type { KeyedHash } from '../ports.ts';
import { equalInConstantTime } from '../sessions.ts';

export type LinkPurpose = 'manage' | 'unsubscribe';

const idBytes = 24;

/** The same for every spelling of an address; who reads a link learns no key of another table from it. */
export function subscriptionIdOf(emailKey: string): string {
  const digest = createHash('sha256').update(`status-subscription:${emailKey}`).digest();
  return digest.subarray(0, idBytes).toString('base64url');
}

/** Which of the lists a subscription is in: ids are digests, so they are even. */
export function listOf(subscriptionId: string): number {
  return (Buffer.from(subscriptionId, 'base64url')[0] ?? 0) % securityPolicy.statusSubscriptions.lists;
}

export async function mintLinkToken(linkKey: KeyedHash, purpose: LinkPurpose, subscriptionId: string): Promise<string> {
  return `${subscriptionId}.${await proofOf(linkKey, purpose, subscriptionId)}`;
}

/** @returns the subscription's id, or undefined for what we have not written for this purpose */
export async function readLinkToken(linkKey: KeyedHash, purpose: LinkPurpose, token: string): Promise<string | undefined> {
  if (!subscriptionTokenPattern.test(token)) return undefined;
  const [subscriptionId = '', proof = ''] = token.split('.');
  return equalInConstantTime(proof, await proofOf(linkKey, purpose, subscriptionId)) ? subscriptionId : undefined;
}

async function proofOf(linkKey: KeyedHash, purpose: LinkPurpose, subscriptionId: string): Promise<string> {
  return Buffer.from(await linkKey.digest(`${purpose}:${subscriptionId}`)).toString('base64url');
}
