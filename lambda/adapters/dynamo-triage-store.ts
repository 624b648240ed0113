import type { StoredNote, StoredReport, StoredText, StoredThanks, TriageStore } from '../domain/disclosure/ports.ts';
import { DeleteCommand, PutCommand } from './document-client.ts';
import { conversationShelf, DynamoReportStore, notesShelf, reportsShelf, textShelf, thanksShelf, toReport } from './dynamo-report-store.ts';
import { conditionally, storeCall } from './store-call.ts';

/** The same shelves, and one a report for what staff say among themselves. */
export class DynamoTriageStore extends DynamoReportStore implements TriageStore {
  async list(): Promise<StoredReport[]> {
    return (await this.query(reportsShelf)).map(toReport);
  }

  async readText(reportId: string): Promise<StoredText | undefined> {
    const item = await this.get(textShelf(reportId), 'text');
    return item && ({ key: item.key, sealed: item.sealed } as StoredText);
  }

  async replace({ reportId, ...report }: StoredReport): Promise<boolean> {
    const written = await conditionally(
      this.client.send(
        new PutCommand({
          TableName: this.table,
          Item: { ...report, shelf: reportsShelf, entryId: reportId },
          ConditionExpression: '#version = :before',
          ExpressionAttributeNames: { '#version': 'version' },
          ExpressionAttributeValues: { ':before': report.version - 1 },
        }),
      ),
    );
    return written !== undefined;
  }

  async erase(reportId: string): Promise<void> {
    for (const shelf of [textShelf(reportId), notesShelf(reportId), conversationShelf(reportId)]) {
      for (const { entryId } of await this.query(shelf)) await this.delete(shelf, entryId as string);
    }
    await this.delete(reportsShelf, reportId);
  }

  private async delete(shelf: string, entryId: string): Promise<void> {
    await storeCall(this.client.send(new DeleteCommand({ TableName: this.table, Key: { shelf, entryId } })));
  }

  async putThanks({ reportId, ...thanks }: StoredThanks): Promise<void> {
    await this.put(thanksShelf, reportId, thanks);
  }

  async putNote(reportId: string, { noteId, ...note }: StoredNote): Promise<void> {
    await this.put(notesShelf(reportId), noteId, note);
  }

  async listNotes(reportId: string): Promise<StoredNote[]> {
    const items = await this.query(notesShelf(reportId));
    const notes = items.map(({ shelf: _, entryId, ...note }) => ({ noteId: entryId, ...note }) as StoredNote);
    return notes.sort((one, other) => one.at - other.at || (one.noteId < other.noteId ? -1 : 1));
  }
}
