/** The service level objectives: alarms on how fast their budgets burn, one a row and objective (P01). */
import type { BurnRateAlarm } from '../alarm.ts';
import { burnRate } from '../slo.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const component = 'of-the-objective';
const check =
  'The dashboard, row "Objectives": which objective, since when, failed or slow. Then the access log by route, GET /v1/health, and whether a deployment went out.';

export const objectiveAlarms = {
  'Slo/FastBurn': {
    severity: 'page',
    component,
    burnRate: burnRate(14.4, HOUR, 5 * MINUTE),
    means: 'Requests fail or are slow so often that two per cent of the month’s budget went in an hour: all of it is gone in two days.',
    check,
    act: 'Roll back what was deployed last, if that fits. Otherwise follow the entry of the alarm that names the failing part; tell customers.',
  },
  'Slo/SteadyBurn': {
    severity: 'page',
    component,
    burnRate: burnRate(6, 6 * HOUR, 30 * MINUTE),
    means: 'Five per cent of the month’s budget went in six hours: a fault that hits some requests, and goes on.',
    check,
    act: 'Find what the failing requests have in common: a route, a function, an instance. Roll back or mend; tell customers if they notice.',
  },
  'Slo/SlowBurn': {
    severity: 'ticket',
    component,
    burnRate: burnRate(3, DAY, 2 * HOUR),
    means: 'A tenth of the month’s budget went in a day.',
    check,
    act: 'Mend the cause in working hours, before anything that changes the service is deployed.',
  },
  'Slo/CreepingBurn': {
    severity: 'ticket',
    component,
    burnRate: burnRate(1, 3 * DAY, 6 * HOUR),
    means: 'For three days the budget has been spent as fast as it comes in: nothing would be left of it for an outage.',
    check,
    act: 'Plan the repair: whatever costs a little every day. Until then no deployment that is not a repair.',
  },
} as const satisfies Record<string, BurnRateAlarm>;
