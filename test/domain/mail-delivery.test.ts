import { createHash } from 'node:crypto';
import { alarms } from '../../contract/alarms.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { deliverBatch } from '../../lambda/domain/mail/deliver-batch.ts';
import { MailWorld } from '../support/mail-world.ts';

function tokenIn(text: string): string {
  return /#token=([\w-]+)/.exec(text)?.[1] ?? '';
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

describe('Which mail is due', () => {
  it('sends a verification link to an address without an account, and stores only the hash of its token', async () => {
    const world = new MailWorld();

    const outcome = await world.deliver(world.message('verification'));

    const token = tokenIn(world.outbox[0]?.text ?? '');
    expect(outcome).toBe('sent');
    expect(world.outbox[0]?.text).toContain(`https://www.example.com/verify#token=${token}`);
    expect(token).toHaveLength(43);
    expect([...world.tokens]).toEqual([
      [
        hashOf(token),
        {
          purpose: 'verification',
          emailKey: 'key-of-anna',
          registrationId: 'registration-1',
          expiresAt: world.now + securityPolicy.tokens.verificationSeconds * 1000,
        },
      ],
    ]);
    expect(JSON.stringify([...world.tokens])).not.toContain(token);
  });

  it('tells the owner, and nobody else, when a known address is registered again: no token', async () => {
    const world = new MailWorld().know('anna');

    await world.deliver(world.message('verification'));

    expect(world.subjects()).toEqual(['You already have a Portiere account']);
    expect(world.outbox[0]?.text).toContain('https://www.example.com/reset');
    expect(world.tokens.size).toBe(0);
  });

  it('sends a reset link for a known address, good for half an hour from its minting', async () => {
    const world = new MailWorld().know('anna');
    const message = world.message('password_reset');
    world.advance(600);

    await world.deliver(message);

    const token = tokenIn(world.outbox[0]?.text ?? '');
    expect(world.outbox[0]?.text).toContain(`https://www.example.com/reset#token=${token}`);
    expect(world.tokens.get(hashOf(token))).toEqual({
      purpose: 'password_reset',
      emailKey: 'key-of-anna',
      accountId: 'account-of-anna',
      credentialVersion: 1,
      expiresAt: world.now + 30 * 60 * 1000,
    });
  });

  it.each(['password_changed', 'new_device', 'account_locked', 'passkey_added', 'factor_recovery_requested'] as const)(
    '[P14] a notice carries a "this wasn\'t me" of the account it is about, good for seven days: %s',
    async (kind) => {
      const world = new MailWorld().know('anna');

      await world.deliver(world.message(kind));

      const token = tokenIn(world.outbox[0]?.text ?? '');
      expect(world.outbox[0]?.text).toContain(`https://www.example.com/disavow#token=${token}`);
      expect([...world.tokens]).toEqual([
        [
          hashOf(token),
          {
            purpose: 'disavow',
            emailKey: 'key-of-anna',
            accountId: 'account-of-anna',
            mintedAt: world.now,
            expiresAt: world.now + 7 * 86_400_000,
          },
        ],
      ]);
    },
  );

  it('[P14] tells an address that the account has left, with a link that brings it back as long as that can be', async () => {
    const world = new MailWorld();
    const until = world.now + 7 * 86_400_000;
    world.accounts.set('key-of-anna', { accountId: 'account-of-anna', reservedUntil: until });

    await world.deliver(world.message('address_changed'));

    const token = tokenIn(world.outbox[0]?.text ?? '');
    expect(world.outbox[0]?.text).toContain(`https://www.example.com/undo#token=${token}`);
    expect(world.tokens.get(hashOf(token))).toMatchObject({ purpose: 'address_undo', accountId: 'account-of-anna', expiresAt: until });
  });

  it('mails a link to the address that is asked for, and none if another account has it or may come back to it', async () => {
    const world = new MailWorld().know('bruno');
    world.accounts.set('key-of-carla', { accountId: 'account-of-carla', reservedUntil: world.now + 1 });
    world.accounts.set('key-of-dora', { accountId: 'account-of-dora', reservedUntil: world.now });
    const from = { accountId: 'account-of-anna', locale: 'it' } as const;

    for (const name of ['anna', 'bruno', 'carla', 'dora']) await world.deliver(world.message('address_confirmation', name, from));

    expect(world.subjects()).toEqual([
      'Conferma il nuovo indirizzo del tuo account Portiere',
      // In the language of whoever has the account there.
      'This address already has a Portiere account',
      'Questo indirizzo non è ancora libero per Portiere',
      'Conferma il nuovo indirizzo del tuo account Portiere',
    ]);
    expect(world.outbox.map(({ text }) => tokenIn(text) !== '')).toEqual([true, false, false, true]);
    expect([...world.tokens.values()].map(({ purpose, emailKey }) => [purpose, emailKey])).toEqual([
      ['address_change', 'key-of-anna'],
      ['address_change', 'key-of-dora'],
    ]);
  });

  it('[P13] invitations that strangers cause leave room in the mailbox, whichever they are', async () => {
    const world = new MailWorld();

    const outcomes = [await world.deliver(world.message('verification')), ...(await world.deliverMany(2, 'address_confirmation'))];

    expect(outcomes).toEqual(['sent', 'sent', 'dropped']);
  });

  it('does not mail a link for a change that is past its time', async () => {
    const world = new MailWorld();
    const message = world.message('address_confirmation');
    world.advance(securityPolicy.tokens.addressChangeSeconds);

    expect(await world.deliver(message)).toBe('dropped');
  });

  it('brings a link to a new password with the news that the account is secured', async () => {
    const world = new MailWorld().know('anna');

    await world.deliver(world.message('account_secured'));

    const token = tokenIn(world.outbox[0]?.text ?? '');
    expect(world.tokens.get(hashOf(token))).toMatchObject({ purpose: 'password_reset', credentialVersion: 1 });
  });

  it.each(['password_reset', 'account_locked', 'password_changed', 'new_device', 'account_secured'] as const)(
    '[P13] an unknown address gets nothing and leaves no token: %s',
    async (kind) => {
      const world = new MailWorld();

      const outcome = await world.deliver(world.message(kind));

      expect(outcome).toBe('nothing');
      expect([world.outbox, [...world.tokens], [...world.budgets]]).toEqual([[], [], []]);
    },
  );

  it('[P13] tells the owner that the account was locked, and until when', async () => {
    const world = new MailWorld().know('anna');

    await world.deliver(world.message('account_locked'));

    expect(world.outbox[0]).toMatchObject({ to: 'anna@example.com', subject: 'Too many wrong passwords for your Portiere account' });
    expect(world.outbox[0]?.text).toContain('until 5 November 2026 at 14:05 UTC');
  });

  it('does not mail a link for a registration that is past its time', async () => {
    const world = new MailWorld();
    const message = world.message('verification');
    world.advance(securityPolicy.tokens.verificationSeconds);

    const outcome = await world.deliver(message);

    expect(outcome).toBe('dropped');
    expect(world.outbox).toEqual([]);
  });

  it.each([
    'x<victim@example.com>',
    'x(1)victim@example.com',
    'a,b@example.com',
    'ünal@example.com',
    'a@localhost',
    'a@127.0.0.1',
    `a@${'b'.repeat(64)}.com`,
  ])('an address with a second meaning, or none for the mail service, is dropped instead of waking anybody: %s', async (email) => {
    const world = new MailWorld();

    const outcome = await world.deliver(world.message('verification', 'anna', { email }));

    expect(outcome).toBe('dropped');
    expect(world.outbox).toEqual([]);
  });
});

describe('A crash in between', () => {
  it('with the place taken but the mail not sent: the next delivery sends it, with a fresh token, and it counts once', async () => {
    const world = new MailWorld().know('anna');
    const message = world.message('password_reset');
    const died = world.deliver(message, 1, { sender: { send: () => Promise.reject(new Error('killed')) } });
    await expect(died).rejects.toThrow('killed');
    world.advance(securityPolicy.functionTimeoutSeconds);

    const outcome = await world.deliver(message, 2);

    expect(outcome).toBe('sent');
    expect(world.outbox).toHaveLength(1);
    expect(world.tokens.has(hashOf(tokenIn(world.outbox[0]?.text ?? '')))).toBe(true);
    expect(world.budgets.get('key-of-anna')?.sent).toMatchObject([{ id: message.id, state: 'sent' }]);
  });

  it('with the mail sent but the message not deleted: a message delivered twice sends one mail', async () => {
    const world = new MailWorld().know('anna');
    const message = world.message('password_changed');
    await world.deliver(message);
    world.advance(120);

    const outcome = await world.deliver(message, 2);

    expect(outcome).toBe('finished');
    expect(world.outbox).toHaveLength(1);
    expect(world.budgets.get('key-of-anna')?.sent).toHaveLength(1);
  });

  it('a message delivered twice at the same instant sends one mail; the second delivery waits to see how it ended', async () => {
    const world = new MailWorld().know('anna');
    const message = world.message('password_reset');

    const outcomes = await Promise.all([world.deliver(message), world.deliver(message)]);

    expect(outcomes.sort()).toEqual(['sent', 'waiting']);
    expect(world.outbox).toHaveLength(1);
    expect(world.postponed).toEqual([{ messageId: `queue-${message.id}`, seconds: securityPolicy.functionTimeoutSeconds }]);
  });

  it('with the store failing after the mail went out: the mail counts as sent and the message does not come back', async () => {
    const world = new MailWorld().know('anna');
    let writes = 0;
    const replace: typeof world.ports.budgets.replace = async (key, next) => {
      writes += 1;
      if (writes > 1) throw new Error('store down');
      return world.ports.budgets.replace(key, next);
    };

    const outcome = await world.deliver(world.message('new_device'), 1, { budgets: { load: world.ports.budgets.load, replace } });

    expect(outcome).toBe('sent');
    expect(world.notes.map(({ event }) => event)).toContain('mail.not_marked');
  });

  it('with the store failing before: no mail goes out uncounted', async () => {
    const world = new MailWorld().know('anna');
    const replace = () => Promise.reject(new Error('store down'));

    const delivery = world.deliver(world.message('new_device'), 1, { budgets: { load: world.ports.budgets.load, replace } });

    await expect(delivery).rejects.toThrow('store down');
    expect(world.outbox).toEqual([]);
  });
});

describe('A mail service that refuses', () => {
  it('is asked again after a wait that doubles, up to the longest the policy allows', async () => {
    const world = new MailWorld().know('anna');
    const message = world.message('password_changed');
    world.answer = () => ({ status: 'refused', fault: 'passing', reason: 'TooManyRequestsException' });

    const outcomes = [];
    for (const receives of [1, 2, 3, 50]) {
      outcomes.push(await world.deliver(message, receives));
      world.advance(securityPolicy.mail.deferSeconds);
    }

    expect(outcomes).toEqual(['delayed', 'delayed', 'delayed', 'delayed']);
    expect(world.postponed.map(({ seconds }) => seconds)).toEqual([15, 30, 60, 900]);
    expect(world.budgets.get('key-of-anna')?.sent).toHaveLength(1);
  });

  it('for good is tried quickly, so that the message is among the dead letters before the day is over', async () => {
    const world = new MailWorld().know('anna');
    world.answer = () => ({ status: 'refused', fault: 'lasting', reason: 'MessageRejected' });

    const outcome = await world.deliver(world.message('password_changed'), 40);

    expect(outcome).toBe('refused');
    expect(world.postponed.map(({ seconds }) => seconds)).toEqual([15]);
    expect(world.counts).toEqual([]);
  });

  it.each([['passing'], ['lasting']] as const)(
    '[P03] [P04] is an outage by its third mail: one mail alone, %s fault or not, never counts three times in a quarter of an hour',
    async (fault) => {
      const { periodSeconds, threshold } = alarms['Mail/Failing'];
      const world = new MailWorld().know('anna');
      world.answer = () => ({ status: 'refused', fault, reason: 'SendingPausedException' });
      const message = world.message('password_changed');
      const countedAt: number[] = [];
      for (let receives = 1; receives <= securityPolicy.mail.maximumReceives; receives++) {
        const before = world.counts.length;
        await world.deliver(message, receives);
        if (world.counts.length > before) countedAt.push(world.now / 1000);
        world.advance(world.postponed.at(-1)?.seconds ?? 0);
      }
      const densest = countedAt.map((at) => countedAt.filter((other) => other >= at && other < at + periodSeconds).length);

      expect(Math.max(...densest)).toBeLessThan(threshold);

      const together = new MailWorld().know('anna').know('bruno').know('carla');
      together.answer = world.answer;
      for (const name of ['anna', 'bruno', 'carla']) await together.deliver(together.message('new_device', name));

      expect(together.counts.filter((metric) => metric === 'Mail/Failed')).toHaveLength(threshold);
    },
  );
});

describe('A batch', () => {
  function record(messageId: string, body: string) {
    return { messageId, receiptHandle: `handle-${messageId}`, body, attributes: { ApproximateReceiveCount: '1' } };
  }

  it('gives back only the messages that failed', async () => {
    const world = new MailWorld().know('anna').know('bruno');
    const [broken, fine] = [world.message('new_device', 'anna'), world.message('new_device', 'bruno')];
    const ports = {
      ...world.ports,
      directory: {
        find: async (key: string) => {
          if (key === 'key-of-anna') throw new Error('anna@example.com is unreachable');
          return world.accounts.get(key);
        },
      },
    };

    const failed = await deliverBatch(ports, [record('one', JSON.stringify(broken)), record('two', JSON.stringify(fine))], () => 15_000);

    expect(failed).toEqual(['one']);
    expect(world.outbox.map(({ to }) => to)).toEqual(['bruno@example.com']);
    expect(world.postponed).toEqual([{ messageId: 'one', seconds: 15 }]);
  });

  it.each(['not json', '{}', 'null', '{"kind":"verification","email":"secret@example.com"}'])(
    'gives back a message that it cannot read, and logs nothing of it: %s',
    async (body) => {
      const world = new MailWorld();

      const failed = await deliverBatch(world.ports, [record('one', body)], () => 15_000);

      expect(failed).toEqual(['one']);
      expect(world.notes).toEqual([{ event: 'mail.unreadable', fields: { messageId: 'one' } }]);
    },
  );

  it('begins no delivery that the function has no time left to finish', async () => {
    const world = new MailWorld().know('anna');
    const body = JSON.stringify(world.message('new_device'));
    const remaining = [15_000, 4_000];

    const failed = await deliverBatch(world.ports, [record('one', body), record('two', body)], () => remaining.shift() ?? 0);

    expect(failed).toEqual(['two']);
    expect(world.outbox).toHaveLength(1);
  });

  it('writes neither addresses nor tokens to the log, whatever happens', async () => {
    const world = new MailWorld().know('anna');
    const answers = ['accepted', 'TooManyRequestsException', 'MessageRejected'];
    world.answer = () => {
      const answer = answers.shift() ?? 'accepted';
      return answer === 'accepted' ? { status: 'accepted' } : { status: 'refused', fault: 'passing', reason: answer };
    };

    await world.deliverMany(5, 'password_reset');
    await world.deliverMany(3, 'new_device');

    const written = JSON.stringify(world.notes);
    expect(world.notes.length).toBeGreaterThan(5);
    expect(written).not.toMatch(/example\.com|203\.0\.113|Firefox|key-of-anna/);
    expect(world.tokens.size).toBeGreaterThan(0);
    for (const mail of world.outbox) {
      const token = tokenIn(mail.text);
      if (token !== '') expect(written).not.toContain(token);
    }
  });
});
