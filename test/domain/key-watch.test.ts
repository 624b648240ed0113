import { type KeyCondition, watchKeys } from '../../lambda/domain/keys/watch.ts';

type Said = KeyCondition | Error;

async function watch(keys: Readonly<Record<string, Said>>) {
  const notes: unknown[] = [];
  const counts: [string, number | undefined][] = [];
  await watchKeys({
    keys: Object.entries(keys).map(([name, said]) => ({
      name,
      describe: async () => {
        if (said instanceof Error) throw said;
        return said;
      },
    })),
    journal: {
      note: (level, event, fields) => notes.push({ level, event, ...fields }),
      count: (metric, value) => counts.push([metric, value]),
    },
  });
  return { notes, counts };
}

const enabled = { state: 'Enabled' };

test('[P02] [P03] keys that are well are counted as none that is ending, so that an alarm has an end', async () => {
  expect(await watch({ pepper: enabled, seeds: enabled, data: enabled })).toEqual({ notes: [], counts: [['Kms/KeysEnding', 0]] });
});

test.each(['Disabled', 'PendingDeletion', 'PendingReplicaDeletion', 'Closed', 'Unavailable'])(
  '[P02] [P03] a key that is %s rings, and the log says which',
  async (state) => {
    const { notes, counts } = await watch({ pepper: enabled, data: { state, deletedAt: '2026-12-28T00:00:00.000Z' } });

    expect(counts).toEqual([['Kms/KeysEnding', 1]]);
    expect(notes).toEqual([{ level: 'ERROR', event: 'key.ending', key: 'data', state, deletedAt: '2026-12-28T00:00:00.000Z' }]);
  },
);

test('[P03] KMS failing for one key keeps nobody from hearing of another', async () => {
  const { notes, counts } = await watch({ pepper: new Error('down'), seeds: { state: 'PendingDeletion' } });

  expect(counts).toEqual([['Kms/KeysEnding', 1]]);
  expect(notes).toContainEqual({ level: 'WARN', event: 'key.not_described', key: 'pepper', reason: 'Error' });
});

test('[P03] with KMS down altogether nothing is claimed: neither that a key ends nor that all are well', async () => {
  expect((await watch({ pepper: new Error('down'), data: new Error('down') })).counts).toEqual([]);
});
