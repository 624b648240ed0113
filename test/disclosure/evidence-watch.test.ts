import { evidenceAlarms } from '../../contract/alarms/evidence.ts';
import { attestationPolicy } from '../../contract/attestations.ts';
import { watchEvidence } from '../../lambda/domain/disclosure/evidence-watch.ts';
import { sampleSecurityDocument } from '../support/security-document.ts';

const NOW = Date.UTC(2026, 10, 28, 12);
const signed = (expiresAt: string) => ({ kind: 'attestation', name: 'the disk of every laptop is encrypted', expiresAt });
const pageOf = (evidence: readonly object[], goodUntil: string | null = null) =>
  JSON.stringify({ goodUntil, promises: [{ id: 'P26', evidence }] });

async function watch(shown: string | undefined) {
  const counted: [string, number][] = [];
  const noted: unknown[] = [];
  const asked: string[] = [];
  await watchEvidence({
    clock: { now: () => NOW, pause: async () => undefined },
    siteOrigin: 'https://id.example.com',
    read: async (address) => {
      asked.push(address);
      return shown;
    },
    journal: { note: (...line) => void noted.push(line), count: (metric, value) => void counted.push([metric, value]) },
  });
  return { counted, noted, asked };
}

describe('the watcher of the security page', () => {
  test('[P26] counts the days until the first signature ends, under nought once it has', async () => {
    const ahead = await watch(pageOf([signed('2027-05-01T00:00:00Z'), signed('2026-12-20T00:00:00Z')]));
    const lapsed = await watch(pageOf([signed('2027-05-01T00:00:00Z'), signed('2026-11-28T00:00:00Z')]));

    expect([ahead.asked, ahead.counted]).toEqual([['https://id.example.com/security.json'], [['Evidence/DaysLeft', 21]]]);
    expect(lapsed.counted).toEqual([['Evidence/DaysLeft', -1]]);
  });

  test('[P24] [P25] [P26] [P28] rings 30 days before the end, and when it has come', () => {
    const { 'Evidence/Lapsing': lapsing, 'Evidence/Lapsed': lapsed } = evidenceAlarms;

    expect([lapsing.threshold, lapsing.speaksWhen, lapsing.severity]).toEqual([attestationPolicy.remindDays, 'under', 'ticket']);
    expect([lapsed.threshold, lapsed.speaksWhen, lapsed.severity]).toEqual([0, 'under', 'ticket']);
  });

  test('[P23] counts the days until the whole page is too old, and nothing where nothing counts', async () => {
    const { counted } = await watch(pageOf([{ kind: 'test', name: 'is shut' }], '2026-12-12T11:00:00.000Z'));
    const { counted: nothing, noted } = await watch(pageOf([]));

    expect(counted).toEqual([['Evidence/PageDaysLeft', 13]]);
    expect([nothing, noted]).toEqual([[], []]);
  });

  test('[P26] reads what the build writes', async () => {
    const { counted } = await watch(JSON.stringify(sampleSecurityDocument()));

    expect(counted).toEqual([
      ['Evidence/DaysLeft', 153],
      ['Evidence/PageDaysLeft', 13],
    ]);
  });

  test.each([
    ['is not there', undefined, 'missing'],
    ['is a page of somebody else', '<!doctype html>', 'malformed'],
    ['has another form', '{"promises":{}}', 'malformed'],
    ['has an end that is no instant', pageOf([signed('next summer')]), 'malformed'],
  ])('[P26] that %s is counted as unread, and never as good', async (_, shown, reason) => {
    const { counted, noted } = await watch(shown);

    expect(counted).toEqual([['Evidence/Unread', 1]]);
    expect(noted).toEqual([['ERROR', 'evidence.not_read', { address: 'https://id.example.com/security.json', reason }]]);
  });
});
