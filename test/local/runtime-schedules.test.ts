/** Rules of EventBridge: those with a rate, by the system's clock, and those that wait for the end of a deployment. */
import { createClock } from '../../local/clock.ts';
import { announceDeployment } from '../../local/functions/deployments.ts';
import { startSchedules } from '../../local/functions/schedules.ts';
import { openState } from '../../local/state.ts';
import { sketchAssembly } from './runtime-assembly.ts';

const rule = (properties: Record<string, unknown>) => ({
  logicalId: 'Rule',
  type: 'AWS::Events::Rule',
  attributes: { Arn: 'arn:aws:events:eu-south-1:000000000000:rule/test' },
  properties: {
    ScheduleExpression: 'rate(5 minutes)',
    State: 'ENABLED',
    Targets: [{ Arn: 'arn:function:live', Id: 'Target0' }],
    ...properties,
  },
});

function start(properties: Record<string, unknown> = {}, state = openState(':memory:')) {
  const clock = createClock(state);
  const called: { target: string; event: Record<string, unknown> }[] = [];
  const logged: string[] = [];
  const schedules = startSchedules({
    assembly: sketchAssembly([rule(properties)]),
    functions: {
      resolve: (reference) => ({ id: 'test', name: reference, roleArn: '', timeoutSeconds: 1 }),
      async invoke(target, payload) {
        called.push({ target, event: JSON.parse(payload) });
        return { kind: 'success', requestId: '', payload: 'null', milliseconds: 0 } as never;
      },
    },
    state,
    clock,
    log: (line) => logged.push(line),
  });
  return { clock, called, logged, schedules, state };
}

describe('a rule with a rate', () => {
  it('calls its target when the time has come, with the event of the clock', async () => {
    const { clock, called, schedules } = start();

    clock.advance(299);
    const before = called.length;
    clock.advance(1);
    await schedules.stop();

    expect(before).toBe(0);
    expect(called).toEqual([
      { target: 'arn:function:live', event: expect.objectContaining({ source: 'aws.events', 'detail-type': 'Scheduled Event' }) },
    ]);
  });

  it('says what its target is to be told, where the rule gives that', async () => {
    const { clock, called, schedules } = start({ Targets: [{ Arn: 'arn:function:live', Id: 'Target0', Input: '{"task":"heartbeat"}' }] });

    clock.advance(300);
    await schedules.stop();

    expect(called).toEqual([{ target: 'arn:function:live', event: { task: 'heartbeat' } }]);
  });

  it('calls once after a leap over many due times, and goes on from there', async () => {
    const { clock, called, schedules } = start();

    clock.advance(3600);
    const afterLeap = called.length;
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(300);
    await schedules.stop();

    expect([afterLeap, called.length]).toEqual([1, 2]);
  });

  it('does not pile up calls while one is under way', async () => {
    const { clock, called, schedules } = start();

    for (let round = 0; round < 10; round++) clock.advance(300);
    const meanwhile = called.length;
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1);
    await schedules.stop();

    expect([meanwhile, called.length]).toEqual([1, 2]);
  });

  it('remembers over restarts when it is due', async () => {
    const first = start();
    first.clock.advance(200);
    await first.schedules.stop();

    const second = start({}, first.state);
    second.clock.advance(100);
    await second.schedules.stop();

    expect([first.called.length, second.called.length]).toEqual([0, 1]);
  });

  it.each([
    ['is disabled', { State: 'DISABLED' }],
    ['waits for other events', { ScheduleExpression: undefined, EventPattern: {} }],
  ])('that %s is not run, and says so', async (_, properties) => {
    const { clock, called, logged, schedules } = start(properties);

    clock.advance(3600);
    await schedules.stop();

    expect(called).toEqual([]);
    expect(logged).toEqual([expect.stringMatching(/Rule has no rate/)]);
  });
});

describe('a rule that waits for the end of a deployment', () => {
  const pattern = (status: unknown[] = ['CREATE_COMPLETE'], stackId = 'arn:stack/one') => ({
    source: ['aws.cloudformation'],
    'detail-type': ['CloudFormation Stack Status Change'],
    detail: { 'stack-id': [stackId], 'status-details': { status } },
  });

  async function announce(properties: Record<string, unknown>, kind = 'success') {
    const called: { target: string; event: Record<string, unknown> }[] = [];
    const logged: string[] = [];
    await announceDeployment({
      assembly: sketchAssembly([rule({ ScheduleExpression: undefined, ...properties })]),
      functions: {
        resolve: (reference) => ({ id: 'test', name: reference, roleArn: '', timeoutSeconds: 1 }),
        async invoke(target, payload) {
          called.push({ target, event: JSON.parse(payload) });
          return { kind } as never;
        },
      },
      clock: { now: () => Date.UTC(2026, 0, 15, 12) },
      log: (line) => logged.push(line),
    });
    return { called, logged };
  }

  it('calls its target once, with the event that CloudFormation sends when a stack was created', async () => {
    const { called, logged } = await announce({ EventPattern: pattern() });

    expect(called).toEqual([
      {
        target: 'arn:function:live',
        event: expect.objectContaining({
          source: 'aws.cloudformation',
          'detail-type': 'CloudFormation Stack Status Change',
          time: '2026-01-15T12:00:00Z',
          detail: expect.objectContaining({
            'stack-id': 'arn:stack/one',
            'status-details': { status: 'CREATE_COMPLETE', 'status-reason': '' },
          }),
        }),
      },
    ]);
    expect(logged).toEqual([]);
  });

  it.each([
    ['waits for another status', { EventPattern: pattern(['DELETE_COMPLETE']) }],
    ['is disabled', { EventPattern: pattern(), State: 'DISABLED' }],
    ['waits for something else', { EventPattern: { source: ['aws.cloudwatch'] } }],
  ])('that %s is not called', async (_, properties) => {
    expect((await announce(properties)).called).toEqual([]);
  });

  it('says so when the call failed, and lets the system start', async () => {
    expect((await announce({ EventPattern: pattern() }, 'failure')).logged).toEqual([expect.stringMatching(/test, called .*: failure/)]);
  });

  it('is refused when its pattern has an operator that is not known here', async () => {
    await expect(announce({ EventPattern: pattern([{ prefix: 'CREATE' }]) })).rejects.toThrow(/Rule has an operator/);
  });

  it('is not missed by the clock, which has no rate to run it by', async () => {
    const { logged, schedules } = start({ ScheduleExpression: undefined, EventPattern: pattern() });
    await schedules.stop();

    expect(logged).toEqual([]);
  });
});
