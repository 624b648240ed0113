/** Faults for drills: a share of the calls to one service fails, is throttled, is denied or is slow, for a while. */
import type { LocalClock } from './clock.ts';

export const faultModes = ['error', 'throttle', 'deny', 'latency'] as const;
export type FaultMode = (typeof faultModes)[number];
/** Those that each service answers in words of its own. */
export type ServiceFailure = Exclude<FaultMode, 'deny' | 'latency'>;

const services = ['dynamodb', 'kms', 'ses', 'sns', 'sqs', 'secretsmanager', 'lambda', 'wafv2', 'cloudfront', 's3', 'cloudwatch'] as const;
export type FaultService = (typeof services)[number] | `function:${string}`;

/** How long a call waits under `latency`. */
export const faultLatencyMilliseconds = 2000;

export interface Fault {
  readonly service: FaultService;
  readonly mode: FaultMode;
  /** Share of the calls that it strikes, over 0 and up to 1. */
  readonly rate: number;
  /** ISO 8601, by the system's clock. */
  readonly until: string;
}

export interface Faults {
  /**
   * Takes the place of an earlier fault of the same service.
   *
   * @param request `{ service, mode, rate, seconds }`, unchecked
   * @throws TypeError with a sentence that names the wrong field
   */
  set(request: unknown): Fault;
  clear(): void;
  list(): Fault[];
  /** Whether this call is struck. */
  draw(service: FaultService): FaultMode | undefined;
}

/** @param random gives numbers in [0, 1) */
export function createFaults(clock: LocalClock, random: () => number = Math.random): Faults {
  const active = new Map<FaultService, { fault: Fault; untilMilliseconds: number }>();

  function current(service: FaultService): Fault | undefined {
    const entry = active.get(service);
    if (entry === undefined) return undefined;
    if (clock.now() < entry.untilMilliseconds) return entry.fault;
    active.delete(service);
    return undefined;
  }

  return {
    set(request) {
      const { service, mode, rate, seconds } = parseFault(request);
      const untilMilliseconds = clock.now() + seconds * 1000;
      const fault: Fault = { service, mode, rate, until: new Date(untilMilliseconds).toISOString() };
      active.set(service, { fault, untilMilliseconds });
      return fault;
    },
    clear: () => active.clear(),
    list: () => [...active.keys()].flatMap((service) => current(service) ?? []),
    draw(service) {
      if (active.size === 0) return undefined;
      const fault = current(service);
      return fault !== undefined && random() < fault.rate ? fault.mode : undefined;
    },
  };
}

function parseFault(request: unknown): { service: FaultService; mode: FaultMode; rate: number; seconds: number } {
  if (typeof request !== 'object' || request === null) throw new TypeError('a fault is a JSON object: {"service","mode","rate","seconds"}');
  const { service, mode, rate = 1, seconds = 60, ...rest } = request as Record<string, unknown>;
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) throw new TypeError(`unknown field ${JSON.stringify(unknown)}: a fault has service, mode, rate and seconds`);
  if (!isFaultService(service))
    throw new TypeError(`service must be one of ${services.join(', ')} or function:<name>, not ${JSON.stringify(service)}`);
  if (!faultModes.includes(mode as FaultMode))
    throw new TypeError(`mode must be one of ${faultModes.join(', ')}, not ${JSON.stringify(mode)}`);
  if (mode === 'deny' && service.startsWith('function:'))
    throw new TypeError('a function can not be denied: nobody asks IAM when the gateway, a queue or the clock calls it; take error');
  if (typeof rate !== 'number' || !(rate > 0 && rate <= 1))
    throw new TypeError(`rate must be a number over 0 and up to 1, not ${JSON.stringify(rate)}`);
  if (typeof seconds !== 'number' || !(seconds > 0 && seconds <= 86_400)) {
    throw new TypeError(`seconds must be a number over 0 and up to 86400, not ${JSON.stringify(seconds)}`);
  }
  return { service, mode: mode as FaultMode, rate, seconds };
}

function isFaultService(service: unknown): service is FaultService {
  return typeof service === 'string' && (services.some((known) => known === service) || /^function:[\w-]+$/.test(service));
}
