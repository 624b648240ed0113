/**
 * Every alarm: what it watches, when it speaks, and what whoever is woken should do. CDK makes the alarms from it,
 * `docs/runbook.md` is generated from it, and a test refuses an alarm without an entry.
 *
 * To add an alarm: a row in `alarms/`. Names follow one rule, `Area/Symptom`, with the function's id behind it where there
 * is one alarm a function, and the rule's where there is one a rate rule.
 */
import type { AlarmDefinition } from './alarm.ts';
import { blocklistAlarms } from './alarms/blocklist.ts';
import { edgeAlarms } from './alarms/edge.ts';
import { mailAlarms } from './alarms/mail.ts';
import { originSecretAlarms } from './alarms/origin-secret.ts';
import { requestAlarms } from './alarms/requests.ts';
import { securityAlarms } from './alarms/security.ts';
import { type ComponentId, componentOfFunction } from './components.ts';
import type { FunctionId } from './privileges.ts';

export * from './alarm.ts';

export const alarms = {
  ...requestAlarms,
  ...securityAlarms,
  ...edgeAlarms,
  ...mailAlarms,
  ...blocklistAlarms,
  ...originSecretAlarms,
} as const satisfies Record<string, AlarmDefinition>;

export type AlarmId = keyof typeof alarms;

const prefix = 'portiere';

/** `Functions/Errors` of `password` is `portiere-Functions-Errors-password`: runbook, phone and console say the same name. */
export function alarmName(id: AlarmId, suffix?: string): string {
  return [prefix, ...id.split('/'), ...(suffix ? [suffix] : [])].join('-');
}

/** What an alarm's name says: the way back from `alarmName`. */
export interface NamedAlarm {
  readonly id: AlarmId;
  readonly definition: AlarmDefinition;
  /** The function, where there is one alarm a function. */
  readonly suffix?: string;
  /** Whom it blames; absent where customers notice nothing. */
  readonly component?: ComponentId;
}

/** @returns undefined for a name that is none of ours: whoever can publish to a topic can write any */
export function readAlarmName(name: string): NamedAlarm | undefined {
  const [first, area, symptom, ...rest] = name.split('-');
  const id = `${area}/${symptom}`;
  if (first !== prefix || !Object.hasOwn(alarms, id)) return undefined;
  const definition: AlarmDefinition = alarms[id as AlarmId];
  const suffix = rest.join('-');
  const component = definition.component === 'of-the-function' ? componentOfFunction[suffix as FunctionId] : definition.component;
  return { id: id as AlarmId, definition, ...(suffix === '' ? {} : { suffix }), ...(component ? { component } : {}) };
}
