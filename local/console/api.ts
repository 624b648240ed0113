/** The console's API: what CONTRACT promises to drills and checks, and the same that the page shows. */
import type { Alarms } from '../alarms/alarms.ts';
import type { Metrics } from '../alarms/metrics.ts';
import type { LocalClock } from '../clock.ts';
import type { Firewall } from '../edge/firewall.ts';
import type { Faults } from '../faults.ts';
import type { Functions } from '../functions/functions.ts';
import type { Logs } from '../functions/logs.ts';
import type { Authorizer } from '../iam/model.ts';
import type { Pager } from '../pager.ts';
import type { Credentials, LocalServices } from '../services/model.ts';

export interface ConsoleSources {
  /** Address of the system that it watches. */
  readonly edgeUrl: string;
  readonly mailbox: LocalServices['mailbox'];
  readonly pager: Pager;
  readonly alarms: Alarms;
  readonly metrics: Metrics;
  readonly firewall: Firewall | undefined;
  readonly clock: LocalClock;
  readonly faults: Faults;
  readonly functions: Functions;
  readonly logs: Logs;
  readonly authorizer: Pick<Authorizer, 'denials'>;
  /** What operators' commands need to reach the services. */
  readonly operator: OperatorAccess;
}

export interface OperatorAccess {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
  /** Where the site is. */
  readonly site: string;
  /** Folder of the cloud assembly that runs. */
  readonly assembly: string;
  /** Queues, tables, IP sets and aliases of functions by stack and logical id, with the names or URLs that calls need. */
  readonly resources: readonly { readonly stack: string; readonly logicalId: string; readonly type: string; readonly ref: string }[];
}

/** What a caller got wrong, in a sentence. */
export class BadRequest extends Error {}

type Handler = (query: URLSearchParams, body: unknown) => unknown;

const longestAdvanceSeconds = 400 * 24 * 3600;

/** Handlers by `METHOD /path`; each gives what goes out as JSON. */
export function createConsoleApi(sources: ConsoleSources): Readonly<Record<string, Handler>> {
  const { mailbox, pager, alarms, metrics, firewall, clock, faults, functions, logs, authorizer } = sources;
  const readClock = () => ({ now: new Date(clock.now()).toISOString() });

  return {
    'GET /api/mail': (query) => mailbox.list(query.get('to') ?? undefined),
    'GET /api/pages': () => pager.list(),
    'GET /api/alarms': () => alarms.list(),
    'POST /api/alarms': async (_query, body) => {
      const { name, state, reason } = readObject(body, ['name', 'state', 'reason']);
      if (state !== 'ALARM' && state !== 'OK') throw new BadRequest(`state must be ALARM or OK, not ${JSON.stringify(state)}`);
      await alarms.set(String(name), state, String(reason ?? 'Set by hand.'));
      return alarms.list().find((alarm) => alarm.name === name);
    },
    'GET /api/metrics': () => metrics.summary(),
    'GET /api/waf': () => firewall?.latest() ?? [],
    'GET /api/operator': () => sources.operator,
    'GET /api/denials': () => authorizer.denials(),
    'GET /api/clock': readClock,
    'POST /api/clock': async (_query, body) => {
      const { advanceSeconds } = readObject(body, ['advanceSeconds']);
      if (typeof advanceSeconds !== 'number' || !(advanceSeconds > 0 && advanceSeconds <= longestAdvanceSeconds)) {
        throw new BadRequest(
          `advanceSeconds must be a number over 0 and at most ${longestAdvanceSeconds}, not ${JSON.stringify(advanceSeconds)}`,
        );
      }
      await alarms.advance(advanceSeconds);
      return readClock();
    },
    'GET /api/faults': () => faults.list(),
    'POST /api/faults': (_query, body) => {
      const service = (body as { service?: unknown } | null)?.service;
      const name = typeof service === 'string' ? /^function:(.*)$/.exec(service)?.[1] : undefined;
      const known = functions.list();
      if (name !== undefined && !known.some(({ id, name: full }) => name === id || name === full)) {
        throw new BadRequest(`there is no function ${JSON.stringify(name)}: the functions are ${known.map(({ id }) => id).join(', ')}`);
      }
      return faults.set(body);
    },
    'DELETE /api/faults': () => {
      faults.clear();
      return [];
    },
    'GET /api/logs': (query) => {
      const name = query.get('function');
      if (name === null) return { functions: logs.names() };
      if (!logs.names().includes(name) && !functions.list().some(({ id }) => id === name)) {
        throw new BadRequest(`there is no log ${JSON.stringify(name)}: the logs are ${logs.names().join(', ')}`);
      }
      return logs.read(name);
    },
    'GET /api/system': () => ({ edgeUrl: sources.edgeUrl, functions: functions.list().map(({ id }) => id), ...readClock() }),
  };
}

function readObject(body: unknown, fields: readonly string[]): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new BadRequest('the body must be a JSON object');
  const unknown = Object.keys(body).find((name) => !fields.includes(name));
  if (unknown !== undefined) throw new BadRequest(`unknown field ${JSON.stringify(unknown)}: the body has ${fields.join(', ')}`);
  return body as Record<string, unknown>;
}
