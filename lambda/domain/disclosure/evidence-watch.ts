/**
 * When what the security page stands on ends, read as anybody reads it: the page is static, and says the same until somebody deploys.
 */
import type { ProductMetric } from '../../../contract/alarm.ts';
import { evidenceEnds } from '../../../contract/evidence-ends.ts';
import type { Clock } from '../ports.ts';

const DAY = 86_400_000;

export interface EvidenceWatchPorts {
  readonly clock: Clock;
  readonly siteOrigin: string;
  /** Over HTTPS, from outside. @returns undefined when there is none to be had, whyever */
  read(address: string): Promise<string | undefined>;
  readonly journal: {
    note(level: 'ERROR', event: 'evidence.not_read', fields: Readonly<Record<string, string>>): void;
    count(metric: ProductMetric, value: number): void;
  };
}

/** Counts days, under nought once something has ended; nothing where nothing ends. */
export async function watchEvidence({ clock, siteOrigin, read, journal }: EvidenceWatchPorts): Promise<void> {
  const address = `${siteOrigin}/security.json`;
  const document = parse(await read(address));
  if (typeof document === 'string') {
    journal.note('ERROR', 'evidence.not_read', { address, reason: document });
    journal.count('Evidence/Unread', 1);
    return;
  }
  const daysUntil = (instant: string) => Math.floor((Date.parse(instant) - clock.now()) / DAY);
  const signed = document.promises.flatMap(({ evidence }) =>
    evidence.flatMap(({ kind, expiresAt }) => (kind === 'attestation' && expiresAt !== undefined ? [daysUntil(expiresAt)] : [])),
  );
  if (signed.length > 0) journal.count('Evidence/DaysLeft', Math.min(...signed));
  if (document.goodUntil !== null) journal.count('Evidence/PageDaysLeft', daysUntil(document.goodUntil));
}

/** @returns why not, as a word, where it can't be read */
function parse(text: string | undefined) {
  if (text === undefined) return 'missing';
  try {
    const parsed = evidenceEnds.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : 'malformed';
  } catch {
    return 'malformed';
  }
}
