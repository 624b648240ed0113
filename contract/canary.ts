/**
 * The canary: a customer of our own, who signs in every minute through the public address.
 *
 * Its address is in a domain that can't exist (RFC 6761, 6.4), so that no mail server ever sees its mail: the mailer puts what is
 * for that domain into the canary's queue. Its name there is made from its secret, so that nobody can aim at it.
 */
export const canaryDomain = 'canary.invalid';

/** Tells the canary's requests from those that count, and its entries in the history. Whoever borrows it hides only their own. */
export const canaryUserAgent = 'portiere-canary/1';

export function isCanaryAddress(email: string): boolean {
  return email.endsWith(`@${canaryDomain}`);
}

export function isCanaryRequest(userAgent: string | undefined): boolean {
  return userAgent === canaryUserAgent;
}
