/** Every AWS::Lambda::Function of the assembly, ready to be invoked by the ARN that the templates use for it. */
import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Assembly, Resource } from '../assembly/model.ts';
import type { LocalClock } from '../clock.ts';
import { type Faults, faultLatencyMilliseconds } from '../faults.ts';
import type { LocalServices } from '../services/model.ts';
import { createFunctionPool, type FunctionPool } from './function-pool.ts';
import type { InvocationResult } from './instance.ts';
import type { Logs } from './logs.ts';

/** One count or duration of a function, for the metrics. */
export type RecordFunctionMetric = (functionName: string, resource: string | undefined, result: InvocationResult) => void;

export interface LocalFunction {
  /** Short name for people: `password`. */
  readonly id: string;
  readonly name: string;
  readonly roleArn: string;
  readonly timeoutSeconds: number;
}

export interface Functions {
  list(): readonly LocalFunction[];
  /**
   * @param reference function, version or alias: ARN or name
   * @throws Error when the assembly has no such function
   */
  resolve(reference: string): LocalFunction;
  invoke(reference: string, payload: string): Promise<InvocationResult>;
  warm(): void;
  stop(): Promise<void>;
}

export interface FunctionsOptions {
  readonly assembly: Assembly;
  readonly services: Pick<LocalServices, 'endpoint' | 'call' | 'credentialsFor' | 'withLocalQueueUrls'>;
  readonly clock: LocalClock;
  readonly faults: Faults;
  readonly logs: Logs;
  /** PEM: functions that call the local edge trust what this authority has signed. */
  readonly authority: string;
  readonly outgoingAddress: string | undefined;
  readonly record: RecordFunctionMetric;
}

interface Target {
  readonly local: LocalFunction;
  readonly pool: FunctionPool;
  /** Names by which a fault may strike it. */
  readonly faultNames: readonly string[];
  /** `name:alias`, the `Resource` dimension of an alias's metrics. */
  readonly qualified: string | undefined;
}

export function createFunctions(options: FunctionsOptions): Functions {
  const { assembly, faults, record } = options;
  const resources = assembly.ofType('AWS::Lambda::Function');
  const shortNames = nameFunctions(resources);
  const byLogicalId = new Map<Resource, Target>();
  const byReference = new Map<string, Target>();

  for (const resource of resources) {
    // Helpers of the CDK itself (bucket deployments, custom resources) work at deployment, not afterwards.
    if (!String(resource.properties.Runtime ?? '').startsWith('nodejs') || resource.properties.Code?.S3Key === undefined) continue;
    const id = shortNames.get(resource) as string;
    const local: LocalFunction = {
      id,
      name: resource.ref,
      roleArn: String(resource.properties.Role),
      timeoutSeconds: Number(resource.properties.Timeout ?? 3),
    };
    const pool = createPool(resource, local, options);
    byLogicalId.set(resource, { local, pool, faultNames: [...new Set([id, resource.ref, resource.logicalId])], qualified: undefined });
  }

  function target(reference: string): Target {
    const known = byReference.get(reference);
    if (known !== undefined) return known;
    const resource = assembly.find(reference) ?? findQualified(reference, assembly);
    const isQualified = resource?.type === 'AWS::Lambda::Alias' || resource?.type === 'AWS::Lambda::Version';
    const base = isQualified ? assembly.find(String(resource.properties.FunctionName)) : resource;
    const found = base === undefined ? undefined : byLogicalId.get(base);
    if (found === undefined) throw new Error(`the assembly has no function ${reference}`);
    const qualified = resource?.type === 'AWS::Lambda::Alias' ? `${found.local.name}:${String(resource.properties.Name)}` : undefined;
    const entry = { ...found, qualified };
    byReference.set(reference, entry);
    return entry;
  }

  async function strike({ local, faultNames, qualified }: Target): Promise<InvocationResult | undefined> {
    for (const name of faultNames) {
      const mode = faults.draw(`function:${name}`);
      if (mode === 'latency') await wait(faultLatencyMilliseconds);
      if (mode === 'error' || mode === 'throttle') {
        const error = { errorType: 'Fault', errorMessage: 'a drill made this invocation fail' };
        const result: InvocationResult =
          mode === 'throttle' ? { kind: 'throttled' } : { kind: 'failure', requestId: randomUUID(), error, milliseconds: 0 };
        record(local.name, qualified, result);
        return result;
      }
    }
    return undefined;
  }

  return {
    list: () => [...byLogicalId.values()].map(({ local }) => local),
    resolve: (reference) => target(reference).local,
    async invoke(reference, payload) {
      const called = target(reference);
      const struck = faults.list().length === 0 ? undefined : await strike(called);
      if (struck !== undefined) return struck;
      const result = await called.pool.invoke(payload);
      record(called.local.name, called.qualified, result);
      return result;
    },
    warm: () => {
      for (const { pool } of byLogicalId.values()) pool.warm();
    },
    stop: async () => {
      await Promise.all([...byLogicalId.values()].map(({ pool }) => pool.stop()));
    },
  };
}

