import * as library from 'ae-cvss-calculator';

/** As Node reads the package, everything is in its default export; as bundlers and test runners do, beside it. */
const { Cvss4P0 } = 'Cvss4P0' in library ? library : (library as { default: typeof library }).default;

/** @returns 0 to 10, by the macro vectors of CVSS 4.0 */
export function scoreCvss(vector: string): number {
  return new Cvss4P0(vector).calculateScores().overall ?? 0;
}
