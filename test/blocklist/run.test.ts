/** A run of the blocklist: what is kept, what is written, and what a failing world does to it. */
import type { BlockMessage } from '../../contract/blocks.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { runOnMessages, runOnSchedule } from '../../lambda/domain/blocklist/run.ts';
import { type BlocklistWorld, createBlocklistWorld, dropDocument, dropFeed, linesFeed } from '../support/memory-blocklist.ts';

const { blocklist: policy } = securityPolicy;
const HOUR = 3600;
let ids = 0;

function message(world: BlocklistWorld, more: Partial<Extract<BlockMessage, { kind: 'block' | 'unblock' }>> = {}): string {
  ids += 1;
  const at = new Date(world.now()).toISOString();
  const until = new Date(world.now() + HOUR * 1000).toISOString();
  return JSON.stringify({ kind: 'block', id: `m${ids}`, cidr: '203.0.113.0/24', reason: 'scanner', author: 'ada', at, until, ...more });
}

const automatic = (world: BlocklistWorld, address: string) =>
  JSON.stringify({ kind: 'automatic', id: `a${++ids}`, at: new Date(world.now()).toISOString(), address, because: 'sprayed_passwords' });

const send = (world: BlocklistWorld, ...bodies: string[]) =>
  runOnMessages(
    world.ports,
    world.settings,
    bodies.map((body, index) => ({ messageId: String(index), body })),
  );
const strike = (world: BlocklistWorld) => runOnSchedule(world.ports, world.settings);
const eventTypes = (world: BlocklistWorld) => world.events.items.map(({ type }) => type);
const metric = (world: BlocklistWorld, name: string) => world.metrics.filter((each) => each.name === name).map(({ value }) => value);

describe('a block by hand', () => {
  it('[P15] is in the set at once, with reason and author in the events, and leaves it by the clock', async () => {
    const world = createBlocklistWorld();

    await send(world, message(world));
    const during = world.sets.ipv4.addresses;
    world.advance(HOUR);
    await strike(world);

    expect(during).toEqual(['203.0.113.0/24']);
    expect(world.sets.ipv4.addresses).toEqual([]);
    expect(world.events.items).toEqual([
      expect.objectContaining({
        type: 'ip_block.added',
        subject: 'ip-block',
        address: '203.0.113.0/24',
        actor: 'ada',
        reason: expect.stringContaining('scanner'),
      }),
    ]);
  });

  it("[P15] without an end ends after the policy's default, and never later than its maximum", async () => {
    const world = createBlocklistWorld();

    await send(
      world,
      message(world, { until: undefined as never }),
      message(world, { cidr: '198.51.100.1', until: '2099-01-01T00:00:00Z' }),
    );

    const lengths = [...world.store.blocks.values()].map(({ at, until }) => (until - at) / 1000);
    expect(lengths).toEqual([policy.byHand.defaultSeconds, policy.byHand.maximumSeconds]);
  });

  it.each([
    ['of a private range', { cidr: '10.0.0.0/16' }, /reserved/],
    ['of the allow-list', { cidr: '192.0.2.7' }, /allow-list/],
    ['of everybody', { cidr: '0.0.0.0/0' }, /wider than \/8/],
    ['of what is no address', { cidr: 'example.com' }, /neither an address/],
    [
      'that is dated ahead, which no unblock could end',
      { at: '2030-01-01T00:00:00Z', until: '2030-01-02T00:00:00Z' },
      /dated in the future/,
    ],
    ['that ends in the past', { until: '2026-01-01T00:00:00Z' }, /ends before it begins/],
  ])('[P15] %s is refused, with the reason in the events, and not tried again', async (_, more, reason) => {
    const world = createBlocklistWorld({ allow: ['192.0.2.0/24'] });

    const failed = await send(world, message(world, more));

    expect(failed).toEqual([]);
    expect(world.store.blocks.size + world.writes.length).toBe(0);
    expect(world.events.items).toEqual([expect.objectContaining({ type: 'ip_block.refused', reason: expect.stringMatching(reason) })]);
  });

  it('[P15] around an allowed address blocks the rest', async () => {
    const world = createBlocklistWorld({ allow: ['203.0.113.128/25'] });

    await send(world, message(world));

    expect(world.sets.ipv4.addresses).toEqual(['203.0.113.0/25']);
  });

  it('[P15] is ended by an unblock for good, also when the unblock arrives first or its own time is over', async () => {
    const world = createBlocklistWorld();
    const late = message(world, { cidr: '203.0.113.9' });
    world.advance(1);

    await send(world, message(world, { kind: 'unblock' }), late);
    world.advance(2 * HOUR - 1);
    await send(world, message(world, { cidr: '198.51.100.1' }));

    expect(world.sets.ipv4.addresses).toEqual(['198.51.100.1/32']);
  });

  it('delivered twice is written down once', async () => {
    const world = createBlocklistWorld();
    const body = message(world);

    await send(world, body, body);
    await send(world, body);

    expect(eventTypes(world)).toEqual(['ip_block.added']);
    expect(world.writes).toHaveLength(1);
  });

  it('that nobody can read goes to the dead letters, and holds up no other', async () => {
    const world = createBlocklistWorld();

    const failed = await send(world, 'not JSON', message(world), JSON.stringify({ kind: 'block', cidr: '192.0.2.1' }));

    expect(failed).toEqual(['0', '2']);
    expect(world.sets.ipv4.addresses).toEqual(['203.0.113.0/24']);
  });
});

