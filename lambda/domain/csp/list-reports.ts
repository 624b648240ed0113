/** What staff see of the reports: the groups of the last days, each once. */
import type { CspReportGroup, CspReportList } from '../../../contract/schemas.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';
import { instant } from '../sessions.ts';
import { dayOf, keyOf } from './count-reports.ts';
import type { CspReportStore, StoredGroup } from './ports.ts';

const DAY = 24 * 3600 * 1000;

export async function listCspReports(reports: Pick<CspReportStore, 'list'>, now: number): Promise<CspReportList> {
  const days = Array.from({ length: securityPolicy.cspReports.shownDays }, (_, back) => dayOf(now - back * DAY));
  const stored = (await Promise.all(days.map((day) => reports.list(day)))).flat();
  const merged = new Map<string, StoredGroup>();
  for (const group of stored.filter(({ place }) => place !== undefined)) {
    const key = keyOf(group);
    const other = merged.get(key);
    merged.set(key, other === undefined ? group : mergeGroups(group, other));
  }
  const latestFirst = [...merged.values()].sort((a, b) => b.lastSeenAt - a.lastSeenAt);
  const withoutGroup = stored.filter(({ place }) => place === undefined).reduce((sum, { count }) => sum + count, 0);
  return { groups: latestFirst.map(describeGroup), withoutGroup };
}

function mergeGroups(one: StoredGroup, other: StoredGroup): StoredGroup {
  const [earlier, later] = one.lastSeenAt < other.lastSeenAt ? [one, other] : [other, one];
  return { ...later, count: one.count + other.count, firstSeenAt: Math.min(earlier.firstSeenAt, later.firstSeenAt) };
}

function describeGroup({ directive, blocked, page, source, count, firstSeenAt, lastSeenAt }: StoredGroup): CspReportGroup {
  return { directive, blocked, page, source, count, firstSeenAt: instant(firstSeenAt), lastSeenAt: instant(lastSeenAt) };
}
