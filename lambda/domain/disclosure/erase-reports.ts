/** The end of reports that were closed long ago. By the clock of a function that can delete them and can't read them. */
import { vulnerabilityReports } from '../../../contract/policy/disclosure.ts';
import { isClosed } from '../../../contract/report-states.ts';
import type { Clock } from '../ports.ts';
import type { ReportEndStore, StoredReport } from './ports.ts';

const { keptClosedSeconds, erasedPerRun } = vulnerabilityReports;

/**
 * One write decides, by the version: whoever reopens a report or writes to it at that instant wins, or finds none. What it says goes
 * afterwards, and the mark with it at last, so that whatever dies in between is gone on with.
 */
export async function eraseClosedReports({ clock, reports }: { readonly clock: Clock; readonly reports: ReportEndStore }): Promise<void> {
  const now = clock.now();
  const isOver = ({ state, updatedAt }: StoredReport) => isClosed(state) && updatedAt + keptClosedSeconds * 1000 <= now;
  const over = (await reports.list()).filter((report) => report.erasingSince !== undefined || isOver(report));
  for (const { reportId, version, erasingSince } of over.slice(0, erasedPerRun)) {
    const isDecided = erasingSince !== undefined || (await reports.beginErasing(reportId, version, now));
    if (isDecided) await reports.erase(reportId);
  }
}
