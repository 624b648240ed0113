/** Rules with a rate, by the system's clock. */
import { createClock } from '../../local/clock.ts';
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
