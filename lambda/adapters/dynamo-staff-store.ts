import type { AttemptState } from '../domain/lockout.ts';
import type { AccountRecord, FactorRecovery } from '../domain/ports.ts';
import type { RecoveryBasis, StaffStore } from '../domain/staff/ports.ts';
import { type DynamoDBDocumentClient, UpdateCommand } from './document-client.ts';
import { conditionally } from './store-call.ts';

/** What staff write into the items that hold accounts and sessions: what is decided and what it ends is one write. */
export class DynamoStaffStore implements StaffStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async setStatus(accountId: string, status: AccountRecord['status']): Promise<AccountRecord | undefined> {
    return this.#update(accountId, {
      sets: { status },
      ...(status === 'disabled'
        ? { empties: ['sessions', 'challenges', 'rememberedDevices'], removes: ['factorRecovery', 'pendingEmail'] }
        : {}),
    });
  }

  async endSessions(accountId: string): Promise<AccountRecord | undefined> {
    return this.#update(accountId, { empties: ['sessions', 'challenges', 'rememberedDevices'] });
  }

  async replaceCodeAttempts(accountId: string, fromVersion: number, attempts: AttemptState): Promise<boolean> {
    const written = await this.#update(accountId, {
      sets: { codeAttempts: attempts, factorVersion: fromVersion + 1 },
      when: onVersion(fromVersion),
    });
    return written !== undefined;
  }

  async replaceRecovery(accountId: string, from: RecoveryBasis, to: FactorRecovery | null): Promise<AccountRecord | undefined> {
    const factorVersion = from.factorVersion + 1;
    return to === null
      ? this.#update(accountId, { sets: { factorVersion }, removes: ['factorRecovery'], when: onBasis(from) })
      : this.#update(accountId, { sets: { factorVersion, factorRecovery: to }, when: [...onBasis(from), ...whereItMatters] });
  }

  async completeRecovery(accountId: string, from: RecoveryBasis): Promise<AccountRecord | undefined> {
    return this.#update(accountId, {
      sets: { factorVersion: from.factorVersion + 1 },
      empties: ['sessions', 'challenges', 'rememberedDevices'],
      removes: ['secondFactor', 'pendingTotp', 'factorRecovery'],
      when: [...onBasis(from), ...whereItMatters],
    });
  }

  async #update(accountId: string, { sets = {}, empties = [], removes = [], when = [] }: Change): Promise<AccountRecord | undefined> {
    const names = new Map<string, string>();
    const values = new Map<string, unknown>();
    const name = (path: string) =>
      path
        .split('.')
        .map((part) => {
          names.set(`#${part}`, part);
          return `#${part}`;
        })
        .join('.');
    const value = (content: unknown) => {
      values.set(`:v${values.size}`, content);
      return `:v${values.size - 1}`;
    };

    const assignments = [...Object.entries(sets), ...empties.map((attribute) => [attribute, {}] as const)];
    const expressions = [
      `SET ${assignments.map(([attribute, content]) => `${name(attribute)} = ${value(content)}`).join(', ')}`,
      ...(removes.length > 0 ? [`REMOVE ${removes.map(name).join(', ')}`] : []),
    ];
    const conditions = [{ exists: 'accountId' }, ...when].map((condition) => {
      if ('exists' in condition) return `attribute_exists(${name(condition.exists)})`;
      if ('missing' in condition) return `attribute_not_exists(${name(condition.missing)})`;
      if (condition.orMissing) return `(attribute_not_exists(${name(condition.path)}) OR ${name(condition.path)} = ${value(condition.is)})`;
      return `${name(condition.path)} = ${value(condition.is)}`;
    });
    const written = await conditionally(
      this.#client.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: { accountId },
          UpdateExpression: expressions.join(' '),
          ConditionExpression: conditions.join(' AND '),
          ExpressionAttributeNames: Object.fromEntries(names),
          ExpressionAttributeValues: Object.fromEntries(values),
          ReturnValues: 'ALL_NEW',
        }),
      ),
    );
    return written?.Attributes as AccountRecord | undefined;
  }
}

interface Change {
  readonly sets?: Readonly<Record<string, unknown>>;
  /** Maps that become empty. */
  readonly empties?: readonly string[];
  readonly removes?: readonly string[];
  readonly when?: readonly Condition[];
}

type Condition =
  | { readonly exists: string }
  | { readonly missing: string }
  | { readonly path: string; readonly is: unknown; readonly orMissing?: boolean };

const whereItMatters: readonly Condition[] = [{ path: 'status', is: 'active' }, { exists: 'secondFactor' }];

function onVersion(version: number): Condition[] {
  return [{ path: 'factorVersion', is: version, orMissing: version === 0 }];
}

/** The recovery that was read, by who asked, when, and who approved; and nothing has happened to the second factor since. */
function onBasis({ factorVersion, recovery }: RecoveryBasis): Condition[] {
  if (!recovery) return [...onVersion(factorVersion), { missing: 'factorRecovery' }];
  const { requestedBy, requestedAt, approvedBy } = recovery;
  return [
    ...onVersion(factorVersion),
    { path: 'factorRecovery.requestedBy', is: requestedBy },
    { path: 'factorRecovery.requestedAt', is: requestedAt },
    approvedBy === undefined ? { missing: 'factorRecovery.approvedBy' } : { path: 'factorRecovery.approvedBy', is: approvedBy },
  ];
}
