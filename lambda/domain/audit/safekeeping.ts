/** Copies of blocks and checkpoints where nobody can change or delete them. */
import type { Block } from './block.ts';
import type { SignedCheckpoint } from './checkpoint.ts';
import type { SealPorts } from './ports.ts';

type Ports = Pick<SealPorts, 'archive' | 'journal'>;

/** A block that is there already is the same one, put there by a run that was ended: or else the table was rewritten, or set back. */
export async function archiveBlock(ports: Ports, { header, entries }: Block): Promise<void> {
  const kept = await ports.archive.put(`blocks/${padded(header.number)}.json`, JSON.stringify({ block: header, entries }));
  if (kept === 'another') report(ports, header.number, 'the archive holds another block of this number');
}

/** A run may have signed one and been ended before it was written down: hence the block in the name. */
export async function archiveCheckpoint({ archive }: Ports, checkpoint: SignedCheckpoint): Promise<void> {
  await archive.put(`checkpoints/${padded(checkpoint.number)}-${padded(checkpoint.block)}.json`, JSON.stringify(checkpoint));
}

export function report({ journal }: Pick<Ports, 'journal'>, block: number, problem: string): void {
  journal.count('Audit/Broken');
  journal.note('ERROR', 'audit.broken', { block, problem });
}

function padded(number: number): string {
  return String(number).padStart(12, '0');
}
