import { securityPolicy } from '../../contract/security-policy.ts';
import { makeValue } from '../../lambda/domain/origin-secret/rotate.ts';
import { Crash, OriginDoor } from '../support/origin-door.ts';

const { learnSeconds, overlapSeconds, rotateEverySeconds, runEverySeconds, stalledSeconds, characters } = securityPolicy.originSecret;

/** Runs by the clock until a step is taken, with CloudFront done between two of them. */
async function runUntil(door: OriginDoor, step: string): Promise<void> {
  for (let run = 0; run < 40; run++) {
    if ((await door.run()).step === step) return;
    door.advance(runEverySeconds);
    door.deployed();
  }
  throw new Error(`no run took the step ${step}`);
}

async function rotated(door: OriginDoor): Promise<OriginDoor> {
  door.advance(rotateEverySeconds);
  await runUntil(door, 'promote');
  return door;
}

describe('the rotation of the origin secret', () => {
  it('leaves a young value alone, and says how old it is', async () => {
    const door = new OriginDoor();
    door.advance(rotateEverySeconds - 60);

    const { step } = await door.run();

    expect([step, door.next]).toEqual(['idle', undefined]);
    expect(door.counted).toEqual([['OriginSecret/Age', rotateEverySeconds / 3600 - 1]]);
  });

  it('makes, teaches, sends, proves and promotes, in this order', async () => {
    const door = new OriginDoor();
    const steps: string[] = [];
    door.advance(rotateEverySeconds);

    while (steps.at(-1) !== 'end_previous') {
      steps.push((await door.run()).step);
      door.advance(runEverySeconds);
      door.deployed();
    }

    expect(steps.filter((step, index) => step !== steps[index - 1])).toEqual([
      'make_next',
      'wait_for_functions',
      'send',
      'promote',
      'idle',
      'end_previous',
    ]);
    expect([door.sending, door.valid()]).toEqual([[door.current.value], [door.current.value]]);
    expect(door.current.value).not.toBe('first');
  });

  it('sends nothing that is younger than any function’s copy may be old', async () => {
    const door = new OriginDoor();
    await door.run('rotate');
    door.advance(learnSeconds - 1);

    expect(await door.run()).toMatchObject({ step: 'wait_for_functions', until: new Date(door.now + 1000).toISOString() });
    expect(door.sending).toEqual(['first']);
  });

  it('promotes nothing while a location may still send the value before', async () => {
    const door = new OriginDoor();
    await door.run('rotate');
    door.advance(learnSeconds);
    await door.run();

    expect((await door.run()).step).toBe('wait_for_edge');
    expect(door.current.value).toBe('first');
  });

  it('promotes nothing that was not seen to open, and fails loudly', async () => {
    const door = new OriginDoor();
    door.isOpen = false;
    await door.run('rotate');
    door.advance(learnSeconds);
    await door.run();
    door.deployed();

    await expect(door.run()).rejects.toThrow('it answered 403');
    expect([door.current.value, door.valid()]).toEqual(['first', ['first', door.next?.value]]);
  });

  it('keeps the value before for a bounded time', async () => {
    const door = await rotated(new OriginDoor());

    door.advance(overlapSeconds - 1);
    const before = [(await door.run()).step, door.valid()];
    door.advance(1);
    await door.run();

    expect(before).toEqual(['idle', [door.current.value, 'first']]);
    expect(door.valid()).toEqual([door.current.value]);
  });

  it('makes one next value, however often it is asked', async () => {
    const door = new OriginDoor();
    await door.run('rotate');
    const { next } = door;

    await door.run('rotate');

    expect(door.next).toBe(next);
  });

  it('changes nothing when it is asked for a report', async () => {
    const door = new OriginDoor();
    door.advance(rotateEverySeconds);

    expect(await door.run('report')).toEqual({ step: 'make_next', madeAt: '2026-01-01T00:00:00.000Z' });
    expect([door.next, door.counted]).toEqual([undefined, []]);
  });

  it('puts right what a deployment or a hand has put into the edge', async () => {
    const door = await rotated(new OriginDoor());
    door.putIntoEdge('first');

    const { step } = await door.run();

    expect([step, door.sending.at(-1), door.noted.at(-1)]).toEqual(['send', door.current.value, 'origin_secret.edge_corrected']);
  });

  it('gives up the place of the value before only once the edge has stopped sending it', async () => {
    const door = await rotated(new OriginDoor());
    door.advance(overlapSeconds);
    door.putIntoEdge('first');

    await door.run();
    const corrected = (await door.run()).step;

    expect([corrected, door.previous?.value]).toEqual(['wait_for_edge', 'first']);
  });

  it('does not write over a distribution that somebody has changed since it was read', async () => {
    const door = new OriginDoor();
    await door.run('rotate');
    door.advance(learnSeconds);
    const { distribution, ...ports } = door.ports();
    const stale = await distribution.read();
    door.putIntoEdge('first');

    expect(await distribution.send('x', stale)).toBe(false);
    expect([door.sending.at(-1), ports.clock.now()]).toEqual(['first', door.now]);
  });

  it('rings when a next value is not current after hours', async () => {
    const door = new OriginDoor();
    await door.run('rotate');
    door.advance(learnSeconds);
    await door.run();
    door.advance(stalledSeconds);

    await expect(door.run()).rejects.toThrow('wait_for_edge');
  });

  it('makes values of letters and digits, none likelier than another', () => {
    const bytes = Uint8Array.from({ length: characters }, (_, index) => 256 - characters + index);
    let asked = 0;

    const value = makeValue({ bytes: (length) => (asked++ === 0 ? bytes : new Uint8Array(length)) });

    // 248 to 255 are past the last whole multiple of 62: they give no character.
    expect(value).toMatch(/^\w{64}$/);
    expect([asked, value.endsWith('A'.repeat(8))]).toEqual([2, true]);
  });
});

