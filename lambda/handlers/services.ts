/** What every function that serves HTTP is made of. */
import { documentClient } from '../adapters/aws-clients.ts';
import { DynamoAccountStore } from '../adapters/dynamo-account-store.ts';
import { DynamoBudgetStore } from '../adapters/dynamo-budget-store.ts';
import { DynamoEventLog } from '../adapters/dynamo-event-log.ts';
import { countMetric, countRequest, log } from '../adapters/log.ts';
import { Secret } from '../adapters/secrets.ts';
import { readResource, readSettings } from '../adapters/settings.ts';
import { systemClock, systemRandom } from '../adapters/system.ts';
import { type Budgets, createBudgets } from '../domain/budgets.ts';
import type { SessionServices } from '../domain/context.ts';
import type { PipelineServices } from '../http/call.ts';

export function publicServices(): PipelineServices {
  const settings = readSettings();
  const staff = new Set(settings.staff);
  const originSecret = new Secret(readResource('secret', 'origin'), systemClock, true);
  return {
    settings,
    clock: systemClock,
    isStaff: (email) => staff.has(email),
    isOriginSecret: (presented) => originSecret.matches(presented),
    telemetry: { log, count: countMetric, countRequest },
  };
}

export function sessionServices(): PipelineServices & SessionServices {
  const shared = publicServices();
  return {
    ...shared,
    factorPolicy: shared.settings.secondFactor,
    random: systemRandom,
    accounts: new DynamoAccountStore(documentClient(), readResource('table', 'accounts')),
    events: new DynamoEventLog(documentClient(), readResource('table', 'events')),
  };
}

/** For functions with routes that have a budget. */
export function routeBudgets(): Budgets {
  return createBudgets({ clock: systemClock, store: new DynamoBudgetStore(documentClient(), readResource('table', 'rate-limits')) });
}
