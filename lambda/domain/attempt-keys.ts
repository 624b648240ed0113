/** The budgets of guesses at a password, by what they are counted for. */

/** Guesses from devices that nobody knows: one budget an address, with and without an account alike. */
export function strangersBudget(emailKey: string): string {
  return `address:${emailKey}`;
}

/** A device that has signed in before: strangers who lock the address don't lock its owner out. */
export function deviceBudget(emailKey: string, deviceId: string): string {
  return `device:${emailKey}:${deviceId}`;
}

/** Guesses by whoever holds the link of a registration: its own, for there is no account yet that could be locked. */
export function registrationBudget(registrationId: string): string {
  return `registration:${registrationId}`;
}

/**
 * Guesses by whoever holds a session have a budget of their own: a stolen session must not lock its owner out. Counted for the
 * address whose hash is guessed at, like every other: a function that asks on somebody's behalf can't choose another count.
 */
export function sessionBudget(emailKey: string): string {
  return `session:${emailKey}`;
}
