import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClock } from '../../local/clock.ts';
import { createFaults } from '../../local/faults.ts';
import { startEventSources } from '../../local/functions/event-source.ts';
import { createFunctions, type Functions } from '../../local/functions/functions.ts';
import type { InvocationResult } from '../../local/functions/instance.ts';
import { createLogs } from '../../local/functions/logs.ts';
import type { LocalServices, ReceivedMessage } from '../../local/services/model.ts';
import type { ServiceRequest } from '../../local/services/service.ts';
import { openState } from '../../local/state.ts';
import { type ResourceSketch, sketchAssembly } from './runtime-assembly.ts';

const folder = mkdtempSync(join(tmpdir(), 'functions-'));
const bundle = `
let calls = 0;
console.log('loaded');
export async function handler(event, context) {
  calls += 1;
  switch (event.act) {
    case 'echo': return { event, calls, now: Date.now(), environment: { ...process.env }, remaining: context.getRemainingTimeInMillis(), context };
    case 'wait': await new Promise((resolve) => setTimeout(resolve, event.milliseconds)); return { calls };
    case 'print': console.log(event.text); return null;
    case 'throw': throw new RangeError('no such thing');
    case 'hang': console.log('before the loop'); for (;;);
    case 'exit': process.exit(3);
    case 'reject': Promise.reject(new Error('forgotten')); await new Promise(() => {});
    case 'call': {
      const { request } = process.getBuiltinModule('http');
      return await new Promise((resolve, reject) => {
        const outgoing = request(event.options, (incoming) => {
          const chunks = [];
          incoming.on('data', (chunk) => chunks.push(chunk));
          incoming.on('end', () => resolve({ status: incoming.statusCode, header: incoming.headers['x-said'], body: Buffer.concat(chunks).toString() }));
        });
        outgoing.on('error', reject);
        outgoing.end(event.bytes ? new TextEncoder().encode(event.body) : event.body);
        if (event.givesUp) outgoing.destroy(new Error('no answer in time'));
      });
    }
    case 'records': return { batchItemFailures: event.failures.map((itemIdentifier) => ({ itemIdentifier })) };
  }
  if (event.Records) return { batchItemFailures: event.Records.filter(({ body }) => body === 'bad').map(({ messageId }) => ({ itemIdentifier: messageId })) };
}`;
writeFileSync(join(folder, 'index.mjs'), bundle);
writeFileSync(join(folder, 'broken.mjs'), 'throw new TypeError("does not load");');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const callsToServices: ServiceRequest[] = [];
const services = {
  endpoint: 'http://127.0.0.1:4566',
  call: async (request: ServiceRequest) => {
    callsToServices.push(request);
    return { status: 418, headers: { 'x-said': 'a service' }, body: `grüezi to ${request.body.toString()}` };
  },
  withLocalQueueUrls: (text: string) => text,
  credentialsFor: (role: string) => ({ accessKeyId: `key of ${role}`, secretAccessKey: 'secret', sessionToken: 'token' }),
} as unknown as LocalServices;

const running: Functions[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((functions) => functions.stop()));
});

function start(properties: Record<string, unknown> = {}, more: readonly ResourceSketch[] = []) {
  const assembly = sketchAssembly(
    [
      {
        logicalId: 'EchoFunction0A1B2C3D',
        type: 'AWS::Lambda::Function',
        ref: 'Stack-echo',
        attributes: { Arn: 'arn:echo' },
        properties: {
          Runtime: 'nodejs24.x',
          Handler: 'index.handler',
          Code: { S3Key: 'code.zip' },
          Role: 'arn:role',
          MemorySize: 256,
          Timeout: 2,
          Environment: { Variables: { GREETING: 'ciao' } },
          ...properties,
        },
      },
      { logicalId: 'Live', type: 'AWS::Lambda::Alias', ref: 'arn:echo:live', properties: { FunctionName: 'Stack-echo', Name: 'live' } },
      ...more,
    ],
    { 'code.zip': folder },
  );
  const clock = createClock(openState(':memory:'));
  const faults = createFaults(clock);
  const metrics: Record<string, unknown>[] = [];
  const logs = createLogs({ directory: folder, now: clock.now, onEmbeddedMetrics: (document) => metrics.push(document) });
  const recorded: [string, string | undefined, InvocationResult][] = [];
  const functions = createFunctions({
    assembly,
    services,
    clock,
    faults,
    logs,
    authority: '',
    outgoingAddress: undefined,
    record: (...entry) => recorded.push(entry),
  });
  running.push(functions);
  const invoke = async (event: unknown) => {
    const result = await functions.invoke('arn:echo:live', JSON.stringify(event));
    return result.kind === 'success' ? JSON.parse(result.payload) : result;
  };
  return { assembly, functions, invoke, logs, metrics, recorded, clock, faults };
}

