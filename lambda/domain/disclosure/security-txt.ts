/**
 * security.txt (RFC 9116) on every host: written before it expires, and read as anybody reads it. `Expires` says that somebody still
 * looks after the file, so it is not computed when it is asked for: a function must come and renew it, and an alarm says if none does.
 */

import type { ProductMetric } from '../../../contract/alarm.ts';
import type { SecurityTxtPlaces } from '../../../contract/disclosure.ts';
import { securityTxt } from '../../../contract/policy/disclosure.ts';
import type { Clock } from '../ports.ts';

const policy = securityTxt;
const DAY = 86_400_000;

export type SecurityTxtHost = SecurityTxtPlaces['hosts'][number];

export interface SecurityTxtPorts {
  readonly clock: Clock;
  readonly places: SecurityTxtPlaces;
  /** Over HTTPS, from outside. @returns undefined when there is none to be had, whyever */
  read(address: string): Promise<string | undefined>;
  write(host: SecurityTxtHost, text: string): Promise<void>;
  readonly journal: {
    note(level: 'INFO' | 'ERROR', event: `security_txt.${string}`, fields: Readonly<Record<string, string | number>>): void;
    count(metric: ProductMetric, value: number): void;
  };
}

/** @throws when a host's file could not be written; the others' were, and the days left are counted all the same */
export async function keepSecurityTxt({ clock, places, read, write, journal }: SecurityTxtPorts): Promise<void> {
  const now = clock.now();
  const wanted = renderSecurityTxt(places, now + policy.lifetimeDays * DAY);
  const failures: unknown[] = [];
  const daysLeft: number[] = [];
  for (const host of places.hosts) {
    const shown = await read(addressOn(host.origin));
    const expiresAt = shown === undefined ? undefined : readExpiry(shown);
    daysLeft.push(expiresAt === undefined ? 0 : Math.max(0, Math.floor((expiresAt - now) / DAY)));
    const isGood = shown !== undefined && withoutExpiry(shown) === withoutExpiry(wanted);
    if (isGood && expiresAt !== undefined && expiresAt - now >= policy.renewAtDays * DAY) continue;
    try {
      await write(host, wanted);
      journal.note('INFO', 'security_txt.written', { host: host.origin });
    } catch (error) {
      journal.note('ERROR', 'security_txt.not_written', { host: host.origin, reason: error instanceof Error ? error.name : 'unknown' });
      failures.push(error);
    }
  }
  journal.count('SecurityTxt/DaysLeft', Math.min(...daysLeft));
  if (failures.length > 0) throw failures[0];
}

/**
 * The same file on every host: `Canonical` names each of them (section 2.5.2). Values come from the configuration, which refuses line
 * ends in them.
 *
 * @param expiresAt milliseconds
 */
export function renderSecurityTxt({ siteOrigin, hosts, email, encryption }: SecurityTxtPlaces, expiresAt: number): string {
  const lines = [
    // In the order of preference (section 2.5.3).
    `Contact: ${siteOrigin}/report`,
    ...(email === undefined ? [] : [`Contact: mailto:${email}`]),
    `Expires: ${new Date(Math.floor(expiresAt / 1000) * 1000).toISOString().replace('.000Z', 'Z')}`,
    ...(encryption === undefined ? [] : [`Encryption: ${encryption}`]),
    `Acknowledgments: ${siteOrigin}/report#thanks`,
    'Preferred-Languages: en, it',
    ...hosts.map(({ origin }) => `Canonical: ${addressOn(origin)}`),
    `Policy: ${siteOrigin}/report#policy`,
  ];
  return `${lines.join('\n')}\n`;
}

/** @returns milliseconds; undefined when the field is missing, there twice (section 2.5.5), or no date */
export function readExpiry(text: string): number | undefined {
  const fields = text.split(/\r?\n/).flatMap((line) => /^expires:\s*(.*)$/i.exec(line)?.[1] ?? []);
  const [field = ''] = fields;
  const at = fields.length === 1 && /^\d{4}-\d{2}-\d{2}T/.test(field) ? Date.parse(field) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

function withoutExpiry(text: string): string {
  return text.replace(/^expires:.*$/im, '');
}

function addressOn(origin: string): string {
  return `${origin}/${policy.path}`;
}
