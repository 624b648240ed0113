/** From incidents to mails: what is news, who gets it, how often, and every place where the announcer may die. */
import { securityPolicy } from '../../contract/security-policy.ts';
import { scheduleMaintenance } from '../../lambda/domain/incidents/maintenance.ts';
import { deliverAnnouncement, runOnSchedule } from '../../lambda/domain/subscriptions/announce.ts';
import type { AnnouncerServices } from '../../lambda/domain/subscriptions/ports.ts';
import { endSubscription } from '../../lambda/domain/subscriptions/subscribe.ts';
import { author } from '../support/incident-world.ts';
import { SubscriptionWorld } from '../support/subscription-world.ts';

const policy = securityPolicy.statusSubscriptions;
const MINUTE = 60;
let world: SubscriptionWorld;
beforeEach(() => {
  world = new SubscriptionWorld();
});

describe('what subscribers are mailed', () => {
  test('[P04] an incident is told when it opens and when it is over, in the language of each, with a way out in one click', async () => {
    await world.subscribe('anna@example.com');
    const bruno = await world.subscribe('bruno@example.com', ['mail'], 'it');
    const id = await world.open('Mail is late');

    await world.tickAndDrain();
    const [toAnna, toBruno] = ['anna@example.com', 'bruno@example.com'].map((to) => world.outbox.find((mail) => mail.to === to));
    await world.update(id, 'All is back.', 'resolved');
    world.advance(MINUTE);
    await world.tickAndDrain();

    expect(toAnna?.subject).toBe('[Acme Desk status] Investigating: Mail is late');
    expect(toAnna?.text).toContain('We are looking into it.');
    expect(toAnna?.text).toContain(`https://status.example.com/en/#${id}`);
    expect(toBruno?.subject).toBe('[Stato di Acme Desk] In esame: Mail is late (it)');
    expect(toBruno?.headers).toEqual([
      {
        name: 'List-Unsubscribe',
        value: `<https://id.example.com/v1/status/subscription/unsubscribe?token=${await world.link('unsubscribe', bruno)}>`,
      },
      { name: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' },
    ]);
    expect(toBruno?.text).toContain(`/v1/status/subscription/manage?token=${await world.link('manage', bruno)}`);
    expect(world.subjects().slice(2).sort()).toEqual([
      '[Acme Desk status] Resolved: Mail is late',
      '[Stato di Acme Desk] Risolto: Mail is late (it)',
    ]);
  });

  test('[P04] only those are told who asked about a part that suffers', async () => {
    await world.subscribe('anna@example.com', ['mail']);
    await world.subscribe('bruno@example.com', ['sign-in', 'sessions']);
    await world.open('Nobody can sign in', 'sign-in');

    await world.tickAndDrain();

    expect(world.recipients()).toEqual(['bruno@example.com']);
  });

  test('[P04] whoever has left is told nothing, also when the news is on the queue already', async () => {
    const id = await world.subscribe('anna@example.com');
    await world.open('Mail is late');
    await world.tick();

    await endSubscription(world.services, await world.link('unsubscribe', id));
    await world.drain();

    expect(world.outbox).toEqual([]);
  });

  test('[P04] maintenance is told when it is planned, when it begins and when it is over', async () => {
    await world.subscribe('anna@example.com');
    const at = (seconds: number) => new Date(world.incidents.now() + seconds * 1000).toISOString();
    await scheduleMaintenance(world.incidents.services, author, {
      name: { en: 'New database' },
      body: { en: 'Ten minutes without sign-in.' },
      components: ['sign-in'],
      scheduledFor: at(3 * 3600),
      scheduledUntil: at(4 * 3600),
    });

    for (let minute = 0; minute < 250; minute++) {
      await world.incidents.tick();
      await world.tickAndDrain();
      world.advance(MINUTE);
    }

    expect(world.subjects()).toEqual(['Scheduled', 'Under way', 'Completed'].map((word) => `[Acme Desk status] ${word}: New database`));
    expect(world.outbox[0]?.text).toContain('From: 15 January 2026, 15:00 UTC');
  });

  test('[P04] hostile text in an incident stays text, and can’t begin another header', async () => {
    await world.subscribe('anna@example.com');
    await world.open('<img src=x onerror=alert(1)>', 'mail', '<script>alert(1)</script>\nBcc: all@example.com');

    await world.tickAndDrain();

    expect(world.outbox[0]?.html).not.toMatch(/<script|<img/);
    expect(world.outbox[0]?.subject).not.toMatch(/[\r\n]/);
  });

  test('what is a day old when it is first seen is no news, and what is said of it later is', async () => {
    const id = await world.open('An old story');
    world.advance(policy.staleSeconds + 1);
    await world.subscribe('anna@example.com');
    await world.tickAndDrain();
    expect(world.outbox).toEqual([]);

    world.advance(policy.betweenSeconds);
    await world.update(id, 'At last: it works again.', 'resolved');
    await world.tickAndDrain();
    expect(world.subjects()).toEqual(['[Acme Desk status] Resolved: An old story']);
    expect(world.outbox[0]?.text).not.toContain('We are looking into it.');
  });
});

describe('how often subscribers are mailed', () => {
  test('[P04] updates that come fast are told together, and the end does not wait', async () => {
    await world.subscribe('anna@example.com');
    const id = await world.open('Mail is late');
    await world.tickAndDrain();

    for (const text of ['One more look.', 'Nearly there.', 'A moment.']) {
      world.advance(MINUTE);
      await world.update(id, text);
      await world.tickAndDrain();
    }
    expect(world.outbox).toHaveLength(1);
    world.advance(policy.betweenSeconds);
    await world.tickAndDrain();
    world.advance(MINUTE);
    await world.update(id, 'Done.', 'resolved');
    await world.tickAndDrain();

    expect(world.outbox).toHaveLength(3);
    expect(world.outbox[1]?.text).toMatch(/A moment\.[\s\S]*Nearly there\.[\s\S]*One more look\./);
    expect(world.outbox[2]?.text).not.toContain('A moment.');
  });

  test('[P04] incidents that come together are one mail', async () => {
    await world.subscribe('anna@example.com');
    for (const component of ['mail', 'sign-in', 'sessions'] as const) await world.open(`Trouble with ${component}`, component);

    await world.tickAndDrain();

    expect(world.subjects()).toEqual(['[Acme Desk status] 3 pieces of news']);
    expect(world.outbox[0]?.text).toMatch(/Trouble with mail/);
    expect(world.outbox[0]?.text).toMatch(/Trouble with sessions/);
  });

  test('[P04] a storm of incidents mails nobody more than the limit of an hour, and what waited is told then', async () => {
    await world.subscribe('anna@example.com');
    for (let minute = 0; minute < 59; minute++) {
      await world.open(`Incident ${minute}`);
      await world.tickAndDrain();
      world.advance(MINUTE);
    }
    expect(world.outbox).toHaveLength(policy.mailsPerHour);

    world.advance(2 * MINUTE);
    await world.tickAndDrain();

    expect(world.subjects().at(-1)).toBe(`[Acme Desk status] ${59 - policy.mailsPerHour} pieces of news`);
  });

  test('[P04] a mass mail keeps its pace, and goes part by part until everybody has had it once', async () => {
    await world.fill(300);
    await world.open('Mail is late');

    await world.tickAndDrain();

    expect(new Set(world.recipients()).size).toBe(300);
    expect(world.outbox).toHaveLength(300);
    expect(world.pauses).toHaveLength(300);
    expect(2 * (1000 / policy.pauseMilliseconds)).toBeLessThan(14);
  });
});

describe('an announcer that dies', () => {
  /** Dies at the nth call of anything, then works. */
  function dyingAt(step: number): AnnouncerServices {
    let calls = 0;
    const mortal = <Service extends object>(service: Service): Service =>
      new Proxy(service, {
        get(target, name) {
          const method = Reflect.get(target, name) as unknown;
          if (typeof method !== 'function') return method;
          return (...given: unknown[]) => {
            calls += 1;
            if (calls === step) throw new Error('died');
            return Reflect.apply(method, target, given);
          };
        },
      });
    const { announcements, queue, subscribers, incidents } = world.announcer;
    return {
      ...world.announcer,
      announcements: mortal(announcements),
      queue: mortal(queue),
      subscribers: mortal(subscribers),
      incidents: mortal(incidents),
    };
  }

  /** Some minutes of a queue that brings back what failed. */
  async function liveWith(announcer: AnnouncerServices): Promise<void> {
    for (let round = 0; round < 5; round++) {
      await runOnSchedule(announcer).catch(() => undefined);
      const messages = world.queued.splice(0);
      for (const message of messages) {
        const isDone = await deliverAnnouncement(announcer, message, () => 15_000).catch(() => false);
        if (!isDone) world.queued.push(message);
      }
      world.advance(2 * MINUTE);
    }
  }

  test.each(Array.from({ length: 50 }, (_, index) => index + 1))(
    '[P04] at call %i of a store or of the queue loses no mail, and sends none twice',
    async (step) => {
      const everybody = ['anna@example.com', 'bruno@example.com', 'carla@example.com'];
      for (const email of everybody) await world.subscribe(email);
      await world.open('Mail is late');

      await liveWith(dyingAt(step));

      expect(world.recipients().sort()).toEqual(everybody);
      expect(world.queued).toEqual([]);
    },
  );

  test('[P04] between sending and marking leaves one mail too many, never one too few', async () => {
    await world.subscribe('anna@example.com');
    await world.open('Mail is late');
    await world.tick();
    const messages = world.queued.splice(0);
    const forgetful = {
      ...world.announcer,
      announcements: Object.assign(Object.create(world.announcements), { markSent: async () => undefined }),
    };
    const deliverAll = async (announcer: AnnouncerServices) => {
      for (const message of messages) await deliverAnnouncement(announcer, message, () => 15_000);
    };

    await deliverAll(forgetful);
    await deliverAll(world.announcer);
    expect(world.outbox).toHaveLength(1);
    world.advance(securityPolicy.functionTimeoutSeconds);
    await world.drain();
    expect(world.outbox).toHaveLength(2);
    await deliverAll(world.announcer);
    expect(world.outbox).toHaveLength(2);
  });

  test('[P04] two announcers by the same clock tell the news once', async () => {
    await world.subscribe('anna@example.com');
    await world.open('Mail is late');

    await Promise.all([world.tick(), world.tick(), world.tick()]);
    await world.drain();

    expect(world.outbox).toHaveLength(1);
  });
});

describe('a mail service that refuses', () => {
  test('[P04] one address holds up nobody else, and is tried alone until it ends among the dead letters', async () => {
    await world.fill(50, 3);
    const refused = [...world.subscriptions.items.values()].map(({ email }) => email).filter((_, index) => index % 10 === 0);
    world.answer = ({ to }) =>
      refused.includes(to) ? { status: 'refused', fault: 'lasting', reason: 'MessageRejected' } : { status: 'accepted' };
    await world.open('Mail is late');

    const failed = await world.tickAndDrain();

    expect(world.outbox).toHaveLength(45);
    expect(failed.flatMap(({ only }) => only ?? [])).toHaveLength(5);
    expect(world.notes).toContain('announcement.refused');
  });

  test('[P04] a throttle brings the whole part back later, and nobody gets a mail twice for it', async () => {
    await world.fill(30, 3);
    let room = 12;
    world.answer = () =>
      room-- > 0 ? { status: 'accepted' } : { status: 'refused', fault: 'passing', reason: 'TooManyRequestsException' };
    await world.open('Mail is late');

    const failed = await world.tickAndDrain();
    expect([world.outbox.length, failed.length]).toEqual([12, 1]);
    room = 1000;
    world.advance(2 * MINUTE);
    world.queued.push(...failed);
    await world.drain();

    expect(new Set(world.recipients()).size).toBe(30);
    expect(world.outbox).toHaveLength(30);
  });

  test('a function that runs out of time leaves the rest to the next message', async () => {
    await world.fill(10, 3);
    let calls = 0;
    world.remaining = () => (++calls % 4 === 0 ? 1_000 : 15_000);
    await world.open('Mail is late');

    await world.tickAndDrain();

    expect(new Set(world.recipients()).size).toBe(10);
  });

  test('[P04] what was redriven after a day goes to nobody', async () => {
    await world.subscribe('anna@example.com');
    await world.open('Mail is late');
    await world.tick();
    world.advance(policy.staleSeconds);

    expect(await world.drain()).toEqual([]);
    expect(world.outbox).toEqual([]);
  });
});