describe('an automatic block', () => {
  it('[P15] takes one IPv4 address, and of IPv6 what one customer has', async () => {
    const world = createBlocklistWorld();

    await send(world, automatic(world, '198.51.100.7'), automatic(world, '2a06:e480:1:2:3:4:5:6'));

    expect([world.sets.ipv4.addresses, world.sets.ipv6.addresses]).toEqual([['198.51.100.7/32'], ['2a06:e480:1:2::/64']]);
    expect(metric(world, 'Blocklist/Automatic')).toHaveLength(2);
  });

  it('[P15] takes no network and no allowed address, whoever asks', async () => {
    const world = createBlocklistWorld({ allow: ['198.51.100.0/24'] });

    await send(world, automatic(world, '203.0.113.0/24'), automatic(world, '198.51.100.7'), automatic(world, '192.168.1.1'));

    expect(world.sets.ipv4.addresses).toEqual([]);
    expect(eventTypes(world)).toEqual(['ip_block.refused', 'ip_block.refused', 'ip_block.refused']);
  });

  it('[P15] gives way to an unblock as long as that lasts, and comes back if it is earned again', async () => {
    const world = createBlocklistWorld();
    await send(world, automatic(world, '198.51.100.7'));

    world.advance(60);
    await send(world, message(world, { kind: 'unblock', cidr: '198.51.100.7' }));
    const unblocked = world.sets.ipv4.addresses;
    world.advance(60);
    await send(world, automatic(world, '198.51.100.7'));
    const stillUnblocked = world.sets.ipv4.addresses;
    world.advance(HOUR - 60);
    await strike(world);

    expect([unblocked, stillUnblocked, world.sets.ipv4.addresses]).toEqual([[], [], ['198.51.100.7/32']]);
  });
});

describe('feeds', () => {
  const withFeeds = () => {
    const world = createBlocklistWorld({ feeds: [dropFeed, linesFeed] });
    world.answers.set('drop', dropDocument(['1.10.16.0/20', '2.56.192.0/22', '2a06:e480::/29']));
    world.answers.set('lines', { kind: 'document', text: '198.51.100.7\n203.0.113.0/24\n', validators: {} });
    return world;
  };

  it('[P15] fill both sets, and are asked for once an hour at most, conditionally', async () => {
    const world = withFeeds();

    for (let minutes = 0; minutes < 120; minutes += 5) {
      await strike(world);
      world.advance(300);
    }

    expect(world.sets.ipv4.addresses).toEqual(['1.10.16.0/20', '2.56.192.0/22', '198.51.100.7/32', '203.0.113.0/24']);
    expect(world.sets.ipv6.addresses).toEqual(['2a06:e480::/29']);
    expect(world.asked.map(({ id, validators }) => [id, validators])).toEqual([
      ['drop', {}],
      ['lines', {}],
      ['drop', { etag: '"1"' }],
      ['lines', {}],
    ]);
    expect(world.writes).toHaveLength(2);
  });

  it.each([
    ['is down', { kind: 'failed', reason: 'it answered 503' } as const],
    ['answers with a web page', { kind: 'document', text: '<html>Service unavailable</html>', validators: {} } as const],
    ['is empty', { kind: 'document', text: '', validators: {} } as const],
    ['is cut short', dropDocument(['1.10.16.0/20'], { isCutShort: true })],
    ['shrinks by more than half', dropDocument(['1.10.16.0/20'])],
  ])('[P15] a source that %s unblocks nothing, and its age tells', async (_, answer) => {
    const world = withFeeds();
    await strike(world);
    const before = world.sets.ipv4.addresses;

    world.answers.set('drop', answer);
    for (let hour = 0; hour < 30; hour++) {
      world.advance(HOUR);
      await strike(world);
    }

    expect(world.sets.ipv4.addresses).toEqual(before);
    expect(metric(world, 'Blocklist/FeedAge').at(-1)).toBeCloseTo(30, 1);
    expect(eventTypes(world).filter((type) => type === 'ip_feed.copy_refused')).toHaveLength(1);
  });

  it('[P15] a source that answers "not modified" is as young as if it had sent everything', async () => {
    const world = withFeeds();
    await strike(world);

    world.answers.set('drop', { kind: 'unchanged' });
    for (let hour = 0; hour < 30; hour++) {
      world.advance(HOUR);
      await strike(world);
    }

    expect(metric(world, 'Blocklist/FeedAge').at(-1)).toBeCloseTo(0, 1);
  });

  it('a feed that never gave a copy grows old from the first attempt on', async () => {
    const world = createBlocklistWorld({ feeds: [dropFeed] });

    await strike(world);
    world.advance(25 * HOUR);
    await strike(world);

    expect(metric(world, 'Blocklist/FeedAge')).toEqual([0, 25]);
  });

  it('a feed that was configured anew starts afresh, and one that was taken out blocks nobody', async () => {
    const world = withFeeds();
    await strike(world);
    world.advance(HOUR);
    world.answers.set('drop', dropDocument(['1.10.16.0/20']));

    await runOnSchedule(world.ports, { ...world.settings, feeds: [{ ...dropFeed, url: 'https://feeds.example/moved.json' }] });

    expect(world.sets.ipv4.addresses).toEqual(['1.10.16.0/20']);
  });
});

