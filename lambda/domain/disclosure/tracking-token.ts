/** The token that makes somebody the reporter of a report. Only its hash is stored, and it is the report's id. */
import { createHash } from 'node:crypto';
import { vulnerabilityReports } from '../../../contract/policy/disclosure.ts';
import type { FileReport } from '../../../contract/report-schemas.ts';
import { hashToken } from '../mail-token.ts';
import type { KeyedHash, RandomSource } from '../ports.ts';

const { trackingTokenBits } = vulnerabilityReports;
const idLength = 22;

/**
 * Whoever sends the same report with the same idempotency key gets the same token, without its being kept anywhere: it is a keyed
 * hash of both, under a secret of ours. Without a key it is random.
 */
export async function mintTrackingToken(
  { random, trackingKey }: { readonly random: RandomSource; readonly trackingKey: KeyedHash },
  report: FileReport,
): Promise<string> {
  const { idempotencyKey } = report;
  if (idempotencyKey === undefined) return encode(random.bytes(trackingTokenBits / 8));
  const contents = createHash('sha256')
    .update(JSON.stringify(Object.entries(report).sort()))
    .digest('base64url');
  return encode(await trackingKey.digest(`tracking:v1:${idempotencyKey}:${contents}`));
}

/** 132 bits of the hash: enough that no two tokens share one, and that none is found for it. */
export function reportIdOf(trackingToken: string): string {
  return hashToken(`report:${trackingToken}`).slice(0, idLength);
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
