import { type AlarmDefinition, type AlarmId, alarmName, alarms, readAlarmName } from '../../contract/alarms.ts';
import { componentIds } from '../../contract/components.ts';

const rows = Object.entries(alarms) as [AlarmId, AlarmDefinition][];

test.each(rows)('[P03] the name of %s says which alarm it is and what it blames', (id, definition) => {
  const blamed = definition.component?.startsWith('of-the-') ? undefined : definition.component;

  const read = readAlarmName(alarmName(id));

  expect(read?.id).toBe(id);
  expect(read?.definition).toBe(definition);
  expect(read?.component).toBe(blamed);
  expect([undefined, 'of-the-function', 'of-the-objective', 'of-the-component', ...componentIds]).toContain(definition.component);
});

test('[P03] an alarm about a function blames the part of the service that the function serves', () => {
  expect(readAlarmName(alarmName('Functions/Errors', 'second-factor'))).toMatchObject({ suffix: 'second-factor', component: 'sign-in' });
  expect(readAlarmName(alarmName('Functions/Errors', 'mailer'))?.component).toBe('mail');
  expect(readAlarmName(alarmName('Functions/Errors', 'blocklist'))?.component).toBeUndefined();
});

test.each([
  '',
  'portiere',
  'portiere-Functions',
  'portiere-Nothing-Known',
  'other-Functions-Errors',
  'portiere-constructor-x',
  'portiere-__proto__',
])('a name that is none of ours is not read: %j', (name) => {
  expect(readAlarmName(name)).toBeUndefined();
});