describe('the door, whatever dies or interferes', () => {
  /** Mulberry32: the same sequence for the same seed, so that a failure can be looked at again. */
  function seeded(seed: number): () => number {
    let state = seed;
    return () => {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
  }

  it.each(Array.from({ length: 25 }, (_, index) => index + 1))(
    '[P16] refuses no request of our edge through five rotations with crashes, deployments and slow changes (seed %i)',
    async (seed) => {
      const random = seeded(seed);
      const door = new OriginDoor();
      const chance = (share: number) => random() < share;
      const refused: string[] = [];
      let deployment: { value: string; at: number } | undefined;
      let rotations = 0;
      let known = door.current.value;
      door.beforeCall = () => {
        if (chance(0.05)) throw new Crash();
      };

      while (rotations < 5) {
        const isCalm = door.next === undefined && door.sending.length === 1 && door.previous === undefined && deployment === undefined;
        // Nothing happens for days on end; the test need not look at each second of them.
        door.advance(isCalm ? 24 * 3600 : 1 + Math.floor(random() * 60));
        refused.push(...door.refusals());
        // A deployment looks the value up, and puts it into the edge up to some minutes later.
        if (deployment === undefined && chance(0.02)) deployment = { value: door.current.value, at: door.now };
        if (deployment !== undefined && (chance(0.05) || door.now - deployment.at > 15 * 60_000)) {
          door.putIntoEdge(deployment.value);
          deployment = undefined;
        }
        refused.push(...door.refusals());
        if (chance(0.02)) door.deployed();
        const runs = chance(0.1) ? (chance(0.2) ? 2 : 1) : 0;
        const wish = chance(0.05) ? 'rotate' : 'clock';
        await Promise.all(Array.from({ length: runs }, () => door.run(wish).catch(() => undefined)));
        refused.push(...door.refusals());
        if (door.current.value !== known) {
          rotations += 1;
          known = door.current.value;
        }
      }

      expect(refused).toEqual([]);
    },
  );
});
