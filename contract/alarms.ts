/**
 * Every alarm: what it watches, when it speaks, and what whoever is woken should do. CDK makes the alarms from it,
 * `docs/runbook.md` is generated from it, and a test refuses an alarm without an entry.
 *
 * To add an alarm: a row in `alarms/`. Names follow one rule, `Area/Symptom`, with the id of the function, objective,
 * component, table, certificate or rate rule behind it where there is one alarm for each.
 */
import { type AlarmDefinition, certificates, onCallTopics } from './alarm.ts';
import { auditAlarms } from './alarms/audit.ts';
import { blocklistAlarms } from './alarms/blocklist.ts';
import { canaryAlarms } from './alarms/canary.ts';
import { certificateAlarms } from './alarms/certificates.ts';
import { disclosureAlarms } from './alarms/disclosure.ts';
import { edgeAlarms } from './alarms/edge.ts';
import { evidenceAlarms } from './alarms/evidence.ts';
import { incidentAlarms } from './alarms/incidents.ts';
import { mailAlarms } from './alarms/mail.ts';
import { objectiveAlarms } from './alarms/objectives.ts';
import { onCallAlarms } from './alarms/on-call.ts';
import { originSecretAlarms } from './alarms/origin-secret.ts';
import { requestAlarms } from './alarms/requests.ts';
import { securityAlarms } from './alarms/security.ts';
import { subscriptionAlarms } from './alarms/subscriptions.ts';
import { tableAlarms } from './alarms/tables.ts';
import { type ComponentId, componentOfFunction, components } from './components.ts';
import { type FunctionId, privileges } from './privileges.ts';
import { type SloId, slos } from './slo.ts';
import { tables } from './tables.ts';
import { rateRuleIds } from './web-acl.ts';

export * from './alarm.ts';

export const alarms = {
  ...objectiveAlarms,
  ...canaryAlarms,
  ...requestAlarms,
  ...tableAlarms,
  ...securityAlarms,
  ...edgeAlarms,
  ...certificateAlarms,
  ...mailAlarms,
  ...blocklistAlarms,
  ...originSecretAlarms,
  ...incidentAlarms,
  ...disclosureAlarms,
  ...evidenceAlarms,
  ...auditAlarms,
  ...subscriptionAlarms,
  ...onCallAlarms,
} as const satisfies Record<string, AlarmDefinition>;

export type AlarmId = keyof typeof alarms;

const prefix = 'portiere';

/** `Functions/Errors` of `password` is `portiere-Functions-Errors-password`: runbook, phone and console say the same name. */
export function alarmName(id: AlarmId, suffix?: string): string {
  return [prefix, ...id.split('/'), ...(suffix ? [suffix] : [])].join('-');
}

/** What stands behind the names of a row's alarms: one each, or nothing where there is one alarm. */
export function suffixesOf(definition: AlarmDefinition): readonly (string | undefined)[] {
  if (definition.burnRate) return Object.keys(slos);
  const { source } = definition;
  if (source.kind === 'function' && source.only === undefined) return Object.keys(privileges);
  if (source.kind === 'canary' && source.of.length > 1) return source.of;
  if (source.kind === 'web-acl' && source.rules === 'rates') return rateRuleIds;
  if (source.kind === 'topic') return onCallTopics;
  if (source.kind === 'table') return Object.keys(tables);
  if (source.kind === 'certificate') return certificates;
  if (source.kind === 'pager-duty') return ['trigger', 'resolve'];
  return [undefined];
}

/** What an alarm's name says: the way back from `alarmName`. */
export interface NamedAlarm {
  readonly id: AlarmId;
  readonly definition: AlarmDefinition;
  /** The function, objective or component, where there is one alarm for each. */
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
  const component = blamed(definition, suffix);
  return { id: id as AlarmId, definition, ...(suffix === '' ? {} : { suffix }), ...(component ? { component } : {}) };
}

function blamed({ component }: AlarmDefinition, suffix: string): ComponentId | undefined {
  switch (component) {
    case 'of-the-function':
      return componentOfFunction[suffix as FunctionId];
    case 'of-the-objective':
      return Object.hasOwn(slos, suffix) ? slos[suffix as SloId].component : undefined;
    case 'of-the-component':
      return Object.hasOwn(components, suffix) ? (suffix as ComponentId) : undefined;
    default:
      return component;
  }
}
