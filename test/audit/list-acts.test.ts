/** What staff see of what staff did: pages, filters, and that looking is written down. */
import * as z from 'zod/mini';
import { actList, findActsBody } from '../../contract/audit-schemas.ts';
import { isAct } from '../../lambda/domain/audit/acts.ts';
import { monthOf } from '../../lambda/domain/audit/event-id.ts';
import { type ActReader, listActs } from '../../lambda/domain/audit/list-acts.ts';
import { readAudit } from '../../lambda/domain/staff/audit.ts';
import { createAuditWorld, MINUTE } from '../support/audit-world.ts';
import { call } from '../support/front-door.ts';
import { createStaffDoor } from '../support/staff.ts';

const MARIO = 'M'.repeat(22);
const LUCIA = 'L'.repeat(22);
const DAY = 24 * 60 * MINUTE;

/** Half a year of one act a day, by two members of staff in turn. */
function createActs() {
  const world = createAuditWorld();
  const pages: number[] = [];
  for (let day = 0; day < 180; day++) {
    const actor = day % 2 === 0 ? MARIO : LUCIA;
    world.write({
      subject: actor,
      type: 'staff.acted',
      act: day % 10 === 0 ? 'account.disabled' : 'account.viewed',
      target: `T${day}`,
      actor,
    });
    world.advance(DAY);
  }
  const reader: ActReader = {
    async readActs(month, limit, before) {
      const found = [...world.stored.values()]
        .filter((event) => monthOf(event.at) === month && (before === undefined || event.eventId < before))
        .sort((left, right) => (left.eventId < right.eventId ? 1 : -1));
      pages.push(Math.min(limit, found.length));
      return {
        events: found.slice(0, Math.min(limit, 7)),
        next: found.length > Math.min(limit, 7) ? found[Math.min(limit, 7) - 1]?.eventId : undefined,
      };
    },
  };
  return { world, reader, pages };
}

describe('the list of acts', () => {
  it('[P27] goes back over the months, newest first, a page at a time, and leaves nothing out', async () => {
    const { world, reader } = createActs();
    const seen: string[] = [];
    let before: string | undefined;
    do {
      const page = await listActs(reader, {}, world.now(), 50, before);
      expect(z.safeParse(actList, page).success).toBe(true);
      seen.push(...page.acts.map(({ target }) => target));
      before = page.before ?? undefined;
    } while (before !== undefined);

    expect(seen).toEqual(Array.from({ length: 180 }, (_, index) => `T${179 - index}`));
  });

  it('takes a person, an act and a target, alone and together', async () => {
    const { world, reader } = createActs();
    const targets = async (filter: Parameters<typeof listActs>[1]) =>
      (await listActs(reader, filter, world.now(), 1000)).acts.map(({ target }) => target);

    expect(await targets({ target: 'T5' })).toEqual(['T5']);
    expect(await targets({ actor: LUCIA, target: 'T4' })).toEqual([]);
    expect((await targets({ actor: MARIO, act: 'account.disabled' })).length).toBe(18);
  });

  it('costs a bounded number of reads, whatever is asked for, and goes on from there', async () => {
    const { world, reader, pages } = createActs();

    const found: string[] = [];
    let before: string | undefined;
    let reads = 0;
    do {
      const page = await listActs(reader, { target: 'T1' }, world.now(), 50, before);
      expect(pages.length - reads).toBeLessThanOrEqual(30);
      reads = pages.length;
      found.push(...page.acts.map(({ target }) => target));
      before = page.before ?? undefined;
    } while (before !== undefined);

    expect(found).toEqual(['T1']);
  });

  it('[P27] has what staff did once, what operators did, and not what the system did by itself', () => {
    const by = (type: string, subject: string, actor?: string) =>
      isAct({ type: type as 'staff.acted', subject, ...(actor !== undefined && { actor }) });

    expect(by('staff.acted', MARIO, MARIO)).toBe(true);
    expect(by('account.disabled', 'A'.repeat(22), MARIO)).toBe(false);
    expect([by('incident.opened', 'incident', 'giulia'), by('ip_block.added', 'ip-block', 'giulia')]).toEqual([true, true]);
    expect([by('report.viewed', 'report', 'giulia'), by('staff.acted', 'operator', 'giulia')]).toEqual([true, true]);
    expect([by('report.viewed', 'report', MARIO), by('account.disabled', 'A'.repeat(22), 'giulia')]).toEqual([false, false]);
    expect([by('incident.opened', 'incident', MARIO), by('ip_block.added', 'ip-block', 'portiere')]).toEqual([false, false]);
    expect(by('sign_in.failed', 'A'.repeat(22))).toBe(false);
  });

  it('[P27] looking at it is written down, with what was asked for; the pages behind the first are the same look', async () => {
    const door = createStaffDoor();
    const mario = await door.member('mario@example.com');
    const acts: ActReader = { readActs: async () => ({ events: [], next: undefined }) };

    await readAudit({ ...door.services, acts }, call(), mario, { actor: LUCIA });
    await readAudit({ ...door.services, acts }, call(), mario, { before: '01795844763934-85859b1a71d35a58-000001' });

    expect(door.stores.events.items.filter(({ act }) => act === 'audit.viewed')).toEqual([
      expect.objectContaining({ type: 'staff.acted', actor: mario.accountId, reason: `actor ${LUCIA}`, sessionId: mario.token.sessionId }),
    ]);
  });

  it.each([[{ actor: '' }], [{ actor: 'a'.repeat(201) }], [{ act: 'a\nb' }], [{ before: '1' }], [{ until: 'x' }], [{ target: '\ud800' }]])(
    'refuses %j',
    (body) => {
      expect(z.safeParse(findActsBody, body).success).toBe(false);
    },
  );
});
