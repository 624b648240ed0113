/** Who gets mails about the status page: double opt-in, links, leaving, and those who would have our mails annoy somebody. */
import { componentIds } from '../../contract/components.ts';
import { subscriptionIdOf } from '../../lambda/domain/subscriptions/links.ts';
import {
  changeSubscription,
  confirmSubscription,
  endSubscription,
  readRequest,
  readSubscription,
} from '../../lambda/domain/subscriptions/subscribe.ts';
import { SubscriptionWorld } from '../support/subscription-world.ts';

let world: SubscriptionWorld;
beforeEach(() => {
  world = new SubscriptionWorld();
});

describe('asking for mails about the status page', () => {
  test('[P04] subscribes nobody: the address gets one mail with a link, and is in no list until the link is used', async () => {
    const outcome = await world.request('Anna@Example.com', ['mail', 'sign-in'], 'it');
    const [token = ''] = await world.mailRequests();

    expect(outcome).toEqual({ kind: 'accepted' });
    expect(world.mails.outbox).toEqual([
      expect.objectContaining({ to: 'anna@example.com', subject: 'Conferma gli avvisi sullo stato di Portiere' }),
    ]);
    expect(world.mails.outbox[0]?.text).toContain('Accesso, E-mail');
    expect(world.subscriptions.items.size).toBe(0);
    expect(await readRequest(world.services, token)).toMatchObject({ kind: 'open', components: ['sign-in', 'mail'], locale: 'it' });
    expect(world.subscriptions.items.size).toBe(0);
  });

  test('[P04] a thousand requests about one address, from everywhere, mail it once an hour', async () => {
    for (let request = 0; request < 1000; request++) await world.request(request % 2 === 0 ? 'victim@example.com' : ' VICTIM@example.com ');

    expect(await world.mailRequests()).toHaveLength(1);
    world.advance(3601);
    await world.request('victim@example.com');
    expect(await world.mailRequests()).toHaveLength(1);
  });

  test('[P04] leaves room for the mails of the address’s own account', async () => {
    for (let request = 0; request < 10; request++) await world.request('anna@example.com');
    const emailKey = world.asked[0]?.emailKey ?? '';
    await world.mailRequests();

    world.mails.know('anna');
    world.mails.accounts.set(emailKey, { accountId: 'a', locale: 'en', credentialVersion: 1 });
    const resets = [1, 2, 3].map((index) =>
      world.mails.message('password_reset', 'anna', { id: `reset-${index}`, emailKey, email: 'anna@example.com' }),
    );
    const outcomes = [];
    for (const reset of resets) outcomes.push(await world.mails.deliver(reset));

    expect(outcomes).toEqual(['sent', 'sent', 'dropped']);
  });

  test('[P04] answers and mails the same whether or not the address is subscribed', async () => {
    await world.subscribe('anna@example.com');
    world.advance(3601);
    const before = world.mails.outbox.length;

    const known = await world.request('anna@example.com');
    const unknown = await world.request('nobody@example.com');
    await world.mailRequests();
    const [toKnown, toUnknown] = world.mails.outbox.slice(before);

    expect(known).toEqual(unknown);
    expect(toKnown?.subject).toBe(toUnknown?.subject);
    expect(toKnown?.text.replace(/token=[\w-]+/g, '')).toBe(toUnknown?.text.replace(/token=[\w-]+/g, ''));
  });

  test('[P04] puts nothing of a stranger’s into the mail: the parts are words of ours, and the browser is named from a list', async () => {
    await world.request('anna@example.com');
    const [message] = world.asked;
    world.asked[0] = { ...message, userAgent: 'Call +39 555 0100 NOW', address: '<b>win</b>' } as typeof message & object;
    await world.mailRequests();

    expect(world.mails.outbox[0]?.text).not.toMatch(/555|win/);
  });

  test.each(['no address', 'two@at@example.com', 'victim@example.com, other@example.com', 'x<victim@example.com>'])(
    'refuses %s, and asks for no mail',
    async (email) => {
      expect(await world.request(email)).toEqual({ kind: 'invalid_email' });
      expect(world.asked).toEqual([]);
    },
  );
});

