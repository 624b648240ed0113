import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { clientOptions } from './client-options.ts';
import { type DynamoDBDocumentClient, GetCommand } from './document-client.ts';

export type HealthProbe = () => Promise<void>;

/** Whether the store answers: a read of an item that isn't there. */
export function storeProbe(client: DynamoDBDocumentClient, table: string): HealthProbe {
  return async () => {
    await client.send(new GetCommand({ TableName: table, Key: { attemptKey: 'health' } }));
  };
}

/** Whether the pepper key is enabled: read from its description, for this function may not use it. */
export function keyProbe(keyArn: string): HealthProbe {
  const client = new KMSClient(clientOptions);
  return async () => {
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: keyArn }));
    if (KeyMetadata?.KeyState !== 'Enabled') throw new Error(`the key is ${KeyMetadata?.KeyState}`);
  };
}
