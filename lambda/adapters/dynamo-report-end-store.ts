import type { ReportEndStore } from '../domain/disclosure/ports.ts';
import { DeleteCommand, UpdateCommand } from './document-client.ts';
import { conversationShelf, notesShelf, reportsShelf, textShelf } from './dynamo-report-store.ts';
import { DynamoTriageStore } from './dynamo-triage-store.ts';
import { conditionally, storeCall } from './store-call.ts';

export class DynamoReportEndStore extends DynamoTriageStore implements ReportEndStore {
  async beginErasing(reportId: string, version: number, at: number): Promise<boolean> {
    const written = await conditionally(
      this.client.send(
        new UpdateCommand({
          TableName: this.table,
          Key: { shelf: reportsShelf, entryId: reportId },
          UpdateExpression: 'SET #erasingSince = :at, #version = :next',
          ConditionExpression: '#version = :version',
          ExpressionAttributeNames: { '#erasingSince': 'erasingSince', '#version': 'version' },
          ExpressionAttributeValues: { ':at': at, ':version': version, ':next': version + 1 },
        }),
      ),
    );
    return written !== undefined;
  }

  async erase(reportId: string): Promise<void> {
    for (const shelf of [textShelf(reportId), notesShelf(reportId), conversationShelf(reportId)]) {
      for (const { entryId } of await this.query(shelf)) await this.#delete(shelf, entryId as string);
    }
    await this.#delete(reportsShelf, reportId);
  }

  async #delete(shelf: string, entryId: string): Promise<void> {
    await storeCall(this.client.send(new DeleteCommand({ TableName: this.table, Key: { shelf, entryId } })));
  }
}
