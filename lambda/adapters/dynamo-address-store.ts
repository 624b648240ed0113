import type { AccountRecord, AddressChange, AddressStore } from '../domain/ports.ts';
import { type DynamoDBDocumentClient, UpdateCommand } from './document-client.ts';
import { conditionally } from './store-call.ts';

/** Addresses, in the items that hold accounts and sessions: which one is the account's, and what that ends, is one write. */
export class DynamoAddressStore implements AddressStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async changeAddress(accountId: string, fromVersion: number, change: AddressChange): Promise<AccountRecord | undefined> {
    const written = await conditionally(
      this.#client.send(
        new UpdateCommand({ TableName: this.#table, Key: { accountId }, ...addressUpdate(fromVersion, change), ReturnValues: 'ALL_NEW' }),
      ),
    );
    return written?.Attributes as AccountRecord | undefined;
  }
}

/** All of a change on the version that was read, or nothing. Names are the attributes' own. */
function addressUpdate(fromVersion: number, { take, secureAt, ...change }: AddressChange) {
  const sets: Record<string, unknown> = { addressVersion: fromVersion + 1 };
  const removes: string[] = [];
  const adds: string[] = [];
  const conditions = [
    'attribute_exists(#accountId)',
    fromVersion === 0 ? '(attribute_not_exists(#addressVersion) OR #addressVersion = :version)' : '#addressVersion = :version',
  ];
  const names = new Set(['accountId', 'addressVersion']);
  const values: Record<string, unknown> = { ':version': fromVersion };

  for (const [attribute, value] of Object.entries(change)) {
    // An empty list is none.
    if (value === null || (Array.isArray(value) && value.length === 0)) removes.push(attribute);
    else sets[attribute] = value;
  }
  if (take) {
    Object.assign(sets, { email: take.email, emailKey: take.emailKey, addressSince: take.at, challenges: {} });
    conditions.push('#status = :status');
    names.add('status');
    values[':status'] = take.status;
    if (take.credentialVersion !== undefined) {
      conditions.push('#credentialVersion = :credentialVersion');
      names.add('credentialVersion');
      values[':credentialVersion'] = take.credentialVersion;
    }
  }
  if (secureAt !== undefined) {
    Object.assign(sets, { sessions: {}, challenges: {}, rememberedDevices: {}, devicesForgottenAt: secureAt });
    removes.push('factorRecovery');
    // A change of the second factor that is under way has lost, too.
    adds.push('credentialVersion', 'factorVersion');
    values[':one'] = 1;
  }

  const assignments = Object.entries(sets).map(([attribute, value]) => {
    values[`:new_${attribute}`] = value;
    return `#${attribute} = :new_${attribute}`;
  });
  for (const name of [...Object.keys(sets), ...removes, ...adds]) names.add(name);
  return {
    UpdateExpression: [
      `SET ${assignments.join(', ')}`,
      ...(removes.length > 0 ? [`REMOVE ${removes.map((name) => `#${name}`).join(', ')}`] : []),
      ...(adds.length > 0 ? [`ADD ${adds.map((name) => `#${name} :one`).join(', ')}`] : []),
    ].join(' '),
    ConditionExpression: conditions.join(' AND '),
    ExpressionAttributeNames: Object.fromEntries([...names].map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: values,
  };
}
