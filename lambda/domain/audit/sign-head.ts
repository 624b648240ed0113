/** Has the head of the chain signed, by the clock: but only a chain that still holds from the last signature on. */
import { securityPolicy } from '../../../contract/security-policy.ts';
import { type BlockHeader, findHeaderFault } from './block.ts';
import { findHeadFault, makeCheckpoint, type SignedCheckpoint } from './checkpoint.ts';
import type { SealPorts } from './ports.ts';
import { archiveCheckpoint, report } from './safekeeping.ts';

const every = securityPolicy.auditTrail.checkpointEverySeconds * 1000;
const headersAtOnce = 100;

export async function signHead(ports: SealPorts, head: BlockHeader | undefined): Promise<void> {
  const { clock, trail, signer, journal } = ports;
  const last = await trail.readLastCheckpoint();
  const now = clock.now();
  const isDue = head !== undefined && (last === undefined || (head.number > last.block && now - last.at >= every));
  if (!isDue) return countAge(ports, last, now);

  if (!(await holds(ports, last, head))) return countAge(ports, last, now);
  let signed: SignedCheckpoint;
  try {
    signed = await signer.sign(makeCheckpoint(last, head, now));
  } catch (error) {
    journal.count('Audit/SigningFailed');
    journal.note('ERROR', 'audit.signing_failed', { block: head.number, error: error instanceof Error ? error.name : 'unknown' });
    return countAge(ports, last, now);
  }
  // Where nobody can delete it first: a checkpoint that is only in the table protects from nobody who can write there.
  await archiveCheckpoint(ports, signed);
  await trail.putCheckpoint(signed);
  countAge(ports, signed, clock.now());
}

/** Signing what somebody has rewritten would make it true. */
async function holds(ports: SealPorts, last: SignedCheckpoint | undefined, head: BlockHeader): Promise<boolean> {
  let before: BlockHeader | undefined;
  if (last !== undefined) {
    [before] = await ports.trail.readHeaders(last.block, 1);
    const problem = before?.number === last.block ? findHeadFault(last, before) : 'the block that was signed last is gone';
    if (problem !== undefined) {
      report(ports, last.block, problem);
      return false;
    }
  }
  while ((before?.number ?? 0) < head.number) {
    const headers = await ports.trail.readHeaders((before?.number ?? 0) + 1, headersAtOnce);
    if (headers.length === 0) return false;
    for (const header of headers) {
      const fault = findHeaderFault(header, before);
      if (fault) {
        report(ports, fault.block, fault.problem);
        return false;
      }
      before = header;
      if (header.number === head.number) break;
    }
  }
  return true;
}

function countAge({ journal }: SealPorts, last: SignedCheckpoint | undefined, now: number): void {
  if (last !== undefined) journal.count('Audit/CheckpointAge', Math.round(Math.max(0, now - last.at) / 60_000));
}
