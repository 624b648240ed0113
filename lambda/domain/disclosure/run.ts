/**
 * By the clock: tells staff what is new, and counts what is due. What staff were not told of is marked in the report itself, by the
 * write that brought it, so that nothing depends on a message that could be lost on its way.
 */
import type { ProductMetric } from '../../../contract/alarm.ts';
import type { HandoverMessage } from '../../../contract/disclosure.ts';
import { vulnerabilityReports } from '../../../contract/policy/disclosure.ts';
import { isClosed } from '../../../contract/report-states.ts';
import type { Clock } from '../ports.ts';
import { computeClocks } from './clocks.ts';
import type { TriageStore } from './ports.ts';
import type { Calendar } from './working-days.ts';

const { remindSeconds } = vulnerabilityReports;

export interface RunServices {
  readonly clock: Clock;
  readonly store: Pick<TriageStore, 'list' | 'replace'>;
  readonly calendar: Calendar;
  /** Absent where reports are handed over to nobody. */
  readonly handover?: { send(message: HandoverMessage): Promise<void> };
  readonly telemetry: { count(metric: ProductMetric, value?: number): void };
}

export async function runOnSchedule({ clock, store, calendar, handover, telemetry }: RunServices): Promise<void> {
  const now = clock.now();
  const reports = (await store.list()).filter(({ erasingSince }) => erasingSince === undefined);
  const untold = reports.filter(({ untoldSince }) => untoldSince !== undefined);
  const oldest = Math.min(now, ...untold.map(({ untoldSince = now }) => untoldSince));
  telemetry.count('Reports/Untold', Math.floor((now - oldest) / 60_000));
  // First told, then marked: at worst they hear of it twice.
  if (untold.length > 0) telemetry.count('Reports/News', untold.length);
  for (const { untoldSince: _, ...report } of untold) {
    const isNew = handover !== undefined && report.handedOverAt === undefined;
    if (isNew) await handover.send({ reportId: report.reportId });
    await store.replace({ ...report, version: report.version + 1, ...(isNew && { handedOverAt: now }) });
  }

  const isDue = (at: number | undefined) => at !== undefined && at - remindSeconds * 1000 <= now;
  const waiting = reports.filter(({ state }) => !isClosed(state)).map((report) => computeClocks(report, calendar));
  telemetry.count('Reports/AnswerDue', waiting.filter(({ answerDueAt }) => isDue(answerDueAt)).length);
  telemetry.count('Reports/DecisionDue', waiting.filter(({ decisionDueAt }) => isDue(decisionDueAt)).length);
}
