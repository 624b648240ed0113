/** What the canary needs from the world. */
import type { ComponentId } from '../../../contract/components.ts';
import type { Clock, RandomSource } from '../ports.ts';

export interface SiteRequest {
  readonly body?: unknown;
  readonly cookies?: readonly string[];
  readonly csrfToken?: string;
}

export interface SiteAnswer {
  readonly status: number;
  readonly contentType: string;
  /** Parsed, where it is JSON. */
  readonly json: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** Name and value; an empty value is one that ends. */
  readonly cookies: readonly (readonly [name: string, value: string])[];
  /** What to look for in the logs of the API. */
  readonly requestId?: string;
}

/** The public address, asked as a customer's browser asks it. */
export interface Site {
  /** @throws when it can't be reached, or not in time */
  ask(method: 'GET' | 'POST', path: string, request?: SiteRequest): Promise<SiteAnswer>;
}

/** What the canary knows of its own account: all of it lies in its secret. */
export interface CanaryAccount {
  readonly password: string;
  /** Milliseconds: when it asked for an account last. */
  readonly registeredAt?: number;
  readonly isVerified?: boolean;
  /** Base32. Shown, and perhaps confirmed: stored before it is, so that no crash loses it. */
  readonly totpSecret?: string;
  readonly isEnrolled?: boolean;
  /** The cookie of a known device: strangers who guess the canary's password can't lock it out. */
  readonly deviceCookie?: string;
  readonly deviceCookieAt?: number;
}

export interface CanaryMemory {
  read(): Promise<CanaryAccount>;
  write(account: CanaryAccount): Promise<void>;
}

/** What one run found out about one part of the service. */
export interface Sighting {
  readonly component: ComponentId;
  readonly isFailed: boolean;
  readonly milliseconds: number;
}

export interface CanaryPorts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly site: Site;
  readonly memory: CanaryMemory;
  /** @returns the six digits of the time step at `now` */
  readonly code: (secret: string, now: number) => Promise<string>;
  readonly journal: {
    /** Never given a password, a code, a token or a cookie. */
    note(level: 'INFO' | 'WARN' | 'ERROR', event: `canary.${string}`, fields: Readonly<Record<string, string | number | undefined>>): void;
    see(sighting: Sighting): void;
  };
}
