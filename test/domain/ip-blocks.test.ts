/** What staff do about addresses: the same rules as by the operators' command, and everything written down. */
import { ipBlockBody } from '../../contract/ip-block-schemas.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import type { StoredBlock } from '../../lambda/domain/blocklist/ports.ts';
import { Unavailable } from '../../lambda/domain/ports.ts';
import { askForIpBlock, listIpBlocks, type MessageByHand } from '../../lambda/domain/staff/ip-blocks.ts';
import { createStaffDoor } from '../support/staff.ts';

const reason = 'scans our sign-in';
const HOUR = 3_600_000;

async function scene() {
  const door = createStaffDoor();
  const mario = await door.member('mario@example.com');
  const sent: MessageByHand[] = [];
  const records: StoredBlock[] = [];
  const services = {
    ...door.services,
    blockRecords: { listBlocks: async (source: StoredBlock['source']) => records.filter((block) => block.source === source) },
    blockRequests: { send: async (message: MessageByHand) => void sent.push(message) },
    blocklist: { feeds: [], allow: ['192.0.2.0/24'], blockableReserved: [] },
  };
  const call = { viewer: { address: '198.51.100.9', userAgent: '' }, requestId: 'r', siteOrigin: '', deviceCookie: undefined };
  const ask = (cidr: string, more: { until?: string; kind?: 'block' | 'unblock' } = {}) =>
    askForIpBlock(services, call, mario, more.kind ?? 'block', { cidr, reason, until: more.until });
  const acts = () => door.stores.events.items.filter(({ type }) => type === 'staff.acted');
  return { door, mario, services, call, sent, records, ask, acts, later: (ms: number) => new Date(door.now() + ms).toISOString() };
}

test.each<[string, string]>([
  ['203.0.113.7', '203.0.113.7/32'],
  ['203.0.113.77/24', '203.0.113.0/24'],
  ['::ffff:203.0.113.7', '203.0.113.7/32'],
  ['2001:DB8::/32', '2001:db8::/32'],
])('[P15] a block of %s is asked for as %s, in the name of whoever did it, and written down first', async (cidr, normalised) => {
  const { ask, sent, acts, mario, later } = await scene();
  const until = later(HOUR);

  const outcome = await ask(cidr, { until });

  expect(outcome).toEqual({ kind: 'asked', cidr: normalised, until });
  expect(sent).toEqual([expect.objectContaining({ kind: 'block', cidr: normalised, until, reason, author: mario.accountId })]);
  expect(acts()).toEqual([
    expect.objectContaining({ subject: mario.accountId, act: 'ip_block.added', target: normalised, actor: mario.accountId, reason }),
  ]);
});

test('[P15] without an end it is the policy’s, and never later than the policy allows', async () => {
  const { ask, later } = await scene();
  const { defaultSeconds, maximumSeconds } = securityPolicy.blocklist.byHand;

  const [usual, far] = [await ask('203.0.113.7'), await ask('203.0.113.8', { until: '2099-01-01T00:00:00Z' })];

  expect(usual).toMatchObject({ until: later(defaultSeconds * 1000) });
  expect(far).toMatchObject({ until: later(maximumSeconds * 1000) });
});

test.each<[string, string, string, RegExp]>([
  ['our own allow-list', '192.0.2.7', 'cidr', /allow-list/],
  ['a private range', '10.1.0.0/16', 'cidr', /reserved/],
  ['everybody', '0.0.0.0/0', 'cidr', /wider than \/8/],
  ['half of IPv6', '2000::/3', 'cidr', /wider than \/16/],
  ['what is no address', 'example.com', 'cidr', /neither an address nor a CIDR block/],
  ['an octal spelling', '010.1.1.1', 'cidr', /neither an address/],
])('[P15] a block of %s is refused with the reason, and neither asked for nor noted as done', async (_, cidr, field, message) => {
  const { ask, sent, acts } = await scene();

  const outcome = await ask(cidr);

  expect(outcome).toMatchObject({ kind: 'refused', field, message: expect.stringMatching(message) });
  expect([...sent, ...acts()]).toEqual([]);
});

test('[P15] an end in the past is refused, and says which field is wrong', async () => {
  const { ask, sent, later } = await scene();

  expect(await ask('203.0.113.7', { until: later(0) })).toEqual({ kind: 'refused', field: 'until', message: 'must be in the future' });
  expect(sent).toEqual([]);
});

test('[P15] nobody shuts out the address that they are calling from', async () => {
  const { ask, sent } = await scene();

  expect(await ask('198.51.100.0/24')).toMatchObject({ kind: 'conflict', detail: expect.stringContaining('shut yourself out') });
  expect(await ask('198.51.100.0/24', { kind: 'unblock' })).toMatchObject({ kind: 'asked' });
  expect(sent.map(({ kind }) => kind)).toEqual(['unblock']);
});

test('[P15] what could not be written down is not done', async () => {
  const { services, call, mario, sent } = await scene();
  const failing = { ...services, events: { ...services.events, append: () => Promise.reject(new Unavailable('events')) } };

  await expect(askForIpBlock(failing, call, mario, 'block', { cidr: '203.0.113.7', reason })).rejects.toThrow(Unavailable);
  expect(sent).toEqual([]);
});

test('[P15] the list tells what is in force, with reason, author and end, and what was done; what has ended is history', async () => {
  const { services, door, records } = await scene();
  const block = (cidr: string, until: number, source: StoredBlock['source'] = 'hand'): StoredBlock => ({
    source,
    kind: 'block',
    cidr,
    reason,
    author: 'ada',
    at: door.now() - HOUR,
    until,
  });
  records.push(
    block('203.0.113.7/32', door.now() + HOUR),
    block('203.0.113.8/32', door.now()),
    block('203.0.113.9/32', door.now() + 2 * HOUR, 'automatic'),
  );
  await services.events.append({
    subject: 'ip-block',
    type: 'ip_block.added',
    at: door.now(),
    address: '203.0.113.7/32',
    userAgent: '',
    requestId: 'm',
    actor: 'ada',
    reason,
  });

  const list = await listIpBlocks(services);

  expect(list.blocks.map(({ cidr, source, author }) => [cidr, source, author])).toEqual([
    ['203.0.113.9/32', 'automatic', 'ada'],
    ['203.0.113.7/32', 'hand', 'ada'],
  ]);
  expect(list.isComplete).toBe(true);
  expect(list.history).toEqual([expect.objectContaining({ type: 'ip_block.added', cidr: '203.0.113.7/32', author: 'ada', reason })]);
});

test.each([
  [{ cidr: '203.0.113.7' }],
  [{ cidr: '203.0.113.7', reason: 'ab' }],
  [{ cidr: '203.0.113.7', reason: 'a\u0000bc' }],
  [{ cidr: '203.0.113.7', reason: 'x'.repeat(201) }],
  [{ cidr: '', reason }],
  [{ cidr: '203.0.113.7', reason, until: 'tomorrow' }],
  [{ cidr: '203.0.113.7', reason, author: 'somebody else' }],
])('the body %j is refused', (body) => {
  expect(ipBlockBody.safeParse(body).success).toBe(false);
});
