/** Checkpoints: the head of the chain at a moment, signed by a key that no process of ours holds. */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { type BlockHeader, hashHeader, nextSequence } from './block.ts';
import { canonicalise } from './canonical-json.ts';
import { sha256 } from './commitment.ts';

/** Says what kind of thing is signed, so that no signature of this key over anything else is ever taken for a checkpoint. */
const format = 'portiere-audit-checkpoint-1';

export interface Checkpoint {
  /** From 1. */
  readonly number: number;
  readonly block: number;
  /** Entries of the trail up to and with that block. */
  readonly entries: number;
  /** Of that block's header, in hex. */
  readonly head: string;
  /** Milliseconds. */
  readonly at: number;
  /** Hash of the checkpoint before, in hex; empty for the first one. */
  readonly previous: string;
}

export interface SignedCheckpoint extends Checkpoint {
  /** SHA-256 of the public key's SubjectPublicKeyInfo, in hex. */
  readonly key: string;
  /** ECDSA over P-256 with SHA-256, DER, in base64. */
  readonly signature: string;
}

export function makeCheckpoint(before: Checkpoint | undefined, head: BlockHeader, at: number): Checkpoint {
  return {
    number: (before?.number ?? 0) + 1,
    block: head.number,
    entries: nextSequence(head) - 1,
    head: hashHeader(head),
    at: Math.max(at, before?.at ?? 0),
    previous: before === undefined ? '' : hashCheckpoint(before),
  };
}

/** What is signed. */
export function checkpointText({ number, block, entries, head, at, previous }: Checkpoint): string {
  return canonicalise({ format, number, block, entries, head, at, previous });
}

export function hashCheckpoint(checkpoint: Checkpoint): string {
  return sha256(checkpointText(checkpoint));
}

/** @param publicKey SubjectPublicKeyInfo in DER */
export function fingerprintOf(publicKey: Uint8Array): string {
  return createHash('sha256').update(publicKey).digest('hex');
}

/** As `audit key` and the route `audit-key` say it. @param publicKey SubjectPublicKeyInfo in DER */
export function describePublicKey(publicKey: Uint8Array): { readonly fingerprint: string; readonly publicKey: string } {
  const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
  return { fingerprint: fingerprintOf(publicKey), publicKey: key.export({ format: 'pem', type: 'spki' }).toString() };
}

/** @param publicKey SubjectPublicKeyInfo in DER */
export function isSignedBy(checkpoint: SignedCheckpoint, publicKey: Uint8Array): boolean {
  if (checkpoint.key !== fingerprintOf(publicKey)) return false;
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
    return verify('sha256', Buffer.from(checkpointText(checkpoint)), key, Buffer.from(checkpoint.signature, 'base64'));
  } catch {
    return false;
  }
}

/** @returns what is wrong with a checkpoint of this header; undefined when nothing is */
export function findHeadFault(checkpoint: Checkpoint, header: BlockHeader): string | undefined {
  if (checkpoint.head !== hashHeader(header)) return 'the signed head is not the hash of this block: the blocks before it were changed';
  return checkpoint.entries === nextSequence(header) - 1 ? undefined : 'it counts other entries than the blocks have';
}
