import type { StaffView } from '../../contract/schemas.ts';

/** Of the history: more is on the page for staff, and in `--json`. */
const eventsShown = 10;

export function describeAccount(view: StaffView): string[] {
  const facts: readonly (readonly [string, string])[] = [
    ['state', describeState(view)],
    ['lock', view.lockedUntil === null ? 'none' : `strangers wait until ${view.lockedUntil}`],
    ['second factor', describeFactor(view)],
    ['sessions', String(view.sessions)],
    ['last sign-in', describeLastSignIn(view)],
    ['created', view.createdAt],
    ['language', view.locale],
    ...(view.isStaff ? [['staff', 'yes'] as const] : []),
  ];
  return [
    `${view.email}  ${view.id}`,
    ...facts.map(([name, value]) => `  ${name.padEnd(14)}${value}`),
    ...(view.events.length === 0 ? [] : ['  latest events']),
    ...view.events.slice(0, eventsShown).map(describeEvent),
  ];
}

function describeState({ status, erasesAt }: StaffView): string {
  return erasesAt === null ? status : `${status}, to be erased at ${erasesAt}`;
}

function describeFactor({ secondFactor, factorRecovery }: StaffView): string {
  const { enabled, methods, recoveryCodesLeft } = secondFactor;
  if (!enabled) return 'none';
  const lost = factorRecovery === null ? '' : `; said to be lost since ${factorRecovery.requestedAt}`;
  return `${methods.join(', ')}; ${recoveryCodesLeft} recovery codes left${lost}`;
}

function describeLastSignIn({ lastSignInAt, signIns, events }: StaffView): string {
  if (lastSignInAt !== null) return `${lastSignInAt} (${signIns} in all)`;
  return signIns === 0 ? 'never' : `before the last ${events.length} events (${signIns} in all)`;
}

function describeEvent({ at, type, address, actor, reason }: StaffView['events'][number]): string {
  const from = address === '' ? '' : ` from ${address}`;
  const by = actor === undefined ? '' : ` by ${actor}`;
  return `    ${at}  ${type}${from}${by}${reason === '' ? '' : `: ${reason}`}`;
}
