/** What the banner makes of an answer: whatever doesn't look like a notice is not there. */

export interface BannerNotice {
  readonly id: string;
  readonly kind: 'incident' | 'maintenance';
  readonly name: { readonly en: string; readonly it: string };
  readonly body: { readonly en: string; readonly it: string };
  readonly status: string;
  readonly impact: 'none' | 'minor' | 'major' | 'critical' | 'maintenance';
  readonly updatedAt: string;
  readonly scheduledFor?: string;
  readonly scheduledUntil?: string;
}

/** An answer that is longer is none of ours. */
const longestAnswer = 262_144;
const shownAtOnce = 5;
const impacts = ['none', 'minor', 'major', 'critical', 'maintenance'];

/** @throws SyntaxError, Error for what is no list of notices */
export function readNotices(text: string): BannerNotice[] {
  if (text.length > longestAnswer) throw new Error('too long');
  const answer: unknown = JSON.parse(text);
  const notices = isRecord(answer) ? answer.notices : undefined;
  if (!Array.isArray(notices)) throw new Error('no list');
  return notices.filter(isNotice).slice(0, shownAtOnce);
}

function isNotice(value: unknown): value is BannerNotice {
  if (!isRecord(value)) return false;
  const { id, kind, name, body, status, impact, updatedAt, scheduledFor, scheduledUntil } = value;
  return (
    typeof id === 'string' &&
    (kind === 'incident' || kind === 'maintenance') &&
    isText(name) &&
    isText(body) &&
    typeof status === 'string' &&
    impacts.includes(String(impact)) &&
    isInstant(updatedAt) &&
    (kind === 'incident' || (isInstant(scheduledFor) && isInstant(scheduledUntil)))
  );
}

function isText(value: unknown): boolean {
  return isRecord(value) && typeof value.en === 'string' && typeof value.it === 'string';
}

function isInstant(value: unknown): boolean {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
