import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { createClock, type LocalClock } from '../../local/clock.ts';
import { createFaults } from '../../local/faults.ts';
import { openState } from '../../local/state.ts';

function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'state-'));
}

function clockAt(milliseconds: number): LocalClock & { move(seconds: number): void } {
  let now = milliseconds;
  return {
    now: () => now,
    move: (seconds) => {
      now += seconds * 1000;
    },
    advance: () => undefined,
    onAdvance: () => undefined,
    shared: new SharedArrayBuffer(8),
  };
}

describe('state', () => {
  test('is found again after it was closed', () => {
    const folder = temporaryFolder();
    const before = openState(folder);
    before.collection('mail').put('1', { to: 'a@example.com' });
    before.close();

    const after = openState(folder);

    expect(after.collection('mail').entries()).toEqual([{ key: '1', value: { to: 'a@example.com' } }]);
    after.close();
  });

  test('keeps collections apart, lists by key, and forgets what was deleted', () => {
    const state = openState(':memory:');
    const [left, right] = [state.collection<number>('left'), state.collection<number>('right')];
    left.put('b', 2);
    left.put('a', 1);
    left.put('c', 3);
    right.put('a', 9);
    left.delete('c');

    expect(left.entries()).toEqual([
      { key: 'a', value: 1 },
      { key: 'b', value: 2 },
    ]);
    expect(left.get('c')).toBeUndefined();
    expect(right.get('a')).toBe(9);
  });

  test('takes back all writes of a unit that fails', () => {
    const state = openState(':memory:');
    const collection = state.collection('things');

    const failing = () =>
      state.atomically(() => {
        collection.put('a', 1);
        throw new Error('in between');
      });

    expect(failing).toThrow('in between');
    expect(collection.get('a')).toBeUndefined();
  });

  test('a second system on the same folder is refused with a sentence', () => {
    const folder = temporaryFolder();
    const state = openState(folder);

    expect(() => openState(folder)).toThrow(`the data folder ${folder} can't be opened; is another system running on it?`);
    state.close();
  });
});

describe('clock', () => {
  test('moves forward and stays there after a restart', () => {
    const folder = temporaryFolder();
    const state = openState(folder);
    createClock(state).advance(3600);
    state.close();

    const reopened = openState(folder);
    const ahead = createClock(reopened).now() - Date.now();

    expect(ahead).toBeGreaterThan(3_599_000);
    expect(ahead).toBeLessThan(3_601_000);
    reopened.close();
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('does not move by %p', (seconds) => {
    expect(() => createClock(openState(':memory:')).advance(seconds)).toThrow('advanceSeconds must be a number over 0');
  });

  test('is what Date shows in a worker thread, also when it moves later', async () => {
    const clock = createClock(openState(':memory:'));
    const source = `
      const { parentPort, workerData } = require('node:worker_threads');
      import(workerData.module).then(({ installClock }) => {
        installClock(workerData.shared);
        const shown = () => [Date.now(), new Date().getTime(), new Date(0).getTime(), Date.parse(Date()), new Date().constructor.now(), new Date() instanceof Date];
        parentPort.once('message', () => parentPort.postMessage(shown()));
        parentPort.postMessage('ready');
      });`;
    const worker = new Worker(source, {
      eval: true,
      workerData: { shared: clock.shared, module: join(__dirname, '../../local/clock.ts') },
    });
    await once(worker, 'message');

    clock.advance(86_400);
    worker.postMessage('show');
    const [[now, made, epoch, written, viaConstructor, isDate]] = await once(worker, 'message');

    for (const time of [now, made, written, viaConstructor]) expect(Math.abs(time - clock.now())).toBeLessThan(10_000);
    expect(epoch).toBe(0);
    expect(isDate).toBe(true);
    await worker.terminate();
  });
});

describe('faults', () => {
  test('strike by their rate until their time is over', () => {
    const clock = clockAt(1_000_000);
    let drawn = 0.4;
    const faults = createFaults(clock, () => drawn);

    faults.set({ service: 'kms', mode: 'throttle', rate: 0.5, seconds: 10 });

    expect(faults.draw('kms')).toBe('throttle');
    expect(faults.draw('dynamodb')).toBeUndefined();
    drawn = 0.5;
    expect(faults.draw('kms')).toBeUndefined();
    drawn = 0;
    clock.move(10);
    expect(faults.draw('kms')).toBeUndefined();
    expect(faults.list()).toEqual([]);
  });

  test('are over when they are cleared', () => {
    const faults = createFaults(clockAt(0));
    faults.set({ service: 'function:password', mode: 'error', rate: 1, seconds: 60 });

    faults.clear();

    expect(faults.draw('function:password')).toBeUndefined();
  });

  test.each<[unknown, string]>([
    ['kms', 'a fault is a JSON object'],
    [{ service: 'kmz', mode: 'error' }, 'service must be one of dynamodb, kms'],
    [{ service: 'kms', mode: 'slow' }, 'mode must be one of error, throttle, deny, latency, not "slow"'],
    [{ service: 'function:password', mode: 'deny' }, 'a function can not be denied'],
    [{ service: 'kms', mode: 'error', rate: 2 }, 'rate must be a number over 0 and up to 1, not 2'],
    [{ service: 'kms', mode: 'error', seconds: '5' }, 'seconds must be a number over 0 and up to 86400, not "5"'],
    [{ service: 'kms', mode: 'error', colour: 1 }, 'unknown field "colour"'],
  ])('a wrong request is refused by field: %j', (request, message) => {
    expect(() => createFaults(clockAt(0)).set(request)).toThrow(message);
  });
});
