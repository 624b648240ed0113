/** What we promise a reporter, and until when. */
import { vulnerabilityReports } from '../../../contract/policy/disclosure.ts';
import type { StoredReport } from './ports.ts';
import { type Calendar, endOfWorkingDay } from './working-days.ts';

const { answerWorkingDays, decisionWorkingDays } = vulnerabilityReports;

export interface Clocks {
  /** Milliseconds; absent once the promise was kept. */
  readonly answerDueAt?: number;
  readonly decisionDueAt?: number;
}

export function computeClocks({ receivedAt, answeredAt, decidedAt }: StoredReport, calendar: Calendar): Clocks {
  return {
    ...(answeredAt === undefined && { answerDueAt: endOfWorkingDay(receivedAt, answerWorkingDays, calendar) }),
    ...(decidedAt === undefined && { decisionDueAt: endOfWorkingDay(receivedAt, decisionWorkingDays, calendar) }),
  };
}
