/** Functions that call each other through Lambda, as the SDK sees it. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { InvokeFunction } from '../../local/services/model.ts';
import { type RunningServices, role, startOn, writeAssembly } from './services-fixture.ts';

const functionProperties = { Runtime: 'nodejs24.x', Handler: 'index.handler', Code: { S3Key: 'code.zip' }, Role: 'arn:role' };
const directory = writeAssembly({
  Demo: {
    template: {
      Resources: {
        Caller: role({ Action: 'lambda:InvokeFunction', Resource: { Ref: 'Live' } }),
        Stranger: role({ Action: 'lambda:GetFunction', Resource: { Ref: 'Live' } }),
        Greeter: { Type: 'AWS::Lambda::Function', Properties: { ...functionProperties, FunctionName: 'greeter' } },
        Version: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Greeter' } } },
        Live: {
          Type: 'AWS::Lambda::Alias',
          Properties: { Name: 'live', FunctionName: { Ref: 'Greeter' }, FunctionVersion: { 'Fn::GetAtt': ['Version', 'Version'] } },
        },
        Everything: role({ Action: 'lambda:InvokeFunction', Resource: 'arn:aws:lambda:eu-south-1:000000000000:function:*' }),
      },
    },
  },
});

let running: RunningServices;
const clients: LambdaClient[] = [];
beforeEach(async () => {
  running = await startOn(directory);
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await running.stop();
});

const live = () => running.refOf('Live');

function invokeAs(roleId: string, input: Partial<ConstructorParameters<typeof InvokeCommand>[0]> = {}) {
  const client = new LambdaClient(running.clientAs(roleId));
  clients.push(client);
  return client.send(new InvokeCommand({ FunctionName: live(), Payload: Buffer.from('{"name":"Ada"}'), ...input }));
}

function serve(answer: Awaited<ReturnType<InvokeFunction>>) {
  const calls: string[][] = [];
  running.services.serveInvocations(async (...call) => {
    calls.push(call);
    return answer;
  });
  return calls;
}

test('an invocation hands the event to the function and its answer back', async () => {
  const calls = serve({ kind: 'success', payload: '{"hello":"Ada"}' });

  const answer = await invokeAs('Caller');

  expect(answer.Payload?.transformToString()).toBe('{"hello":"Ada"}');
  expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '1' });
  expect(answer.FunctionError).toBeUndefined();
  expect(calls).toEqual([[live(), '{"name":"Ada"}']]);
});

test.each<[string, object]>([
  ['name and alias', { FunctionName: 'greeter:live' }],
  ['name, with the alias apart', { FunctionName: 'greeter', Qualifier: 'live' }],
  ['partial ARN', { FunctionName: '000000000000:function:greeter', Qualifier: 'live' }],
])('the same function is reached by %s', async (_, input) => {
  const calls = serve({ kind: 'success', payload: 'null' });

  await invokeAs('Caller', input);

  expect(calls.map(([reference]) => reference)).toEqual([live()]);
});

test('a function that throws is an answer with an error in it, not an error of Lambda', async () => {
  serve({ kind: 'failure', error: { errorType: 'RangeError', errorMessage: 'no such thing' } });

  const answer = await invokeAs('Caller');

  expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
  expect(JSON.parse(answer.Payload?.transformToString() ?? '')).toEqual({ errorType: 'RangeError', errorMessage: 'no such thing' });
});

test('a function without a free instance answers as Lambda throttles', async () => {
  serve({ kind: 'throttled' });

  const asked = invokeAs('Caller');

  await expect(asked).rejects.toMatchObject({ name: 'TooManyRequestsException', $metadata: { httpStatusCode: 429 } });
});

test('the right to call an alias is no right to call the unpublished function or a version', async () => {
  const calls = serve({ kind: 'success', payload: 'null' });

  for (const input of [{ FunctionName: 'greeter' }, { FunctionName: 'greeter', Qualifier: '1' }]) {
    await expect(invokeAs('Caller', input)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('lambda:InvokeFunction'),
      $metadata: { httpStatusCode: 403 },
    });
  }
  await expect(invokeAs('Stranger')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  expect(calls).toEqual([]);
});

test.each<[string, object, string]>([
  ['a function that is not there', { FunctionName: 'nobody' }, 'ResourceNotFoundException'],
  ['an alias that is not there', { FunctionName: 'greeter', Qualifier: 'old' }, 'ResourceNotFoundException'],
  ['two qualifiers', { FunctionName: 'greeter:live', Qualifier: '1' }, 'InvalidParameterValueException'],
  ['an event that is no JSON', { Payload: Buffer.from('{') }, 'InvalidRequestContentException'],
  ['an event over 6 MB', { Payload: Buffer.from(JSON.stringify('x'.repeat(6 * 1024 * 1024))) }, 'RequestTooLargeException'],
  ['an event that nobody waits for, which is not imitated', { InvocationType: 'Event' }, 'UnknownOperationException'],
])('%s is refused', async (_, input, name) => {
  const calls = serve({ kind: 'success', payload: 'null' });

  await expect(invokeAs('Everything', input)).rejects.toMatchObject({ name });

  expect(calls).toEqual([]);
});

test('before the functions have started, nobody is told that one does not exist', async () => {
  await expect(invokeAs('Caller')).rejects.toMatchObject({ name: 'ResourceNotReadyException', $metadata: { httpStatusCode: 502 } });
});

test('faults of lambda show as the service shows them', async () => {
  const calls = serve({ kind: 'success', payload: 'null' });

  running.faults.set({ service: 'lambda', mode: 'error', rate: 1, seconds: 60 });
  await expect(invokeAs('Caller')).rejects.toMatchObject({ name: 'ServiceException', $metadata: { httpStatusCode: 500 } });
  running.faults.set({ service: 'lambda', mode: 'throttle', rate: 1, seconds: 60 });
  await expect(invokeAs('Caller')).rejects.toMatchObject({ name: 'TooManyRequestsException' });
  expect(calls).toEqual([]);
});
