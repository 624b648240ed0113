import type { Registration, RegistrationStore } from '../domain/ports.ts';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from './document-client.ts';
import { storeCall } from './store-call.ts';

export class DynamoRegistrationStore implements RegistrationStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async put(registration: Registration): Promise<void> {
    const item = { ...registration, expiresAt: Math.ceil(registration.expiresAt / 1000) };
    await storeCall(this.#client.send(new PutCommand({ TableName: this.#table, Item: item })));
  }

  async read(registrationId: string): Promise<Registration | undefined> {
    const { Item } = await storeCall(
      this.#client.send(new GetCommand({ TableName: this.#table, Key: { registrationId }, ConsistentRead: true })),
    );
    return Item && ({ ...Item, expiresAt: Item.expiresAt * 1000 } as Registration);
  }
}
