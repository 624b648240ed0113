/** What reports of vulnerabilities need from the world. */
import type { ReportState, Severity } from '../../../contract/report-states.ts';

/** What a report is kept as beside its text: nothing here was written by its reporter, but what is sealed. */
export interface StoredReport {
  /** Hash of the tracking token. */
  readonly reportId: string;
  readonly version: number;
  readonly state: ReportState;
  readonly severity?: Severity;
  /** Account id of the member of staff who sees to it. */
  readonly owner?: string;
  readonly duplicateOf?: string;
  /** Milliseconds, as all instants here. */
  readonly receivedAt: number;
  readonly updatedAt: number;
  /** The first word of ours to the reporter. */
  readonly answeredAt?: number;
  /** Accepted, or closed. */
  readonly decidedAt?: number;
  /** Since when there is something from the reporter that staff were not told of. */
  readonly untoldSince?: number;
  /** When it was put into the queue to the platform that reports are handed over to. */
  readonly handedOverAt?: number;
  /** The end has begun: nobody is shown it any more, and nothing is added. */
  readonly erasingSince?: number;
  readonly reporterMessages: number;
  readonly sealedTitle: Uint8Array;
  /** Wrapped keys: of what staff alone read, and of what the reporter reads as well. */
  readonly reportKey: Uint8Array;
  readonly conversationKey: Uint8Array;
  /** Keyed hash of the contact's address, where there is one to write to. */
  readonly contactKey?: string;
  readonly locale?: 'en' | 'it';
}

/** Everything that the reporter sent, sealed as JSON, with its own wrapped key: an earlier attempt's text stays readable. */
export interface StoredText {
  readonly key: Uint8Array;
  readonly sealed: Uint8Array;
}

export interface StoredMessage {
  readonly messageId: string;
  readonly at: number;
  readonly from: 'reporter' | 'staff';
  /** Of staff: account id, or the name of the operator. Never shown to the reporter. */
  readonly author?: string;
  readonly sealed: Uint8Array;
}

/** What the function that faces reporters does to the store. */
export interface IntakeStore {
  /** Leaves one that is there already as it is: another attempt with the same token wrote it. */
  putText(reportId: string, text: StoredText): Promise<void>;
  /** The one write that makes a report exist. @returns false when it exists already */
  create(report: StoredReport): Promise<boolean>;
  /** @returns undefined when there is none, or its end has begun */
  read(reportId: string): Promise<StoredReport | undefined>;
  /** Counts a message of the reporter, and marks the report for staff to hear of. @returns false when there is no report, its end has begun, or no place is left */
  takeMessage(reportId: string, at: number, most: number): Promise<boolean>;
  /** @returns false when it is there already */
  putMessage(reportId: string, message: StoredMessage): Promise<boolean>;
  /** Oldest first. */
  listMessages(reportId: string): Promise<StoredMessage[]>;
  /** Latest first. */
  listThanks(): Promise<StoredThanks[]>;
}

export interface StoredThanks {
  readonly reportId: string;
  /** Public, and in the reporter's own words. */
  readonly name: string;
  readonly at: number;
}

/** `report`: only staff's function may open what is sealed for it. */
export type SealPurpose = 'report' | 'conversation';

/** One data key, bound to one report and one purpose: what it has sealed opens nowhere else. */
export interface ReportKey {
  readonly wrapped: Uint8Array;
  /** @param place what it is, and which: a text put in the place of another doesn't open */
  seal(place: string, text: string): Uint8Array;
  /** @throws when it was not sealed for this place, or was changed */
  open(place: string, sealed: Uint8Array): string;
}

export interface ReportVault {
  create(reportId: string, purpose: SealPurpose): Promise<ReportKey>;
  /** @throws Unavailable when it can't be unwrapped, tampered with or not */
  open(reportId: string, purpose: SealPurpose, wrapped: Uint8Array): Promise<ReportKey>;
}

export interface StoredNote {
  readonly noteId: string;
  readonly at: number;
  readonly author: string;
  /** Under the key of the report: the function that faces reporters can't open it. */
  readonly sealed: Uint8Array;
}

/** What the function of staff does to the store. */
export interface TriageStore extends Pick<IntakeStore, 'read' | 'putMessage' | 'listMessages'> {
  /** All of them, in no order, also those whose end has begun. */
  list(): Promise<StoredReport[]>;
  readText(reportId: string): Promise<StoredText | undefined>;
  /** Compare-and-swap: writes if the stored version is the one before. @returns false when somebody was faster */
  replace(report: StoredReport): Promise<boolean>;
  /** Again for the same report: as it was. */
  putThanks(thanks: StoredThanks): Promise<void>;
  putNote(reportId: string, note: StoredNote): Promise<void>;
  /** Oldest first. */
  listNotes(reportId: string): Promise<StoredNote[]>;
}

/** What the function that may delete does to the store. It has no key to what is in it. */
export interface ReportEndStore extends Pick<TriageStore, 'list'> {
  /** The one write that decides. @returns false when the report is of another version by now */
  beginErasing(reportId: string, version: number, at: number): Promise<boolean>;
  /** Text, notes and messages, and the report itself at last: cut short, the next call goes on. Thanks stay. */
  erase(reportId: string): Promise<void>;
}
