import type { MailMessage } from '../../contract/schemas.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { computeExpiry } from '../../lambda/domain/mail/budget.ts';
import { MailWorld } from '../support/mail-world.ts';

const { perRecipient, perRecipientWindowSeconds, deferSeconds } = securityPolicy.mail;

describe('How much mail an address gets', () => {
  it('three resets an hour is all an address gets, whoever asks', async () => {
    const world = new MailWorld().know('anna').know('bruno');

    const outcomes = await world.deliverMany(50, 'password_reset');

    expect(world.outbox).toHaveLength(perRecipient);
    expect(outcomes.filter((outcome) => outcome === 'dropped')).toHaveLength(47);
    expect(world.counts.filter((metric) => metric === 'Mail/Dropped')).toHaveLength(47);
    expect(world.tokens.size).toBe(perRecipient);
    expect(await world.deliver(world.message('password_reset', 'bruno'))).toBe('sent');
  });

  it('fifty resets delivered in parallel are three mails too', async () => {
    const world = new MailWorld().know('anna');
    const messages = Array.from({ length: 50 }, () => world.message('password_reset'));

    await Promise.allSettled(messages.map((message) => world.deliver(message)));

    expect(world.outbox).toHaveLength(perRecipient);
  });

  it('counts all kinds together: a registration takes its place beside resets and notices', async () => {
    const world = new MailWorld().know('anna');

    await world.deliver(world.message('verification'));
    await world.deliver(world.message('password_reset'));
    await world.deliver(world.message('new_device'));

    expect(await world.deliver(world.message('verification'))).toBe('dropped');
    expect(world.outbox).toHaveLength(3);
  });

  it('leaves room for the owner’s reset, however often a stranger registers the address', async () => {
    const world = new MailWorld().know('anna');
    await world.deliverMany(5, 'verification');

    expect(await world.deliver(world.message('password_reset'))).toBe('sent');
    expect(world.outbox).toHaveLength(3);
  });

  it('[P14] keeps a place for the reset link of whoever takes an account back: a move within the hour is told once', async () => {
    const world = new MailWorld().know('anna');
    await world.deliver(world.message('new_device'));
    await world.deliver(world.message('address_change_requested'));

    expect(await world.deliver(world.message('address_changed'))).toBe('dropped');
    expect(await world.deliver(world.message('account_secured'))).toBe('sent');
    world.advance(perRecipientWindowSeconds);
    expect(await world.deliver(world.message('address_changed'))).toBe('sent');
  });

  it('slides: each place is free again an hour after it was taken, not all at once', async () => {
    const world = new MailWorld().know('anna');
    for (const _ of [1, 2, 3]) {
      await world.deliver(world.message('password_reset'));
      world.advance(600);
    }

    world.advance(perRecipientWindowSeconds - 1800 - 1);
    const justBefore = await world.deliver(world.message('password_reset'));
    world.advance(1);
    const after = await world.deliverMany(2, 'password_reset');

    expect(justBefore).toBe('dropped');
    expect(after).toEqual(['sent', 'dropped']);
  });

  it('counts a mail from when it really went out, so that a late one does not make four in an hour', async () => {
    const world = new MailWorld().know('anna');
    const late = world.message('password_reset');
    world.answer = () => ({ status: 'refused', fault: 'passing', reason: 'ServiceUnavailable' });
    await world.deliver(late);
    world.answer = () => ({ status: 'accepted' });
    world.advance(50 * 60);
    await world.deliver(late, 2);
    await world.deliverMany(2, 'password_reset');

    world.advance(15 * 60);
    const outcome = await world.deliver(world.message('password_reset'));

    expect(outcome).toBe('dropped');
    expect(world.outbox).toHaveLength(3);
  });

  it('is forgotten by the store no sooner than it stops to count', async () => {
    const world = new MailWorld().know('anna');
    await world.deliverMany(3, 'password_reset');
    await world.deliver(world.message('new_device'));
    const budget = world.budgets.get('key-of-anna');

    const expiry = budget && computeExpiry(budget);

    expect(expiry).toBe(world.now + perRecipientWindowSeconds * 1000);
  });
});

