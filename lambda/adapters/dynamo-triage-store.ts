import type { StoredNote, StoredReport, StoredText, StoredThanks, TriageStore } from '../domain/disclosure/ports.ts';
import { PutCommand } from './document-client.ts';
import { DynamoReportStore, notesShelf, reportsShelf, textShelf, thanksShelf, toReport } from './dynamo-report-store.ts';
import { conditionally } from './store-call.ts';

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
