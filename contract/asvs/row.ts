/** What a row of the ASVS table is made of. */
import type { Evidence, Wording } from '../promise.ts';
import type { AsvsId } from './levels.ts';

/** A test by its file and its title, as the source has both: it counts whether or not its title carries a promise. */
export type NamedTest = readonly [file: string, title: string];

/** Settings of `portiere.config.ts` that decide whether a deviation is there, with the values that remove it. */
export type AsvsRemedy =
  | { readonly setting: 'passwordProfile'; readonly values: readonly ('standard' | 'strict')[] }
  | { readonly setting: 'secondFactor.requiredFor'; readonly values: readonly 'everyone'[] };

interface AsvsCommon extends Wording {
  readonly id: AsvsId;
  /** The promise that it is a part of, where the page says more. */
  readonly promise?: `P${number}`;
}

export interface MetRow extends AsvsCommon {
  /** A claim, and no more: it is shown as met only while all of its evidence has passed on these sources and is fresh. */
  readonly state: 'met';
  readonly tests: readonly NamedTest[];
  readonly more?: readonly Evidence[];
}

export interface DeviatingRow extends AsvsCommon {
  readonly state: 'deviates';
  /** Why we do otherwise. */
  readonly why: Wording;
  /** What removes it; null where nothing does. A deployment that has chosen it is judged by the tests. */
  readonly remedy: AsvsRemedy | null;
  readonly tests: readonly NamedTest[];
}

/** What the requirement asks for is not there, or nobody has shown that it is: the sentence says which. */
export interface OpenRow extends AsvsCommon {
  readonly state: 'open';
}

export type AsvsRow = MetRow | DeviatingRow | OpenRow;
