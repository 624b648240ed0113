import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import type { KeyCondition, WatchedKey } from '../domain/keys/watch.ts';
import { clientOptions } from './client-options.ts';

/** Whoever closes a key to us has taken it away as much as whoever disables it. */
const REFUSALS = new Set(['AccessDeniedException', 'NotFoundException']);

export function kmsWatchedKeys(arns: Readonly<Record<string, string>>, client = new KMSClient(clientOptions)): WatchedKey[] {
  return Object.entries(arns).map(([name, KeyId]) => ({
    name,
    describe: async (): Promise<KeyCondition> => {
      try {
        const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }));
        const deletedAt = KeyMetadata?.DeletionDate?.toISOString();
        return { state: KeyMetadata?.KeyState ?? 'Closed', ...(deletedAt === undefined ? {} : { deletedAt }) };
      } catch (error) {
        if (error instanceof Error && REFUSALS.has(error.name)) return { state: 'Closed' };
        throw error;
      }
    },
  }));
}
