/** Reports over memory. Everything goes in and comes out as copies, as with a store elsewhere. */
import type {
  IntakeStore,
  ReportEndStore,
  StoredMessage,
  StoredNote,
  StoredReport,
  StoredText,
  StoredThanks,
  TriageStore,
} from '../../lambda/domain/disclosure/ports.ts';

export class MemoryReportStore implements IntakeStore {
  readonly reports = new Map<string, StoredReport>();
  readonly texts = new Map<string, StoredText>();
  readonly messages = new Map<string, StoredMessage[]>();

  readonly thanks = new Map<string, StoredThanks>();

  async listThanks() {
    return [...this.thanks.values()].sort((one, other) => other.at - one.at);
  }

  async putText(reportId: string, text: StoredText) {
    if (!this.texts.has(reportId)) this.texts.set(reportId, structuredClone(text));
  }

  async create(report: StoredReport) {
    if (this.reports.has(report.reportId)) return false;
    this.reports.set(report.reportId, structuredClone(report));
    return true;
  }

  async read(reportId: string) {
    const report = this.reports.get(reportId);
    return report?.erasingSince === undefined ? structuredClone(report) : undefined;
  }

  async takeMessage(reportId: string, at: number, most: number) {
    const report = this.reports.get(reportId);
    if (report === undefined || report.erasingSince !== undefined || report.reporterMessages >= most) return false;
    const { version, reporterMessages, untoldSince = at } = report;
    this.reports.set(reportId, {
      ...report,
      version: version + 1,
      reporterMessages: reporterMessages + 1,
      updatedAt: at,
      untoldSince,
    });
    return true;
  }

  async putMessage(reportId: string, message: StoredMessage) {
    const messages = this.messages.get(reportId) ?? [];
    if (messages.some(({ messageId }) => messageId === message.messageId)) return false;
    this.messages.set(reportId, [...messages, structuredClone(message)]);
    return true;
  }

  async listMessages(reportId: string) {
    const messages = structuredClone(this.messages.get(reportId) ?? []);
    return messages.sort((one, other) => one.at - other.at || (one.messageId < other.messageId ? -1 : 1));
  }
}

export class MemoryTriageStore extends MemoryReportStore implements TriageStore, ReportEndStore {
  readonly notes = new Map<string, StoredNote[]>();

  async list() {
    return structuredClone([...this.reports.values()]);
  }

  async readText(reportId: string) {
    return structuredClone(this.texts.get(reportId));
  }

  async replace(report: StoredReport) {
    if (this.reports.get(report.reportId)?.version !== report.version - 1) return false;
    this.reports.set(report.reportId, structuredClone(report));
    return true;
  }

  async beginErasing(reportId: string, version: number, at: number) {
    const report = this.reports.get(reportId);
    if (report?.version !== version) return false;
    this.reports.set(reportId, { ...report, version: version + 1, erasingSince: at });
    return true;
  }

  async erase(reportId: string) {
    this.texts.delete(reportId);
    this.notes.delete(reportId);
    this.messages.delete(reportId);
    this.reports.delete(reportId);
  }

  async putThanks(thanks: StoredThanks) {
    if (!this.thanks.has(thanks.reportId)) this.thanks.set(thanks.reportId, thanks);
  }

  async putNote(reportId: string, note: StoredNote) {
    this.notes.set(reportId, [...(this.notes.get(reportId) ?? []), structuredClone(note)]);
  }

  async listNotes(reportId: string) {
    return structuredClone(this.notes.get(reportId) ?? []).sort((one, other) => one.at - other.at);
  }
}