describe('Security notices over the limit', () => {
  it('wait in the queue until there is room, and no longer than the policy allows between two tries', async () => {
    const world = new MailWorld().know('anna');
    await world.deliverMany(3, 'password_reset');
    const notice = world.message('password_changed');

    const first = await world.deliver(notice);
    world.advance(perRecipientWindowSeconds - 100);
    const second = await world.deliver(notice, 2);
    world.advance(100);
    const third = await world.deliver(notice, 3);

    expect([first, second, third]).toEqual(['deferred', 'deferred', 'sent']);
    expect(world.postponed.map(({ seconds }) => seconds)).toEqual([deferSeconds, 100]);
    expect(world.subjects().at(-1)).toBe('Your Portiere password was changed');
  });

  it("a flood of resets can't drown the notice that the password was changed", async () => {
    const world = new MailWorld().know('anna');
    await world.deliverMany(100, 'password_reset');
    const notice = world.message('password_changed');
    let wakes = (await world.deliver(notice)) === 'deferred' ? world.now + (world.postponed.at(-1)?.seconds ?? 0) * 1000 : 0;
    const begun = world.now;

    // The flood goes on, one reset every ten seconds, and is always there first when a place gets free.
    let sentAt: number | undefined;
    for (let receives = 2; sentAt === undefined && receives < securityPolicy.mail.maximumReceives; ) {
      world.advance(10);
      await world.deliver(world.message('password_reset'));
      if (world.now < wakes) continue;
      if ((await world.deliver(notice, receives)) === 'sent') sentAt = world.now;
      wakes = world.now + (world.postponed.at(-1)?.seconds ?? 0) * 1000;
      receives += 1;
    }

    expect(sentAt).toBeDefined();
    expect((sentAt ?? Number.POSITIVE_INFINITY) - begun).toBeLessThanOrEqual((perRecipientWindowSeconds + 10) * 1000);
    expect(world.subjects()).toContain('Your Portiere password was changed');
  });

  it("a flood of locks can't drown it either, nor pile up: one of a kind waits, and says that it happened again", async () => {
    const world = new MailWorld().know('anna');
    await world.deliverMany(3, 'account_locked');
    const [locked, changed] = [world.message('account_locked'), world.message('password_changed')];

    const outcomes = [await world.deliver(locked), await world.deliver(changed), ...(await world.deliverMany(30, 'account_locked'))];
    world.advance(perRecipientWindowSeconds);
    const later = [await world.deliver(changed, 2), await world.deliver(locked, 2)];

    expect(outcomes.slice(0, 3)).toEqual(['deferred', 'deferred', 'dropped']);
    expect(new Set(outcomes.slice(2))).toEqual(new Set(['dropped']));
    expect(later).toEqual(['sent', 'sent']);
    expect(world.outbox.at(-1)?.text).toContain('It has happened again since');
    expect(world.outbox.at(-2)?.text).not.toContain('It has happened again since');
    expect(world.budgets.get('key-of-anna')?.deferred).toEqual({});
  });

  it('come in the order in which they began to wait, so that new ones of one kind cannot starve another', async () => {
    const world = new MailWorld().know('anna');
    await world.deliver(world.message('password_reset'));
    world.advance(60);
    await world.deliverMany(2, 'password_reset');
    const [first, second] = [world.message('password_changed'), world.message('account_locked')];
    await world.deliver(first);
    world.advance(1);
    await world.deliver(second);

    world.advance(perRecipientWindowSeconds - 61 - 900);
    await world.deliver(first, 2);
    await world.deliver(second, 2);
    world.advance(900);
    const secondTooEarly = await world.deliver(second, 3);
    const firstInTime = await world.deliver(first, 3);

    expect(secondTooEarly).toBe('deferred');
    expect(world.postponed.at(-1)).toEqual({ messageId: `queue-${second.id}`, seconds: 60 });
    expect(firstInTime).toBe('sent');
  });

  it('that never come back give up their place, so that a lost message does not silence an address for ever', async () => {
    const world = new MailWorld().know('anna');
    await world.deliverMany(3, 'password_reset');
    await world.deliver(world.message('password_changed'));
    await world.deliver(world.message('account_locked'));
    await world.deliver(world.message('new_device'));

    world.advance(perRecipientWindowSeconds - 1);
    const another = world.message('new_device');
    const stillFull = await world.deliver(another);
    world.advance(1);
    const outcomes = await world.deliverMany(2, 'password_reset');

    expect(stillFull).toBe('deferred');
    expect(outcomes).toEqual(['sent', 'sent']);
    expect(await world.deliver(another, 2)).toBe('sent');
  });

  it('come back by themselves when putting them off fails', async () => {
    const world = new MailWorld().know('anna');
    await world.deliverMany(3, 'password_reset');
    const notice = world.message('new_device');
    const visibility = { postpone: () => Promise.reject(new Error('queue down')) };

    const outcome = await world.deliver(notice, 1, { visibility });

    expect(outcome).toBe('deferred');
    expect(world.notes.at(-1)).toMatchObject({ event: 'mail.not_postponed', fields: { reason: 'Error' } });
  });
});

