import { securityPolicy } from '../../contract/security-policy.ts';
import { keyOf } from '../domain/csp/count-reports.ts';
import type { CspReportStore, StoredGroup } from '../domain/csp/ports.ts';
import type { Violation } from '../domain/csp/violation.ts';
import { type DynamoDBDocumentClient, QueryCommand, UpdateCommand } from './document-client.ts';
import { conditionally, storeCall } from './store-call.ts';

/** Sort key of what finds no place. Numbers have three digits. */
const noPlace = 'none';

export class DynamoCspReportStore implements CspReportStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  /** One page of a query holds 1 MB: some ten times what a day's places can. */
  async list(day: string): Promise<StoredGroup[]> {
    const { Items = [] } = await storeCall(
      this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          KeyConditionExpression: '#day = :day',
          ExpressionAttributeNames: { '#day': 'day' },
          ExpressionAttributeValues: { ':day': day },
          ConsistentRead: true,
        }),
      ),
    );
    return Items.map(({ day: _, place, group: __, expiresAt: ___, ...group }) => ({
      ...(group as Omit<StoredGroup, 'place'>),
      place: place === noPlace ? undefined : Number(place),
    }));
  }

  async count(day: string, place: number | undefined, violation: Violation, weight: number, now: number): Promise<boolean> {
    const written = await conditionally(
      this.#client.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: { day, place: place === undefined ? noPlace : String(place).padStart(3, '0') },
          UpdateExpression: `SET #group = :group, #directive = :directive, #blocked = :blocked, #page = :page, #source = :source,
            #count = if_not_exists(#count, :zero) + :weight, #firstSeenAt = if_not_exists(#firstSeenAt, :now), #lastSeenAt = :now,
            #expiresAt = :expiresAt`,
          ConditionExpression: 'attribute_not_exists(#group) OR #group = :group',
          ExpressionAttributeNames: {
            '#group': 'group',
            '#directive': 'directive',
            '#blocked': 'blocked',
            '#page': 'page',
            '#source': 'source',
            '#count': 'count',
            '#firstSeenAt': 'firstSeenAt',
            '#lastSeenAt': 'lastSeenAt',
            '#expiresAt': 'expiresAt',
          },
          ExpressionAttributeValues: {
            // One group for all that find no place: its labels are those of the last.
            ':group': place === undefined ? noPlace : keyOf(violation),
            ':directive': violation.directive,
            ':blocked': violation.blocked,
            ':page': violation.page,
            ':source': violation.source,
            ':zero': 0,
            ':weight': weight,
            ':now': now,
            ':expiresAt': Math.ceil(now / 1000) + securityPolicy.cspReports.keptSeconds,
          },
        }),
      ),
    );
    return written !== undefined;
  }
}