/** `name:alias`, as event source mappings write it. */
function findQualified(reference: string, assembly: Assembly): Resource | undefined {
  const [name, alias] = reference.split(':');
  return assembly.ofType('AWS::Lambda::Alias').find(({ properties }) => {
    return String(properties.Name) === alias && assembly.find(String(properties.FunctionName))?.ref === name;
  });
}

function createPool(resource: Resource, local: LocalFunction, options: FunctionsOptions): FunctionPool {
  const { assembly, services, clock, logs, authority, outgoingAddress } = options;
  const { properties } = resource;
  const [moduleName = 'index', exportName = 'handler'] = String(properties.Handler ?? 'index.handler').split('.');
  const memoryMegabytes = Number(properties.MemorySize ?? 128);
  const logGroupName = String(properties.LoggingConfig?.LogGroup ?? `/aws/lambda/${local.name}`);
  const credentials = services.credentialsFor(local.roleArn);
  const reserved = properties.ReservedConcurrentExecutions;
  return createFunctionPool({
    setup: {
      file: join(assembly.assetDirectory(String(properties.Code.S3Key)), `${moduleName}.mjs`),
      exportName,
      clock: clock.shared,
      authority,
      outgoingAddress,
      endpoint: services.endpoint,
      functionName: local.name,
      functionVersion: '$LATEST',
      functionArn: String(resource.attributes.Arn),
      memoryMegabytes,
      logGroupName,
      logStreamName: 'local',
    },
    environment: {
      ...stringValues(properties.Environment?.Variables, services.withLocalQueueUrls),
      AWS_REGION: assembly.region,
      AWS_DEFAULT_REGION: assembly.region,
      AWS_ENDPOINT_URL: services.endpoint,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
      AWS_LAMBDA_FUNCTION_NAME: local.name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMegabytes),
      AWS_LAMBDA_LOG_GROUP_NAME: logGroupName,
      AWS_LAMBDA_LOG_STREAM_NAME: 'local',
      AWS_EXECUTION_ENV: `AWS_Lambda_${String(properties.Runtime)}`,
      TZ: ':UTC',
    },
    timeoutSeconds: local.timeoutSeconds,
    maximumInstances: Math.max(
      1,
      Math.min(reserved === undefined ? Number.POSITIVE_INFINITY : Number(reserved), 2 * availableParallelism()),
    ),
    callService: services.call,
    onOutput: (text) => logs.append(local.id, text),
  });
}

function stringValues(variables: Record<string, unknown> | undefined, localize: (text: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(variables ?? {}).map(([name, value]) => [name, localize(String(value))]));
}

/** A tag `function` names it; otherwise its name without what all names have in common, or its logical id without the hash. */
function nameFunctions(resources: readonly Resource[]): Map<Resource, string> {
  const named = resources
    .filter(({ properties }) => properties.FunctionName !== undefined)
    .map(({ properties }) => String(properties.FunctionName));
  const shared = named.length < 2 ? '' : commonPrefix(named).replace(/[^-]*$/, '');
  return new Map(
    resources.map((resource) => {
      const tags = (resource.properties.Tags ?? []) as { Key: string; Value: string }[];
      const tag = tags.find(({ Key }) => Key === 'function' || Key.endsWith(':function'));
      const name = resource.properties.FunctionName as string | undefined;
      const fallback = resource.logicalId.replace(/(Function)?[0-9A-F]{8}$/, '').replace(/Function$/, '');
      return [resource, tag?.Value ?? name?.slice(shared.length) ?? fallback.replace(/([a-z])([A-Z])/g, '$1-$2').toLowerCase()];
    }),
  );
}

function commonPrefix(texts: readonly string[]): string {
  const [first = '', ...others] = texts;
  let length = first.length;
  for (const text of others) while (!text.startsWith(first.slice(0, length))) length -= 1;
  return first.slice(0, length);
}