describe('confirming', () => {
  test('[P04] makes the choice of the request the subscription, and burns the link', async () => {
    await world.request('anna@example.com', ['mail']);
    const [token = ''] = await world.mailRequests();

    const first = await confirmSubscription(world.services, { token });
    const second = await confirmSubscription(world.services, { token });

    expect(first).toMatchObject({ kind: 'confirmed', subscription: { email: 'anna@example.com', components: ['mail'], locale: 'en' } });
    expect(second).toEqual({ kind: 'invalid_token' });
    expect(world.subscriptions.items.size).toBe(1);
  });

  test('[P04] two clicks at the same instant make one subscription', async () => {
    await world.request('anna@example.com');
    const [token = ''] = await world.mailRequests();

    await Promise.all([confirmSubscription(world.services, { token }), confirmSubscription(world.services, { token })]);

    expect(world.subscriptions.items.size).toBe(1);
  });

  test('[P04] a crash before the link is burned leaves one that works again: nobody who said yes is forgotten', async () => {
    await world.request('anna@example.com');
    const [token = ''] = await world.mailRequests();
    const dying = {
      ...world.services,
      tokens: { read: world.tokens.read.bind(world.tokens), redeem: async () => Promise.reject(new Error('died')) },
    };

    await expect(confirmSubscription(dying, { token })).rejects.toThrow('died');
    expect(world.subscriptions.items.size).toBe(1);
    expect(await confirmSubscription(world.services, { token })).toMatchObject({ kind: 'confirmed' });
  });

  test('[P04] a link is over after a day, and the links of other mails confirm nothing here', async () => {
    await world.request('anna@example.com');
    const [token = ''] = await world.mailRequests();
    world.tokens.items.set('of-a-reset', {
      purpose: 'password_reset',
      emailKey: 'k',
      accountId: 'a',
      credentialVersion: 1,
      expiresAt: Number.MAX_SAFE_INTEGER,
    });
    world.advance(86_400);

    expect(await confirmSubscription(world.services, { token })).toEqual({ kind: 'invalid_token' });
    expect(await confirmSubscription(world.services, { token: 'of-a-reset' })).toEqual({ kind: 'invalid_token' });
  });

  test('a second confirmation replaces the choice, and does not add a second subscription', async () => {
    const first = await world.subscribe('anna@example.com', ['mail']);
    world.advance(3601);
    const second = await world.subscribe('ANNA@example.com', ['sessions'], 'it');

    expect(second).toBe(first);
    expect([...world.subscriptions.items.values()]).toEqual([expect.objectContaining({ components: ['sessions'], locale: 'it' })]);
  });
});

describe('the links of a subscriber', () => {
  test('[P04] change the parts and the language of their own subscription', async () => {
    const id = await world.subscribe('anna@example.com');
    const token = await world.link('manage', id);

    const changed = await changeSubscription(world.services, { token, components: ['mail', 'sign-in'], locale: 'it' });

    expect(changed).toMatchObject({ kind: 'found', subscription: { components: ['sign-in', 'mail'], locale: 'it' } });
    expect(await readSubscription(world.services, token)).toEqual(changed);
  });

  test('[P04] end it at once, and say the same however often they are used', async () => {
    const id = await world.subscribe('anna@example.com');
    const token = await world.link('unsubscribe', id);

    const outcomes = [await endSubscription(world.services, token), await endSubscription(world.services, token)];

    expect(outcomes).toEqual([{ kind: 'ended' }, { kind: 'ended' }]);
    expect(world.subscriptions.items.size).toBe(0);
  });

  test('[P04] one that was replayed after leaving brings nothing back: a change of what has ended is refused', async () => {
    const id = await world.subscribe('anna@example.com');
    const manage = await world.link('manage', id);
    await endSubscription(world.services, await world.link('unsubscribe', id));

    expect(await changeSubscription(world.services, { token: manage, components: ['mail'], locale: 'en' })).toEqual({ kind: 'not_found' });
    expect(world.subscriptions.items.size).toBe(0);
  });

  test('[P04] the proof of one address opens no other, nor does that of one purpose serve another', async () => {
    const [anna, bruno] = [await world.subscribe('anna@example.com'), await world.subscribe('bruno@example.com')];
    const [unsubscribe, manage] = [await world.link('unsubscribe', anna), await world.link('manage', anna)];
    const moved = `${bruno}.${unsubscribe.split('.')[1]}`;

    expect(await endSubscription(world.services, moved)).toEqual({ kind: 'invalid_token' });
    expect(await endSubscription(world.services, manage)).toEqual({ kind: 'invalid_token' });
    expect(await readSubscription(world.services, unsubscribe)).toEqual({ kind: 'invalid_token' });
    expect(world.subscriptions.items.size).toBe(2);
  });

  test.each(['', '.', 'a.b', `${'a'.repeat(32)}.${'b'.repeat(43)}`, `${'a'.repeat(32)}.${'b'.repeat(43)}.c`, '__proto__', '\u0000'])(
    'a forged token (%j) ends nothing',
    async (token) => {
      await world.fill(3);

      expect(await endSubscription(world.services, token)).toEqual({ kind: 'invalid_token' });
      expect(world.subscriptions.items.size).toBe(3);
    },
  );

  test('name no key of another table, and are the same for every spelling of an address', async () => {
    await world.request('anna@example.com', componentIds);
    const emailKey = world.asked[0]?.emailKey ?? '';

    expect(subscriptionIdOf(emailKey)).toHaveLength(32);
    expect(emailKey).not.toContain(subscriptionIdOf(emailKey).slice(0, 8));
  });
});
