/**
 * What the security page says, as data: `/security.json` is this, and the page in two languages is drawn from it.
 *
 * Nothing in it can be set by hand: `lib/security-page/` derives every word of it from the promises and from recorded results.
 */
import type { AsvsLevel, AsvsRemedy } from './asvs.ts';
import type { PromiseSection, Wording } from './promise.ts';

/** `kept`: all of its evidence is there, passed and fresh, and nothing of it is unbuilt. `failing`: some evidence has failed. Else `open`. */
export type PromiseStatus = 'kept' | 'failing' | 'open';

/**
 * `passed` and `failed` are results of these very sources. `stale`: of other sources, or too old. `expired`: an attestation that has
 * lapsed. `off`: this deployment has not switched it on. `unknown`: never recorded here.
 */
export type EvidenceResult = 'passed' | 'failed' | 'stale' | 'expired' | 'off' | 'unknown';

export interface ShownEvidence {
  /**
   * `test`: of behaviour. `template`: of the synthesized stacks and workflows. `attack`: by an attacker's means. `suite`: all tests of a
   * folder. `report`: by a tool of others. `attestation`: by a person. `setting`: by the configuration of this deployment.
   */
  readonly kind: 'test' | 'template' | 'attack' | 'suite' | 'report' | 'attestation' | 'setting';
  readonly name: string;
  readonly result: EvidenceResult;
  /** When it was found or signed; null where there is nothing. */
  readonly at: string | null;
  /** The file that it is in, or who signed. */
  readonly source?: string;
  /** How often a test ran, where it ran with several inputs; how many tests a suite has. */
  readonly cases?: number;
  /** When an attestation ends. */
  readonly expiresAt?: string;
}

/** Why a promise is open; the page has a sentence for each. */
export type OpenReason = 'not_built' | 'no_evidence' | 'not_run' | 'out_of_date' | 'not_attested' | 'expired' | 'switched_off';

export interface ShownPromise {
  readonly id: string;
  readonly section: PromiseSection;
  readonly status: PromiseStatus;
  readonly reasons: readonly OpenReason[];
  readonly text: Wording;
  readonly how: Wording;
  readonly notYet: Wording | null;
  readonly evidence: readonly ShownEvidence[];
}

/** `met`: we say so, and all that shows it has passed on these sources. `deviates`: we do otherwise, knowingly. */
export type RequirementStatus = 'met' | 'deviates' | 'open' | 'failing';

/** What we do about one requirement of the ASVS. */
export interface ShownRequirement {
  readonly id: string;
  readonly level: AsvsLevel;
  readonly status: RequirementStatus;
  readonly reasons: readonly OpenReason[];
  readonly text: Wording;
  /** Of a deviation that this deployment has: why, and which choice removes it. */
  readonly deviation: { readonly why: Wording; readonly remedy: AsvsRemedy | null } | null;
  /** The promise that it is a part of. */
  readonly promise: string | null;
  readonly evidence: readonly ShownEvidence[];
}

/** A report of `docs/reports/`, as a scanner's judge wrote it. */
export interface ShownReport {
  readonly tool: string;
  readonly version: string;
  readonly date: string;
  readonly scanned: string;
  readonly target: string;
  readonly summary: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly findings: readonly string[];
}

export interface SecurityDocument {
  readonly version: 1;
  /** What was tested: a hash over the sources and the tests, and the commit where it is known. */
  readonly tested: {
    readonly sources: string;
    readonly commit: string | null;
    /** Whether the sources were those of the commit, without changes. */
    readonly isCommitted: boolean;
    /** The public run that recorded the results, where there was one. */
    readonly run: string | null;
  };
  /** After this instant no promise counts as kept any more: the results are too old. Null where nothing is recorded. */
  readonly goodUntil: string | null;
  readonly counts: Readonly<Record<PromiseStatus, number>>;
  readonly promises: readonly ShownPromise[];
  readonly reports: readonly ShownReport[];
  readonly asvs: {
    readonly version: string;
    readonly source: string;
    readonly licence: string;
    /** How many requirements the standard has; we say nothing about those that are not below. */
    readonly published: number;
    readonly counts: Readonly<Record<RequirementStatus, number>>;
    readonly requirements: readonly ShownRequirement[];
  };
  readonly accreditation: {
    /** Day on which AWS's documentation was read. */
    readonly readOn: string;
    /** Of how many of the services below AWS's documentation names each programme, as far as we have read it. */
    readonly programmes: readonly { readonly name: string; readonly documented: number }[];
    readonly services: readonly { readonly name: string; readonly documented: readonly string[]; readonly source: string | null }[];
  };
}

export const evidencePolicy = {
  /** The whole suite runs on every change and every night: results a fortnight old say that it doesn't. */
  testsGoodDays: 14,
  /** A scanner's report is kept by hand, after somebody looked at it. */
  reportsGoodDays: 45,
} as const;
