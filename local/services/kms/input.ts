import { AwsError, constraintViolated } from '../aws-error.ts';
import type { Input } from '../json-protocol.ts';
import type { EncryptionContext, Key } from './store.ts';

/** A base64 field between 1 and `maximum` bytes long. */
export function bytes(input: Input, field: string, maximum: number): Buffer {
  const value: unknown = input[field];
  const name = field.charAt(0).toLowerCase() + field.slice(1);
  if (typeof value !== 'string') throw constraintViolated(name, 'Member must not be null');
  const decoded = Buffer.from(value, 'base64');
  if (decoded.length < 1) throw constraintViolated(name, 'Member must have length greater than or equal to 1');
  if (decoded.length > maximum) throw constraintViolated(name, `Member must have length less than or equal to ${maximum}`);
  return decoded;
}

/** `HMAC_SHA_256` for a key of the spec `HMAC_256`, and so on. */
export function macAlgorithm(input: Input, key: Key): string {
  const fitting = key.spec.replace('HMAC_', 'HMAC_SHA_');
  if (input.MacAlgorithm !== fitting) {
    throw new AwsError('InvalidKeyUsageException', `Algorithm ${input.MacAlgorithm} is incompatible with key spec ${key.spec}.`);
  }
  return fitting;
}

export function encryptionContext(input: Input): EncryptionContext {
  const context: unknown = input.EncryptionContext ?? {};
  const isMap = typeof context === 'object' && context !== null && Object.values(context).every((value) => typeof value === 'string');
  if (!isMap) throw constraintViolated('encryptionContext', 'Map value must be of type string');
  return context as EncryptionContext;
}

/** The encryption context as condition keys of policies. */
export function contextConditions(context: EncryptionContext): Record<string, string | readonly string[]> {
  const names = Object.keys(context);
  return {
    ...Object.fromEntries(names.map((name) => [`kms:EncryptionContext:${name}`, context[name] as string])),
    // A request without a context lacks the key, which is not the same as having an empty one.
    ...(names.length > 0 ? { 'kms:EncryptionContextKeys': names.sort() } : {}),
  };
}

/** What a pair on P-256 signs: a message, which KMS hashes itself. */
export function messageToSign(input: Input, key: Key): Buffer {
  if (input.SigningAlgorithm !== 'ECDSA_SHA_256') {
    throw new AwsError('InvalidKeyUsageException', `Algorithm ${input.SigningAlgorithm} is incompatible with key spec ${key.spec}.`);
  }
  const message = bytes(input, 'Message', 4096);
  if (input.MessageType !== 'DIGEST') return message;
  throw new AwsError('UnsupportedOperationException', 'The local system signs messages, and no digests of them.');
}
