/**
 * One run: each part is looked at, and what fails is looked at again after a moment. Only what fails twice has failed: a lost packet
 * is no outage, and an outage is told within seconds. A run always ends in time to say what it saw.
 */
import type { ComponentId } from '../../../contract/components.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';
import { StepFailed } from './browser.ts';
import type { CanaryAccount, CanaryPorts } from './ports.ts';
import { continueSetUp, remembered } from './set-up.ts';
import { canaryAddress, lookAtAccounts, lookAtPages, readSession, signIn, signOut } from './visit.ts';

const { retryAfterMilliseconds, renewDeviceSeconds } = securityPolicy.canary;
const stepMilliseconds = securityPolicy.secondFactor.totp.stepSeconds * 1000;

export async function runCanary(ports: CanaryPorts): Promise<void> {
  const account = await readAccount(ports);
  await Promise.all([
    see(ports, ['pages'], () => lookAtPages(ports)),
    see(ports, ['accounts'], () => lookAtAccounts(ports)),
    account?.isEnrolled ? see(ports, ['sign-in', 'sessions'], (time) => visit(ports, account, time)) : setUp(ports, account),
  ]);
}

/** @param time counts the tries: each needs the code of a time step of its own */
async function visit(ports: CanaryPorts, account: CanaryAccount, time: number): Promise<void> {
  const browser = await signIn(ports, account, ports.clock.now() + time * stepMilliseconds);
  await readSession(browser, canaryAddress(account.password));
  await signOut(browser);
  // Known devices are forgotten in the end; long before that the canary keeps the cookie that it was given meanwhile.
  if (ports.clock.now() - (account.deviceCookieAt ?? 0) > renewDeviceSeconds * 1000) {
    await ports.memory.write({ ...account, ...remembered(ports, browser) });
  }
}

/**
 * Does what a customer does, twice if need be, and writes down each component: the parts before the one that failed are well, those
 * behind it were not seen.
 *
 * @param components in the order of the steps
 */
async function see(ports: CanaryPorts, components: readonly ComponentId[], look: (time: number) => Promise<void>): Promise<void> {
  const began = ports.clock.now();
  let failure = await attempt(() => look(0));
  if (failure !== undefined) {
    ports.journal.note('WARN', 'canary.stumbled', describe(failure));
    await ports.clock.pause(retryAfterMilliseconds);
    failure = await attempt(() => look(1));
  }
  if (failure !== undefined) ports.journal.note('ERROR', 'canary.failed', describe(failure));
  const milliseconds = ports.clock.now() - began;
  const failedAt = failure === undefined ? components.length : Math.max(0, components.indexOf(failure.component));
  components.slice(0, failedAt + 1).forEach((component, index) => {
    ports.journal.see({ component, isFailed: index === failedAt, milliseconds });
  });
}

async function attempt(look: () => Promise<void>): Promise<StepFailed | undefined> {
  try {
    await look();
    return undefined;
  } catch (error) {
    if (error instanceof StepFailed) return error;
    // Of our own making, such as a secret that can't be written: the canary can't say that the part is well.
    const { name } = Object(error) as { name?: string };
    return new StepFailed('sign-in', 'remember', name ?? 'Error');
  }
}

async function readAccount(ports: CanaryPorts): Promise<CanaryAccount | undefined> {
  try {
    return await ports.memory.read();
  } catch (error) {
    ports.journal.note('ERROR', 'canary.forgot', { reason: (Object(error) as { name?: string }).name });
    return undefined;
  }
}

/** A canary without an account, or one that can't read its secret, has not seen whether people can sign in: it says nothing of that. */
async function setUp(ports: CanaryPorts, account: CanaryAccount | undefined): Promise<void> {
  if (account === undefined) return;
  const failure = await attempt(() => continueSetUp(ports, account));
  if (failure) ports.journal.note('ERROR', 'canary.set_up_failed', describe(failure));
}

function describe({ component, step, message, requestId }: StepFailed): Record<string, string | undefined> {
  return { component, step, reason: message, requestId };
}
