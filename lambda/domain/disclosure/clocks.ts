/** What we promise a reporter, and until when. */
import { securityPolicy } from '../../../contract/security-policy.ts';
import type { StoredReport } from './ports.ts';
import { type Calendar, endOfWorkingDay } from './working-days.ts';

const { answerWorkingDays, decisionWorkingDays } = securityPolicy.vulnerabilityReports;

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
