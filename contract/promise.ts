/** What a promise of the public security page is made of. */

export type PromiseSection = 'availability' | 'measures' | 'organisation' | 'quality';

/** A sentence for customers, in every language that the pages speak. */
export interface Wording {
  readonly it: string;
  readonly en: string;
}

export interface Evidence {
  /**
   * `test`: tests whose titles carry `[Pnn]`. `suite`: every test of a folder. `report`: what an independent tool wrote, a file of
   * `docs/reports/`. `attestation`: what a person signed, with an end, in the register of the configuration. `setting`: what the
   * configuration of this deployment switches on.
   */
  readonly kind: 'test' | 'suite' | 'report' | 'attestation' | 'setting';
  /** What to look for: the area of the tests, the folder, the file, the subject of the attestation, the field of the configuration. */
  readonly name: string;
}

export interface SecurityPromise extends Wording {
  readonly id: `P${number}`;
  readonly section: PromiseSection;
  /** How the promise is kept, in words that a customer understands. */
  readonly how: Wording;
  /** What has to hold before the sentence may be called kept, for whoever builds it. */
  readonly keptMeans: string;
  readonly evidence: readonly Evidence[];
  /** What of `keptMeans` is not built yet: as long as this stands here the promise counts as open. */
  readonly notYet?: Wording;
}
