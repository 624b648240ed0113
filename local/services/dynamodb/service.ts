/** DynamoDB: access and faults here, everything else by dynalite. */
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Metrics } from '../../alarms/metrics.ts';
import { AwsError } from '../aws-error.ts';
import type { Input } from '../json-protocol.ts';
import { type Service, type ServiceContext, unknownAction } from '../service.ts';
import { requireTableAccess } from './access.ts';
import { DynamoEngine } from './engine.ts';
import { sweepTables } from './sweeper.ts';
import { createMissingTables, readTables } from './tables.ts';

/** DynamoDB promises to delete within days; a minute shows the same behaviour to someone who watches. */
const sweepIntervalMilliseconds = 60_000;

/** What dynalite answers; `DescribeTimeToLive` is ours, since dynalite can't be told what the template says. */
const passedOn = new Set([
  'BatchGetItem',
  'BatchWriteItem',
  'DeleteItem',
  'DescribeTable',
  'GetItem',
  'ListTables',
  'PutItem',
  'Query',
  'Scan',
  'UpdateItem',
]);

const readActions = new Set(['BatchGetItem', 'GetItem', 'Query', 'Scan']);

export interface DynamoDb {
  readonly service: Service;
  sweep(): Promise<number>;
  stop(): Promise<void>;
}

/** @param metrics takes what CloudWatch counts of faults; undefined until the functions have started */
export async function createDynamoDb(
  context: ServiceContext,
  dataDirectory: string,
  metrics: () => Pick<Metrics, 'put'> | undefined = () => undefined,
): Promise<DynamoDb> {
  const { assembly, clock, log } = context;
  const engine = new DynamoEngine(
    dataDirectory === ':memory:' ? undefined : join(dataDirectory, 'dynamodb'),
    assembly.account,
    assembly.region,
  );
  const tables = readTables(assembly);
  const tablesByName = new Map(tables.map((table) => [table.name, table]));
  await createMissingTables(engine, tables);

  // One sweep after the other: two at once would only count the same items twice.
  let sweeping: Promise<unknown> = Promise.resolve();
  const sweep = (): Promise<number> => {
    const next = sweeping.then(() => sweepTables(engine, tables, clock));
    sweeping = next.catch((error: unknown) => log(`expired items could not be deleted: ${String(error)}`));
    return next;
  };
  // One that still waits for its turn will see all that has expired by then: a clock that is moved by days, minute by minute, asks often.
  let isWaiting = false;
  const sweepInBackground = () => {
    if (isWaiting) return;
    isWaiting = true;
    void sweeping.then(() => {
      isWaiting = false;
    });
    void sweep().catch(() => undefined);
  };
  const timer = setInterval(sweepInBackground, sweepIntervalMilliseconds).unref();
  clock.onAdvance(sweepInBackground);

  const service: Service = {
    signingName: 'dynamodb',
    faultName: 'dynamodb',
    async handle(call) {
      const action = String(call.headers['x-amz-target'] ?? '').replace('DynamoDB_20120810.', '');
      if (!passedOn.has(action) && action !== 'DescribeTimeToLive') throw unknownAction(log, 'dynamodb', action);
      const input = parse(call.body);
      await requireTableAccess(context, tablesByName, call.roleArn, action, input);
      if (action !== 'DescribeTimeToLive') {
        const { status, body } = await engine.execute(action, input);
        return answer(status, body);
      }
      const attribute = tablesByName.get(String(input.TableName))?.timeToLive;
      const state = attribute === undefined ? { TimeToLiveStatus: 'DISABLED' } : { TimeToLiveStatus: 'ENABLED', AttributeName: attribute };
      return answer(200, { TimeToLiveDescription: state });
    },
    render: (error) => answer(error.status, { __type: `${namespaceOf(error.code)}#${error.code}`, message: error.message }),
    struck(mode, { headers, body }) {
      const action = String(headers['x-amz-target'] ?? '').replace('DynamoDB_20120810.', '');
      const TableName = String(parse(body).TableName);
      const metric =
        mode === 'error'
          ? { name: 'SystemErrors', dimensions: { TableName, Operation: action } }
          : { name: readActions.has(action) ? 'ReadThrottleEvents' : 'WriteThrottleEvents', dimensions: { TableName } };
      metrics()?.put({ namespace: 'AWS/DynamoDB', ...metric }, 1);
    },
    fault: (mode) =>
      mode === 'error'
        ? new AwsError('InternalServerError', 'The request processing has failed because of an unknown error, exception or failure.', 500)
        : new AwsError('ThrottlingException', 'Throughput exceeds the current capacity of your table or index.'),
  };
  return {
    service,
    sweep,
    async stop() {
      clearInterval(timer);
      await sweeping;
      await engine.close();
    },
  };
}

/** Errors of the platform come from another namespace than those of DynamoDB. */
function namespaceOf(code: string): string {
  return ['AccessDeniedException', 'UnrecognizedClientException', 'UnknownOperationException', 'SerializationException'].includes(code)
    ? 'com.amazon.coral.service'
    : 'com.amazonaws.dynamodb.v20120810';
}

function answer(status: number, output: object) {
  const body = JSON.stringify(output);
  return { status, headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-crc32': String(crc32(body)) }, body };
}

function parse(body: Buffer): Input {
  try {
    const input: unknown = JSON.parse(body.toString('utf8'));
    if (typeof input === 'object' && input !== null) return input;
  } catch {
    // Answered below.
  }
  throw new AwsError('SerializationException', '');
}
