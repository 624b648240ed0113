/** A small cloud assembly of one stack, and the services started on it. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Assembly } from '../../local/assembly/model.ts';
import { readAssembly } from '../../local/assembly/read-assembly.ts';
import { createClock, type LocalClock } from '../../local/clock.ts';
import { createFaults, type Faults } from '../../local/faults.ts';
import { createAuthorizer } from '../../local/iam/authorizer.ts';
import type { Authorizer } from '../../local/iam/model.ts';
import type { LocalServices } from '../../local/services/model.ts';
import { startServices } from '../../local/services/start-services.ts';
import { openState } from '../../local/state.ts';

export const region = 'eu-south-1';
export const account = '000000000000';

type Template = Record<string, unknown>;

/** Writes an assembly; each stack lies in `eu-south-1`, or in the region that it names. */
export function writeAssembly(
  stacks: Record<string, { template: Template; region?: string }>,
  assets: Record<string, string> = {},
): string {
  const directory = mkdtempSync(join(tmpdir(), 'assembly-'));
  const artifacts: Record<string, unknown> = {};
  for (const [name, stack] of Object.entries(stacks)) {
    writeFileSync(join(directory, `${name}.template.json`), JSON.stringify(stack.template));
    artifacts[name] = {
      type: 'aws:cloudformation:stack',
      environment: `aws://unknown-account/${stack.region ?? 'unknown-region'}`,
      properties: { templateFile: `${name}.template.json` },
    };
  }
  const files = Object.entries(assets).map(([hash, path]) => {
    mkdirSync(join(directory, path), { recursive: true });
    return [hash, { source: { path, packaging: 'zip' }, destinations: { current: { bucketName: 'assets', objectKey: `${hash}.zip` } } }];
  });
  writeFileSync(join(directory, 'assets.json'), JSON.stringify({ files: Object.fromEntries(files) }));
  artifacts.assets = { type: 'cdk:asset-manifest', properties: { file: 'assets.json' } };
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ version: '1.0.0', artifacts }));
  return directory;
}

export function readTestAssembly(directory: string): Assembly {
  return readAssembly(directory, { account, region });
}

export interface RunningServices {
  readonly assembly: Assembly;
  readonly services: LocalServices;
  readonly clock: LocalClock;
  readonly faults: Faults;
  readonly authorizer: Authorizer;
  readonly logged: string[];
  /** Configuration of an SDK client that acts as the function with this role. */
  clientAs(roleLogicalId: string): {
    endpoint: string;
    region: string;
    credentials: ReturnType<LocalServices['credentialsFor']>;
    maxAttempts: number;
  };
  arnOf(logicalId: string): string;
  refOf(logicalId: string): string;
  stop(): Promise<void>;
}

export async function startOn(directory: string, dataDirectory = ':memory:'): Promise<RunningServices> {
  const assembly = readTestAssembly(directory);
  const state = openState(dataDirectory);
  const clock = createClock(state);
  const faults = createFaults(clock);
  const authorizer = createAuthorizer(assembly);
  const logged: string[] = [];
  const services = await startServices({ assembly, authorizer, state, dataDirectory, clock, faults, log: (line) => logged.push(line) });
  const find = (logicalId: string) => {
    const resource = assembly.resources.find((candidate) => candidate.logicalId === logicalId);
    if (resource === undefined) throw new Error(`the test's assembly has no ${logicalId}`);
    return resource;
  };
  const arnOf = (logicalId: string) => find(logicalId).attributes.Arn as string;
  return {
    assembly,
    services,
    clock,
    faults,
    authorizer,
    logged,
    clientAs: (role) => ({ endpoint: services.endpoint, region, credentials: services.credentialsFor(arnOf(role)), maxAttempts: 1 }),
    arnOf,
    refOf: (logicalId) => find(logicalId).ref,
    async stop() {
      await services.stop();
      state.close();
    },
  };
}

/** A role with these statements, and nothing else. */
export function role(...statements: { Action: string | string[]; Resource: unknown; Condition?: unknown; Effect?: 'Allow' | 'Deny' }[]) {
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  const document = { Version: '2012-10-17', Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })) };
  return {
    Type: 'AWS::IAM::Role',
    Properties: { AssumeRolePolicyDocument: trust, Policies: [{ PolicyName: 'own', PolicyDocument: document }] },
  };
}

export function arn(logicalId: string) {
  return { 'Fn::GetAtt': [logicalId, 'Arn'] };
}

export const accountKeyPolicy = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' }],
};
