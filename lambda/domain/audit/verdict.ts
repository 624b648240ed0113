/** What a verification found, in words for whoever has to act on it. */
import { fingerprintOf, isSignedBy, type SignedCheckpoint } from './checkpoint.ts';

export interface Finding {
  /** Sequence number of the first entry that is not proven any more; 0 where the file breaks before any. */
  readonly sequence: number;
  readonly block: number;
  readonly problem: string;
  readonly act: string;
}

export const acts = {
  event: 'Compare the event with the table events as it was then (point-in-time recovery, into a new table).',
  block: 'Compare the block with its copy in the archive bucket, which nobody can have changed, and treat it as an intrusion.',
  file: 'Export again: the file was cut, or changed on its way. If a fresh export says the same, compare with the archive bucket.',
  key: 'Take the key from `audit key` or from KMS, not from whoever gave you the file; if it is the right one, the checkpoint is forged.',
} as const;

/** Public keys that whoever verifies trusts: SubjectPublicKeyInfo in DER. */
export type TrustedKeys = readonly Uint8Array[];

/** @returns what is wrong with a checkpoint's signature; undefined when one of the keys has made it */
export function findSignatureProblem(checkpoint: SignedCheckpoint, keys: TrustedKeys): string | undefined {
  const key = keys.find((one) => fingerprintOf(one) === checkpoint.key);
  if (key === undefined) return `checkpoint ${checkpoint.number} is signed by a key that you don't trust (sha256 ${checkpoint.key})`;
  return isSignedBy(checkpoint, key) ? undefined : `the signature of checkpoint ${checkpoint.number} is not of its words`;
}
