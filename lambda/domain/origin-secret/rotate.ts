/**
 * How the origin secret changes while requests pass. Each run looks at what Secrets Manager and CloudFront say and takes one
 * step; all that it must know stands there, so that a run which dies anywhere is made good by the next.
 *
 * What holds at every moment, whatever died in between: the functions accept the current value, the one before and the next;
 * the edge sends one of these (docs/decisions/0014).
 */
import { securityPolicy } from '../../../contract/security-policy.ts';
import type { RandomSource } from '../ports.ts';
import type { EdgeOrigin, OriginSecretVersions, RotationPorts, SecretVersion } from './ports.ts';

const { originSecret: policy } = securityPolicy;

export type RotationStep =
  /** Nothing to do. */
  | { readonly kind: 'idle' }
  /** The functions learn the next value until this time; milliseconds. */
  | { readonly kind: 'wait_for_functions'; readonly until: number }
  | { readonly kind: 'wait_for_edge' }
  | { readonly kind: 'make_next' }
  | { readonly kind: 'send'; readonly version: SecretVersion; readonly corrects: boolean }
  | { readonly kind: 'promote'; readonly next: SecretVersion }
  | { readonly kind: 'end_previous'; readonly previous: SecretVersion };

/** @param isAsked whether somebody wants the next value now, however young the current one is */
export function decideRotation(
  { current, next, previous, changedAt }: OriginSecretVersions,
  edge: EdgeOrigin,
  now: number,
  isAsked = false,
): RotationStep {
  const learntAt = next && next.createdAt + policy.learnSeconds * 1000;
  const isLearnt = learntAt !== undefined && now >= learntAt;
  const wanted = isLearnt ? next : current;
  // Also after a deployment, which puts in what is current when it looks, and after somebody's hand.
  if (wanted && !edge.sends.every((value) => value === wanted.value)) return { kind: 'send', version: wanted, corrects: !isLearnt };
  // Until every location has it, some still send the value before: it must not lose its place yet.
  if (!edge.isDeployed) return { kind: 'wait_for_edge' };
  if (next && learntAt !== undefined) return isLearnt ? { kind: 'promote', next } : { kind: 'wait_for_functions', until: learntAt };
  if (isAsked || now >= current.createdAt + policy.rotateEverySeconds * 1000) return { kind: 'make_next' };
  if (previous && now >= changedAt + policy.overlapSeconds * 1000) return { kind: 'end_previous', previous };
  return { kind: 'idle' };
}

/** What a run did or waits for, for the operator. */
export interface RotationReport {
  readonly step: RotationStep['kind'];
  /** Instant. */
  readonly madeAt: string;
  /** Of `wait_for_functions`. */
  readonly until?: string;
}

/**
 * @param wish `rotate`: make the next value now; `report`: change nothing
 * @throws Unavailable when a service fails, and Error when the next value doesn't open or isn't current after hours: both ring
 */
export async function runRotation(ports: RotationPorts, wish: 'clock' | 'rotate' | 'report'): Promise<RotationReport> {
  const { clock, secret, distribution, journal } = ports;
  const versions = await secret.read();
  const edge = await distribution.read();
  const now = clock.now();
  const step = decideRotation(versions, edge, now, wish === 'rotate');
  if (wish !== 'report') {
    journal.count('OriginSecret/Age', Math.floor((now - versions.current.createdAt) / 3_600_000));
    await take(ports, step, versions, edge);
    const { next } = versions;
    if (next && step.kind !== 'promote' && now >= next.createdAt + policy.stalledSeconds * 1000) {
      throw new Error(`the next origin secret has waited for ${policy.stalledSeconds / 3600} hours, last for: ${step.kind}`);
    }
  }
  return {
    step: step.kind,
    madeAt: new Date(versions.current.createdAt).toISOString(),
    ...(step.kind === 'wait_for_functions' ? { until: new Date(step.until).toISOString() } : {}),
  };
}

async function take(ports: RotationPorts, step: RotationStep, { current }: OriginSecretVersions, edge: EdgeOrigin): Promise<void> {
  const { secret, distribution, journal, random } = ports;
  switch (step.kind) {
    case 'idle':
    case 'wait_for_functions':
    case 'wait_for_edge':
      return;
    case 'make_next':
      await secret.makeNext(makeValue(random));
      return journal.note('INFO', 'origin_secret.next_made');
    case 'send':
      // Somebody else has changed the distribution since: the next run sees what it has come to.
      if (!(await distribution.send(step.version.value, edge))) return journal.note('WARN', 'origin_secret.edge_changed_meanwhile');
      return journal.note(
        step.corrects ? 'WARN' : 'INFO',
        step.corrects ? 'origin_secret.edge_corrected' : 'origin_secret.edge_sends_next',
      );
    case 'promote': {
      // The edge sends the next value and nothing else: a request that comes through it has been let in by that value.
      const proof = await ports.publicAddress.ask(edge.domainName);
      if (!proof.isOpen) throw new Error(`the public address does not open with the next origin secret: ${proof.reason}`);
      await secret.promote(step.next, current);
      return journal.note('INFO', 'origin_secret.rotated');
    }
    case 'end_previous':
      await secret.end(step.previous);
      return journal.note('INFO', 'origin_secret.previous_ended');
  }
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Bytes past the last whole multiple of the alphabet are thrown away: no character is likelier than another. */
export function makeValue(random: RandomSource): string {
  const limit = 256 - (256 % alphabet.length);
  let value = '';
  while (value.length < policy.characters) {
    for (const byte of random.bytes(policy.characters)) {
      if (byte < limit && value.length < policy.characters) value += alphabet[byte % alphabet.length];
    }
  }
  return value;
}