describe('Mails to staff about reports of vulnerabilities', () => {
  it('[P29] are one an hour, then one that says there are more, however many reports a stranger brings', async () => {
    const world = new MailWorld().know('staff');
    const messages = Array.from({ length: 40 }, () => world.message('report_news', 'staff'));

    for (const message of messages) await world.deliver(message);
    const atOnce = world.outbox.length;
    const [waiting] = world.postponed;
    for (let quarter = 0; quarter < 4; quarter++) {
      world.advance(deferSeconds);
      await world.deliver(messages.find(({ id }) => `queue-${id}` === waiting?.messageId) as MailMessage, quarter + 2);
    }

    expect([atOnce, world.outbox.length]).toEqual([1, 2]);
    expect(world.outbox[0]?.text).not.toContain('More have come since');
    expect(world.outbox[1]?.text).toContain('More have come since: the page for staff lists them all.');
  });

  it('[P13] leave room for what that member of staff asks for, together with registrations by strangers', async () => {
    const world = new MailWorld().know('staff');
    for (let each = 0; each < 10; each++) {
      await world.deliver(world.message('report_news', 'staff'));
      await world.deliver(world.message('verification', 'staff'));
    }
    expect(world.outbox).toHaveLength(2);

    expect(await world.deliver(world.message('password_reset', 'staff'))).toBe('sent');
  });

  it('reach nobody who is no staff any more', async () => {
    const world = new MailWorld().know('anna');

    expect(await world.deliver(world.message('report_news', 'anna'))).toBe('nothing');
    expect(world.outbox).toEqual([]);
  });

  it.each([
    ['en', 'Somebody has reported a vulnerability', '6 November 2026 at 23:00 UTC'],
    ['it', 'Qualcuno ha segnalato una vulnerabilità', '6 novembre 2026, ore 23:00 UTC'],
  ] as const)(
    'say in %s what has come, until when it must be answered, and lead to the page without a token',
    async (locale, heading, until) => {
      const world = new MailWorld().know('staff', locale);

      await world.deliver(world.message('report_news', 'staff', { address: '', userAgent: '' }));

      const [mail] = world.outbox;
      for (const part of [heading, until, 'report-reference-1', 'https://www.example.com/admin']) {
        expect(mail?.text).toContain(part);
        expect(mail?.html).toContain(part);
      }
      expect(mail?.text).not.toMatch(/#token|undefined|disavow|\/account/);
    },
  );
});
