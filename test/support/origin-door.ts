/** The door between edge and functions in memory: Secrets Manager, CloudFront, instances of functions with their copies, and a clock. */

import { securityPolicy } from '../../contract/security-policy.ts';
import type { EdgeOrigin, OriginSecretVersions, RotationPorts, SecretVersion } from '../../lambda/domain/origin-secret/ports.ts';
import { type RotationReport, runRotation } from '../../lambda/domain/origin-secret/rotate.ts';

const { freshSeconds, rereadSeconds } = securityPolicy.originSecret;

/** Where a run may die. */
export class Crash extends Error {}

interface Instance {
  readAt: number;
  copy: readonly string[];
}

export class OriginDoor {
  now = Date.UTC(2026, 0, 1);
  readonly noted: string[] = [];
  readonly counted: [string, number | undefined][] = [];
  /** What the locations send: the newest last; more than one while a change is on its way to them. */
  sending: string[];
  isOpen = true;
  /** Called before and after each call of a run; may throw `Crash`. */
  beforeCall: () => void = () => undefined;
  current: SecretVersion;
  next: SecretVersion | undefined;
  previous: SecretVersion | undefined;
  readonly #instances: Instance[] = [];
  #etag = 0;
  #versions = 0;
  #changedAt = this.now;

  constructor() {
    this.current = this.#newVersion('first');
    this.sending = [this.current.value];
    for (let index = 0; index < 4; index++) this.#instances.push({ readAt: this.now, copy: this.valid() });
  }

  advance(seconds: number): void {
    this.now += seconds * 1000;
  }

  /** CloudFront has brought the newest value everywhere. */
  deployed(): void {
    this.sending = this.sending.slice(-1);
  }

  /** Values that Secrets Manager has under a label. */
  valid(): string[] {
    return [this.current, this.next, this.previous].flatMap((version) => version?.value ?? []);
  }

  /** A value arrives at the edge by whatever way: a run, a deployment, a hand. */
  putIntoEdge(value: string): void {
    this.#etag += 1;
    this.sending = [...this.sending, value];
  }

  /** A request from each location to each instance. @returns the values that were refused */
  refusals(): string[] {
    return this.#instances.flatMap((instance) => this.sending.filter((value) => !this.#accepts(instance, value)));
  }

  run(wish: 'clock' | 'rotate' | 'report' = 'clock'): Promise<RotationReport> {
    return runRotation(this.ports(), wish);
  }

  ports(): RotationPorts {
    const call = async <T>(work: () => T): Promise<T> => {
      this.beforeCall();
      const result = work();
      this.beforeCall();
      return result;
    };
    let seed = 0;
    return {
      clock: { now: () => this.now, pause: async () => undefined },
      random: { bytes: (length) => Uint8Array.from({ length }, () => (this.#versions * 31 + seed++ * 7) % 256) },
      secret: {
        read: () =>
          call((): OriginSecretVersions => {
            const { current, next, previous } = this;
            return { current, ...(next && { next }), ...(previous && { previous }), changedAt: this.#changedAt };
          }),
        makeNext: (value) =>
          call(() => {
            this.next = this.#newVersion(value);
            this.#changedAt = this.now;
          }),
        promote: (next, current) =>
          call(() => {
            if (this.current.versionId !== current.versionId) throw new Error('the label is not there');
            this.previous = this.current;
            this.current = next;
            this.next = undefined;
            this.#changedAt = this.now;
          }),
        end: (previous) =>
          call(() => {
            if (this.previous?.versionId !== previous.versionId) throw new Error('the label is not there');
            this.previous = undefined;
            this.#changedAt = this.now;
          }),
      },
      distribution: {
        read: () =>
          call((): EdgeOrigin => {
            return {
              sends: this.sending.slice(-1),
              isDeployed: this.sending.length === 1,
              domainName: 'd1.cloudfront.net',
              reading: this.#etag,
            };
          }),
        send: (value, { reading }) =>
          call(() => {
            if (reading !== this.#etag) return false;
            this.putIntoEdge(value);
            return true;
          }),
      },
      publicAddress: { ask: async () => (this.isOpen ? { isOpen: true } : { isOpen: false, reason: 'it answered 403' }) },
      journal: { note: (_, event) => this.noted.push(event), count: (...entry) => this.counted.push(entry as [string, number]) },
    };
  }

  /** As `lambda/adapters/secrets.ts` does it. */
  #accepts(instance: Instance, value: string): boolean {
    const age = this.now - instance.readAt;
    const isUnknown = !instance.copy.includes(value);
    if (age >= freshSeconds * 1000 || (isUnknown && age >= rereadSeconds * 1000)) {
      instance.readAt = this.now;
      instance.copy = this.valid();
    }
    return instance.copy.includes(value);
  }

  #newVersion(value: string): SecretVersion {
    this.#versions += 1;
    return { versionId: `v${this.#versions}`, value, createdAt: this.now };
  }
}
