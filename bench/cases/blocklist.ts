/** How long a run of the blocklist takes for its own part: a feed of ten thousand lines judged, merged with all else, and cut to size. */
import { composeSets } from '../../lambda/domain/blocklist/compose-sets.ts';
import { judgeCopy } from '../../lambda/domain/blocklist/judge-copy.ts';
import type { StoredBlock } from '../../lambda/domain/blocklist/ports.ts';
import { median } from '../measure.ts';
import type { Row } from '../result.ts';

const lines = 10_000;
const now = Date.UTC(2026, 0, 15);

export async function measureBlocklist({ quick }: { quick: boolean }): Promise<Row[]> {
  const feed = Array.from(
    { length: lines },
    (_, index) => `${20 + (index % 150)}.${(index * 7) % 256}.${(index * 13) % 256}.0/${24 - (index % 3)}`,
  );
  const byHand = Array.from({ length: 100 }, (_, index): StoredBlock => {
    const kind = index % 10 === 0 ? 'unblock' : 'block';
    const cidr = `${30 + index}.${index}.0.0/16`;
    return { source: 'hand', kind, cidr, reason: 'a benchmark', author: 'bench', at: now - index, until: now + 1 };
  });
  const samples = Array.from({ length: quick ? 3 : 10 }, () => {
    const start = performance.now();
    const verdict = judgeCopy('address-lines', feed.join('\n'), lines);
    if (verdict.kind !== 'good') throw new Error(`the feed was refused: ${verdict.reason}`);
    const sources = { byHand, automatic: [], feeds: [{ id: 'feed', cidrs: verdict.cidrs }], allow: ['20.1.0.0/16'], blockableReserved: [] };
    composeSets(sources, now);
    return performance.now() - start;
  });
  const note = `the slowest of ${samples.length}: ${Math.max(...samples).toFixed(0)} ms`;
  return [{ name: 'blocklist, a feed of 10,000 lines merged', value: median(samples), unit: 'ms', target: { atMost: 1000 }, note }];
}