describe('a function', () => {
  test('has exactly the environment of the template and of Lambda, and nothing of this machine', async () => {
    const { invoke } = start();

    const { environment, context } = await invoke({ act: 'echo' });

    expect(environment).toMatchObject({
      GREETING: 'ciao',
      AWS_REGION: 'eu-south-1',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
      AWS_ACCESS_KEY_ID: 'key of arn:role',
    });
    expect(environment).not.toHaveProperty('PATH');
    expect(context).toMatchObject({ functionName: 'Stack-echo', memoryLimitInMB: '256' });
  });

  test('sees the clock of the system, while its time limit is real time', async () => {
    const { invoke, clock } = start();
    clock.advance(3600);

    const { now, remaining } = await invoke({ act: 'echo' });

    expect(now).toBeGreaterThan(Date.now() + 3_500_000);
    expect(remaining).toBeGreaterThan(0);
    expect(remaining).toBeLessThanOrEqual(2000);
  });

  test('keeps its instance from one event to the next', async () => {
    const { invoke } = start();

    const first = await invoke({ act: 'echo' });
    const second = await invoke({ act: 'echo' });

    expect([first.calls, second.calls]).toEqual([1, 2]);
  });

  test('runs one event an instance, and as many instances as it may', async () => {
    const { invoke } = start({ ReservedConcurrentExecutions: 2 });

    const answers = await Promise.all(Array.from({ length: 5 }, () => invoke({ act: 'wait', milliseconds: 20 })));

    expect(answers.map(({ calls }) => calls).reduce((sum, calls) => sum + calls)).toBeGreaterThan(5);
    expect(answers).toHaveLength(5);
  });

  test.each([
    ['a text', false],
    ['bytes', true],
  ])('calls the services with %s, and hears what they answer', async (_title, bytes) => {
    const { invoke } = start();
    callsToServices.length = 0;
    const options = { host: '127.0.0.1', port: 4566, method: 'POST', path: '/?a=b', headers: { Authorization: 'signed', Length: 3 } };

    const answers = await Promise.all([1, 2].map((each) => invoke({ act: 'call', options, body: `caffè ${each}`, bytes })));

    expect(answers).toEqual([1, 2].map((each) => ({ status: 418, header: 'a service', body: `grüezi to caffè ${each}` })));
    expect(callsToServices).toContainEqual({
      method: 'POST',
      path: '/?a=b',
      headers: { authorization: 'signed', length: '3' },
      body: Buffer.from('caffè 1'),
    });
  });

  test('that gives a call to the services up hears of no answer', async () => {
    const { invoke } = start();
    const options = { host: '127.0.0.1', port: 4566, method: 'POST', path: '/', headers: {} };

    const failure = await invoke({ act: 'call', options, body: '', givesUp: true });

    expect(failure).toMatchObject({ kind: 'failure', error: { errorMessage: 'no answer in time' } });
  });

  test('calls everybody else over the network', async () => {
    const server = createServer((_request, response) => response.writeHead(202, { 'x-said': 'a server' }).end('over here'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { invoke } = start();
    const options = { host: '127.0.0.1', port: (server.address() as AddressInfo).port, path: '/', agent: false };

    const answer = await invoke({ act: 'call', options });
    server.close();

    expect(answer).toEqual({ status: 202, header: 'a server', body: 'over here' });
  });

  test('that throws gives its error, and lives on', async () => {
    const { invoke } = start();

    const failure = await invoke({ act: 'throw' });
    const next = await invoke({ act: 'echo' });

    expect(failure).toMatchObject({ kind: 'failure', error: { errorType: 'RangeError', errorMessage: 'no such thing' } });
    expect(next.calls).toBe(2);
  });

  test.each([
    ['loops for ever', 'hang', 'Sandbox.Timedout'],
    ['ends its process', 'exit', 'Runtime.ExitError'],
    ['forgets a rejection', 'reject', 'Error'],
  ])('that %s is replaced by a fresh instance', async (_title, act, errorType) => {
    const { invoke, logs } = start({ Timeout: 1 });

    const failure = await invoke({ act });
    const next = await invoke({ act: 'echo' });

    expect(failure).toMatchObject({ kind: 'failure', error: { errorType } });
    expect(next.calls).toBe(1);
    if (act === 'hang') expect(logs.read('echo').map(({ text }) => text)).toContain('before the loop');
  });

  test('that can not be loaded says why, every time', async () => {
    const { invoke } = start({ Handler: 'broken.handler' });

    const answers = [await invoke({}), await invoke({})];

    expect(answers).toEqual([expect.objectContaining({ kind: 'failure' }), expect.objectContaining({ kind: 'failure' })]);
    expect(answers[0].error.errorMessage).toBe('does not load');
  });

  test('has its lines in its log, and its embedded metrics among the metrics', async () => {
    const { invoke, logs, metrics } = start();
    const line = JSON.stringify({ _aws: { CloudWatchMetrics: [] }, 'SignIn/Failed': 1 });

    await invoke({ act: 'print', text: line });
    logs.close();

    expect(logs.read('echo').map(({ text }) => text)).toEqual(['loaded', line]);
    expect(metrics).toEqual([JSON.parse(line)]);
    expect(readFileSync(join(folder, 'echo.log'), 'utf8')).toContain(line);
  });

  test.each([
    ['error', 'failure'],
    ['throttle', 'throttled'],
  ])('under a drill of mode %s runs no code', async (mode, kind) => {
    const { invoke, faults, recorded, logs } = start();
    faults.set({ service: 'function:echo', mode, rate: 1, seconds: 60 });

    const result = await invoke({ act: 'echo' });

    expect(result.kind).toBe(kind);
    expect(recorded.map(([name, alias, { kind: recordedKind }]) => [name, alias, recordedKind])).toEqual([
      ['Stack-echo', 'Stack-echo:live', kind],
    ]);
    expect(logs.read('echo')).toEqual([]);
  });

  test('that nobody deployed is named', async () => {
    const { functions } = start();

    await expect(functions.invoke('arn:nobody', '{}')).rejects.toThrow('the assembly has no function arn:nobody');
  });
});

describe('an event source mapping', () => {
  const queueArn = 'arn:aws:sqs:eu-south-1:000000000000:mail';

  function queueOf(bodies: readonly string[]) {
    const waiting: ReceivedMessage[] = bodies.map((body, index) => ({
      messageId: `message-${index}`,
      receiptHandle: `receipt-${index}`,
      body,
      md5OfBody: '',
      attributes: { ApproximateReceiveCount: '1' },
      messageAttributes: {},
    }));
    const deleted: string[] = [];
    let listener = (_arn: string) => {};
    let settle = () => {};
    const drained = new Promise<void>((resolve) => {
      settle = resolve;
    });
    const queues: LocalServices['queues'] = {
      receive: async (_arn, max) => {
        const batch = waiting.splice(0, max);
        if (batch.length === 0) settle();
        return batch;
      },
      delete: (_arn, receipt) => void deleted.push(receipt),
      changeVisibility: () => {},
      depth: () => ({ visible: waiting.length, inFlight: 0, delayed: 0, oldestAgeSeconds: 0 }),
      onMessage: (callback) => {
        listener = callback;
      },
    };
    return { queues, deleted, drained, notify: () => listener(queueArn), waiting };
  }

  async function run(bodies: readonly string[], mapping: Record<string, unknown>) {
    const { functions, assembly, clock } = start({}, [
      {
        logicalId: 'Mapping',
        type: 'AWS::Lambda::EventSourceMapping',
        properties: { EventSourceArn: queueArn, FunctionName: 'Stack-echo:live', ...mapping },
      },
    ]);
    const queue = queueOf(bodies);
    const sources = startEventSources({ assembly, queues: queue.queues, functions, clock, log: () => {} });
    await queue.drained;
    await sources.stop();
    return queue;
  }

  test('deletes what the function dealt with and leaves what it reports as failed', async () => {
    const { deleted } = await run(['good', 'bad', 'good'], { BatchSize: 10, FunctionResponseTypes: ['ReportBatchItemFailures'] });

    expect(deleted).toEqual(['receipt-0', 'receipt-2']);
  });

  test('without reports of single failures, a batch is dealt with as a whole', async () => {
    const { deleted } = await run(['good', 'bad'], { BatchSize: 1 });

    expect(deleted.sort()).toEqual(['receipt-0', 'receipt-1']);
  });
});
