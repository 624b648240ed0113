/** What the store of vulnerability reports must do on every engine. */
import type { IntakeStore, ReportEndStore, StoredReport, TriageStore } from '../../lambda/domain/disclosure/ports.ts';
import { id, NOW } from './store-contract.ts';

const bytes = (text: string) => new Uint8Array(Buffer.from(text));

export function newReport(more: Partial<StoredReport> = {}): StoredReport {
  return {
    reportId: id(),
    version: 1,
    state: 'new',
    receivedAt: NOW,
    updatedAt: NOW,
    untoldSince: NOW,
    reporterMessages: 0,
    sealedTitle: bytes('title'),
    reportKey: bytes('key'),
    conversationKey: bytes('other key'),
    ...more,
  };
}

export function describeReportContract(engine: string, given: () => IntakeStore & TriageStore & ReportEndStore): void {
  describe(`reports of vulnerabilities (${engine})`, () => {
    it('[P29] makes a report exist once, however often it is sent at the same instant', async () => {
      const store = given();
      const report = newReport();

      const created = await Promise.all(Array.from({ length: 8 }, () => store.create(report)));

      expect(created.filter(Boolean)).toHaveLength(1);
      expect(await store.read(report.reportId)).toEqual(report);
      expect(await store.read(id())).toBeUndefined();
    });

    it('[P29] counts parallel messages exactly, marks the report for staff once, and refuses what there is no place for', async () => {
      const store = given();
      const { untoldSince: _, ...told } = newReport();
      await store.create(told);

      const taken = await Promise.all(Array.from({ length: 12 }, () => store.takeMessage(told.reportId, NOW + 1, 10)));

      expect(taken.filter(Boolean)).toHaveLength(10);
      expect(await store.read(told.reportId)).toMatchObject({
        reporterMessages: 10,
        version: 11,
        updatedAt: NOW + 1,
        untoldSince: NOW + 1,
      });
      expect(await store.takeMessage(id(), NOW, 10)).toBe(false);
    });

    it('[P29] keeps what was said, oldest first, and one of two with the same id', async () => {
      const store = given();
      const reportId = id();
      const message = (messageId: string, at: number) => ({ messageId, at, from: 'reporter', sealed: bytes(messageId) }) as const;

      await store.putMessage(reportId, message('b', NOW + 2));
      await store.putMessage(reportId, message('c', NOW + 1));
      const again = await store.putMessage(reportId, message('b', NOW + 9));

      expect(again).toBe(false);
      expect(await store.listMessages(reportId)).toEqual([message('c', NOW + 1), message('b', NOW + 2)]);
      expect(await store.listMessages(id())).toEqual([]);
    });

    it('[P29] lets one of two writers have it, and the other start over', async () => {
      const store = given();
      const report = newReport();
      await store.create(report);

      const written = await Promise.all(
        ['low', 'high'].map((severity) => store.replace({ ...report, version: 2, severity: severity as 'low' })),
      );

      expect(written.filter(Boolean)).toHaveLength(1);
      expect((await store.list()).filter(({ reportId }) => reportId === report.reportId)).toMatchObject([{ version: 2 }]);
      expect(await store.replace({ ...newReport(), version: 2 })).toBe(false);
    });

    it('[P29] keeps the first text, what staff say among themselves in its order, and thanks once', async () => {
      const store = given();
      const reportId = id();
      const note = (noteId: string, at: number) => ({ noteId, at, author: 'rosa@example.com', sealed: bytes(noteId) });

      await store.putText(reportId, { key: bytes('key'), sealed: bytes('first') });
      await store.putText(reportId, { key: bytes('key'), sealed: bytes('second') });
      await store.putNote(reportId, note('b', NOW + 1));
      await store.putNote(reportId, note('a', NOW));
      await store.putThanks({ reportId, name: 'Rosa', at: NOW });
      await store.putThanks({ reportId, name: 'Somebody else', at: NOW + 1 });

      expect(await store.readText(reportId)).toEqual({ key: bytes('key'), sealed: bytes('first') });
      expect(await store.readText(id())).toBeUndefined();
      expect(await store.listNotes(reportId)).toEqual([note('a', NOW), note('b', NOW + 1)]);
      expect((await store.listThanks()).filter((each) => each.reportId === reportId)).toEqual([{ reportId, name: 'Rosa', at: NOW }]);
    });

    it('[P29] hides a report whose end has begun, takes nothing for it, and erases all but the thanks', async () => {
      const store = given();
      const report = newReport();
      const { reportId } = report;
      const message = { messageId: 'a', at: NOW, from: 'reporter', sealed: bytes('a') } as const;
      await store.create(report);
      await store.putText(reportId, { key: bytes('key'), sealed: bytes('text') });
      await store.putMessage(reportId, message);
      await store.putNote(reportId, { noteId: 'b', at: NOW, author: 'rosa@example.com', sealed: bytes('b') });
      await store.putThanks({ reportId, name: 'Rosa', at: NOW });
      const isIn = async () => (await store.list()).some((one) => one.reportId === reportId);

      const begun = await Promise.all([store.beginErasing(reportId, 1, NOW), store.beginErasing(reportId, 1, NOW)]);
      const hidden = [await store.read(reportId), await store.takeMessage(reportId, NOW, 10), await isIn()];
      for (const _ of [1, 2]) await store.erase(reportId);

      expect(begun.filter(Boolean)).toHaveLength(1);
      expect(hidden).toEqual([undefined, false, true]);
      expect([await store.readText(reportId), await store.listMessages(reportId), await store.listNotes(reportId), await isIn()]).toEqual([
        undefined,
        [],
        [],
        false,
      ]);
      expect((await store.listThanks()).filter((each) => each.reportId === reportId)).toHaveLength(1);
    });
  });
}
