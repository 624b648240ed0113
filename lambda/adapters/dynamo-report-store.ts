import type { IntakeStore, StoredMessage, StoredReport, StoredText, StoredThanks } from '../domain/disclosure/ports.ts';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from './document-client.ts';
import { queryAll } from './query-all.ts';
import { conditionally, storeCall } from './store-call.ts';

type Item = Record<string, unknown>;

export const reportsShelf = 'reports';
export const textShelf = (reportId: string) => `report:${reportId}`;
export const notesShelf = (reportId: string) => `notes:${reportId}`;
export const thanksShelf = 'thanks';
export const conversationShelf = (reportId: string) => `conversation:${reportId}`;

/**
 * Shelf `reports` has an item each with its state, small, for lists and clocks; the text and what was said lie on shelves of their
 * own, one a report.
 */
export class DynamoReportStore implements IntakeStore {
  protected readonly client: DynamoDBDocumentClient;
  protected readonly table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.client = client;
    this.table = table;
  }

  async putText(reportId: string, text: StoredText): Promise<void> {
    await this.put(textShelf(reportId), 'text', { ...text });
  }

  async create({ reportId, ...report }: StoredReport): Promise<boolean> {
    return await this.put(reportsShelf, reportId, report);
  }

  async read(reportId: string): Promise<StoredReport | undefined> {
    const item = await this.get(reportsShelf, reportId);
    return item && item.erasingSince === undefined ? toReport(item) : undefined;
  }

  async takeMessage(reportId: string, at: number, most: number): Promise<boolean> {
    const written = await conditionally(
      this.client.send(
        new UpdateCommand({
          TableName: this.table,
          Key: { shelf: reportsShelf, entryId: reportId },
          UpdateExpression: `SET #reporterMessages = #reporterMessages + :one, #version = #version + :one, #updatedAt = :at,
            #untoldSince = if_not_exists(#untoldSince, :at)`,
          ConditionExpression: '#reporterMessages < :most AND attribute_not_exists(#erasingSince)',
          ExpressionAttributeNames: {
            '#reporterMessages': 'reporterMessages',
            '#version': 'version',
            '#updatedAt': 'updatedAt',
            '#untoldSince': 'untoldSince',
            '#erasingSince': 'erasingSince',
          },
          ExpressionAttributeValues: { ':one': 1, ':at': at, ':most': most },
        }),
      ),
    );
    return written !== undefined;
  }

  async putMessage(reportId: string, { messageId, ...message }: StoredMessage): Promise<boolean> {
    return await this.put(conversationShelf(reportId), messageId, message);
  }

  async listMessages(reportId: string): Promise<StoredMessage[]> {
    const items = await this.query(conversationShelf(reportId));
    const messages = items.map(({ shelf: _, entryId, ...message }) => ({ messageId: entryId, ...message }) as StoredMessage);
    return messages.sort((one, other) => one.at - other.at || (one.messageId < other.messageId ? -1 : 1));
  }

  async listThanks(): Promise<StoredThanks[]> {
    const items = await this.query(thanksShelf);
    const thanks = items.map(({ shelf: _, entryId, ...entry }) => ({ reportId: entryId, ...entry }) as StoredThanks);
    return thanks.sort((one, other) => other.at - one.at);
  }

  protected async get(shelf: string, entryId: string): Promise<Item | undefined> {
    const { Item } = await storeCall(
      this.client.send(new GetCommand({ TableName: this.table, Key: { shelf, entryId }, ConsistentRead: true })),
    );
    return Item;
  }

  /** @returns false when there is one already */
  protected async put(shelf: string, entryId: string, fields: Item): Promise<boolean> {
    const written = await conditionally(
      this.client.send(
        new PutCommand({
          TableName: this.table,
          Item: { ...fields, shelf, entryId },
          ConditionExpression: 'attribute_not_exists(#entryId)',
          ExpressionAttributeNames: { '#entryId': 'entryId' },
        }),
      ),
    );
    return written !== undefined;
  }

  protected async query(shelf: string): Promise<Item[]> {
    return await queryAll(this.client, {
      TableName: this.table,
      KeyConditionExpression: '#shelf = :shelf',
      ExpressionAttributeNames: { '#shelf': 'shelf' },
      ExpressionAttributeValues: { ':shelf': shelf },
      ConsistentRead: true,
    });
  }
}

export function toReport({ shelf: _, entryId, ...report }: Item): StoredReport {
  return { reportId: entryId, ...report } as StoredReport;
}
