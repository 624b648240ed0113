import { Unavailable } from '../domain/ports.ts';
import { countMetric, log } from './log.ts';

/** A key that is disabled, scheduled for deletion, gone or closed to us: nobody signs in until a person acts. */
const REFUSALS = new Set(['AccessDeniedException', 'DisabledException', 'KMSInvalidStateException', 'NotFoundException']);

/** What a failed call to KMS means to the domain, with the metric that pages somebody when KMS refuses rather than fails. */
export function kmsFault(cause: unknown): Unavailable {
  const name = cause instanceof Error ? cause.name : 'unknown';
  if (REFUSALS.has(name)) countMetric('Kms/Denied');
  // Sealed for another account, or changed in the table: nobody but an intruder writes such an item.
  if (name === 'InvalidCiphertextException') log('ERROR', 'seed.tampered', { cause: name });
  return new Unavailable('kms', { cause });
}
