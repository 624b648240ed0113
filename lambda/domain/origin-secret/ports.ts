/** What the rotation of the origin secret needs from the world. Adapters implement these over AWS and HTTPS; tests over memory. */
import type { Clock, Metrics, RandomSource } from '../ports.ts';

export interface SecretVersion {
  readonly versionId: string;
  readonly value: string;
  /** Milliseconds. */
  readonly createdAt: number;
}

export interface OriginSecretVersions {
  readonly current: SecretVersion;
  /** Made, and not current yet. */
  readonly next?: SecretVersion;
  /** Valid still. */
  readonly previous?: SecretVersion;
  /** When anything about the secret last changed; milliseconds. */
  readonly changedAt: number;
}

export interface RotatingSecret {
  read(): Promise<OriginSecretVersions>;
  makeNext(value: string): Promise<void>;
  /** Makes `next` current and `current` the one before: all at once, and only if it still is the current one. */
  promote(next: SecretVersion, current: SecretVersion): Promise<void>;
  /** From here on the value before opens nothing. */
  end(previous: SecretVersion): Promise<void>;
}

export interface EdgeOrigin {
  /** What it sends as the origin secret: one value, unless somebody has been at it. */
  readonly sends: readonly string[];
  /** Whether every location has what was last written. */
  readonly isDeployed: boolean;
  /** Host, and port where there is one. */
  readonly domainName: string;
  /** Opaque: what was read, for the write. */
  readonly reading: unknown;
}

export interface EdgeDistribution {
  read(): Promise<EdgeOrigin>;
  /** @returns false when it was changed since it was read */
  send(value: string, from: EdgeOrigin): Promise<boolean>;
}

export interface PublicAddress {
  /** Asks the API a question that anybody may ask, through the edge. Never throws. */
  ask(domainName: string): Promise<{ readonly isOpen: true } | { readonly isOpen: false; readonly reason: string }>;
}

export interface RotationPorts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly secret: RotatingSecret;
  readonly distribution: EdgeDistribution;
  readonly publicAddress: PublicAddress;
  readonly journal: {
    note(level: 'INFO' | 'WARN' | 'ERROR', event: string): void;
    count(metric: Parameters<Metrics['count']>[0], value?: number): void;
  };
}
