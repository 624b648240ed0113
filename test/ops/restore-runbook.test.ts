import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tables } from '../../contract/tables.ts';

test('[P02] the runbook of restores says of every table what a copy of yesterday brings back', () => {
  const runbook = readFileSync(join(__dirname, '../../docs/restore.md'), 'utf8');
  const rows = runbook.split('\n').filter((line) => line.startsWith('| `'));

  const named = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([\w-]+)`/g)].map(([, table]) => table));

  expect(Object.keys(tables).filter((table) => !named.includes(table))).toEqual([]);
});
