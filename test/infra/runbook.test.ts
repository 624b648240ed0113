import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AlarmDefinition, type AlarmId, alarmName, alarms, suffixesOf } from '../../contract/alarms.ts';

const root = join(__dirname, '../..');
const runbook = readFileSync(join(root, 'docs/runbook.md'), 'utf8');

test.each(Object.entries(alarms) as [AlarmId, AlarmDefinition][])(
  '[P03] %s has an entry in the runbook: what it means, what to look at, what to do',
  (id, alarm) => {
    const entry = runbook.split(/^## /m).find((section) => section.startsWith(`${id}\n`));

    expect(entry).toContain(alarm.means);
    expect(entry).toContain(alarm.check);
    expect(entry).toContain(alarm.act);
    for (const suffix of suffixesOf(alarm)) expect(entry).toContain(`\`${alarmName(id, suffix)}\``);
  },
);

test('the runbook in the repository is the one that the contract makes', () => {
  const run = spawnSync(process.execPath, [join(root, 'scripts/generate-docs.ts'), '--check'], { encoding: 'utf8' });

  expect(run.stderr).toBe('');
  expect(run.status).toBe(0);
});