describe('the sets', () => {
  it('[P15] are not written when nothing has changed, however they are spelled and ordered', async () => {
    const world = createBlocklistWorld();
    await send(world, message(world, { cidr: '2001:db8::/32' }), message(world, { cidr: '2a06::/32' }));
    world.edit('ipv6', ['2a06:0000:0000:0000:0000:0000:0000:0000/32', '2001:0db8:0000:0000:0000:0000:0000:0000/32']);

    await strike(world);

    expect(world.writes).toHaveLength(1);
    expect(metric(world, 'Blocklist/Drift')).toEqual([]);
  });

  it('[P15] are put right when somebody edits them, and the edit is told', async () => {
    const world = createBlocklistWorld();
    await send(world, message(world));

    world.edit('ipv4', ['198.51.100.0/24']);
    await strike(world);

    expect(world.sets.ipv4.addresses).toEqual(['203.0.113.0/24']);
    expect(metric(world, 'Blocklist/Drift')).toEqual([1]);
    expect(world.events.items.at(-1)).toMatchObject({
      type: 'ip_block.drift_corrected',
      reason: 'taken out again: 198.51.100.0/24; put back: 203.0.113.0/24',
    });
  });

  it('[P15] written by somebody else in between are read again, and nothing that was kept meanwhile is lost', async () => {
    const world = createBlocklistWorld();
    world.betweenReadAndWrite = async () => {
      // Another run of the function, whole.
      await send(world, message(world, { cidr: '198.51.100.1' }));
    };

    await send(world, message(world));

    expect(world.sets.ipv4.addresses).toEqual(['198.51.100.1/32', '203.0.113.0/24']);
    expect(metric(world, 'Blocklist/Drift')).toEqual([]);
  });

  it('that somebody else writes all the time make the run fail, for the alarm to hear', async () => {
    const world = createBlocklistWorld();
    const interfere = () => {
      world.edit('ipv4', [`192.0.2.${world.writes.length}/32`]);
      world.betweenReadAndWrite = interfere;
    };
    world.betweenReadAndWrite = interfere;

    await expect(send(world, message(world))).rejects.toThrow(/somebody else/);
  });

  it('[P15] are written one a second, whatever comes', async () => {
    const world = createBlocklistWorld();

    await send(world, message(world), message(world, { cidr: '2001:db8::/32' }));

    const [first, second] = world.writes;
    expect(world.writes).toHaveLength(2);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(policy.updateIntervalMilliseconds);
  });

  it('[P15] that overflow say how full they would be, and which source was left out', async () => {
    const world = createBlocklistWorld({ feeds: [linesFeed] });
    const text = Array.from({ length: 11_000 }, (_, index) => `${20 + (index >> 15)}.${(index >> 7) & 255}.${(index & 127) * 2}.1`).join(
      '\n',
    );
    world.answers.set('lines', { kind: 'document', text, validators: {} });

    await strike(world);

    expect(world.sets.ipv4.addresses).toHaveLength(policy.addressesPerSet);
    expect(metric(world, 'Blocklist/Fill')).toEqual([110]);
    expect(world.notes).toContainEqual({ event: 'blocklist.overflowed', fields: { family: 'ipv4', source: 'lines', blocks: 1000 } });
  });
});
