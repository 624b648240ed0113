/** The function dies between any two of its writes, at each place in turn; the same link is followed again. */
import { confirmEmailChange, requestEmailChange } from '../../lambda/domain/account/change-email.ts';
import { disavow, undoEmailChange } from '../../lambda/domain/account/secure.ts';
import type { AccountServices } from '../../lambda/domain/account/services.ts';
import type { CurrentSession } from '../../lambda/domain/context.ts';
import { confirmPasswordReset } from '../../lambda/domain/password-reset.ts';
import { register, verifyAddress } from '../../lambda/domain/registration.ts';
import { call } from '../support/front-door.ts';
import { createOwnersDoor, interceptedWorld, type OwnersDoor } from '../support/owner.ts';

const [A, B, C] = ['anna@example.com', 'anna@b.example', 'anna@c.example'];

interface Story {
  readonly name: string;
  /** What comes before. @returns what is tried with a crash in it, the same thing each time */
  readonly prepare: (door: OwnersDoor, anna: CurrentSession) => Promise<(world: AccountServices) => Promise<{ readonly kind: string }>>;
  readonly done: string;
  /** Which address is the account's before, and after. */
  readonly from: string;
  readonly to: string;
  /** Addresses that nobody else may get at any moment. */
  readonly kept: readonly string[];
  /** Whether the password still opens the account once it is done. */
  readonly opens: boolean;
}

async function request(door: OwnersDoor, anna: CurrentSession, newEmail: string): Promise<string> {
  await requestEmailChange(door.services, call(), { ...anna, email: door.account(anna).email }, { newEmail });
  return door.link('address_confirmation', newEmail);
}

async function move(door: OwnersDoor, anna: CurrentSession, newEmail: string): Promise<void> {
  await confirmEmailChange(door.services, call(), { token: await request(door, anna, newEmail) });
}

const stories: readonly Story[] = [
  {
    name: 'asking for a change',
    prepare: async (_, anna) => (world) => requestEmailChange(world, call(), anna, { newEmail: B }),
    done: 'accepted',
    from: A,
    to: A,
    kept: [A],
    opens: true,
  },
  {
    name: 'asking for another change',
    prepare: async (door, anna) => {
      await request(door, anna, B);
      return (world) => requestEmailChange(world, call(), anna, { newEmail: C });
    },
    done: 'accepted',
    from: A,
    to: A,
    kept: [A],
    opens: true,
  },
  {
    name: 'confirming a change',
    prepare: async (door, anna) => {
      const token = await request(door, anna, B);
      return (world) => confirmEmailChange(world, call(), { token });
    },
    done: 'changed',
    from: A,
    to: B,
    kept: [A],
    opens: true,
  },
  {
    name: 'stopping a change that was not confirmed',
    prepare: async (door, anna) => {
      await request(door, anna, B);
      const token = door.link('address_change_requested', A);
      return (world) => undoEmailChange(world, call(), { token });
    },
    done: 'undone',
    from: A,
    to: A,
    kept: [A],
    opens: false,
  },
  {
    name: 'taking the account back from two addresses further on',
    prepare: async (door, anna) => {
      await move(door, anna, B);
      const token = door.link('address_changed', A);
      await move(door, anna, C);
      return (world) => undoEmailChange(world, call(), { token });
    },
    done: 'undone',
    from: C,
    to: A,
    kept: [A],
    opens: false,
  },
  {
    name: '"this wasn\'t me", with a change waiting',
    prepare: async (door, anna) => {
      await request(door, anna, B);
      const token = door.open({ ...requireMail(door), kind: 'password_changed' }).token;
      return (world) => disavow(world, call(), { token });
    },
    done: 'disavowed',
    from: A,
    to: A,
    kept: [A],
    opens: false,
  },
];

function requireMail(door: OwnersDoor) {
  const message = door.mail('address_change_requested', A);
  if (!message) throw new Error('no mail');
  const { accountId: _, ...base } = message as Extract<typeof message, { kind: 'address_change_requested' }>;
  return base;
}

class Killed extends Error {}

/** The steps that a story takes when nothing goes wrong. */
async function stepsOf(story: Story): Promise<string[]> {
  const door = createOwnersDoor();
  const steps: string[] = [];
  const attempt = await story.prepare(door, await door.owner(A));
  await attempt(interceptedWorld(door.services, (step) => steps.push(step)));
  return steps;
}

/** Whether a stranger who has the mailbox can register this address now. */
async function strangerGets(door: OwnersDoor, email: string): Promise<boolean> {
  await register(door.services.passwords, call(), { email, password: 'mallory was here' });
  const message = door.mailbox.findLast((mail) => mail.kind === 'verification' && mail.email === email);
  if (message?.kind !== 'verification') throw new Error('no mail');
  // Whatever the mailer would say: here the stranger has a link.
  const token = door.mintToken(message);
  const { credentials, accounts, attempts } = door.stores;
  const before = [new Map(credentials.items), new Map(credentials.reserved), new Map(accounts.items)] as const;
  const { kind } = await verifyAddress(door.services.passwords, call(), { token });
  restore(credentials.items, before[0]);
  restore(credentials.reserved, before[1]);
  restore(accounts.items, before[2]);
  attempts.items.clear();
  return kind === 'verified';
}

function restore<T>(map: Map<string, T>, to: ReadonlyMap<string, T>): void {
  map.clear();
  for (const [key, value] of to) map.set(key, value);
}

describe.each(stories)('A crash while $name', (story) => {
  it('[P14] at any place leaves one owner and one address, and the same attempt again finishes the work', async () => {
    const steps = await stepsOf(story);
    expect(steps.length).toBeGreaterThan(4);

    for (const place of steps.keys()) {
      const door = createOwnersDoor();
      const anna = await door.owner(A);
      const attempt = await story.prepare(door, anna);
      let count = 0;
      const dying = interceptedWorld(door.services, () => {
        if (count++ >= place) throw new Killed();
      });
      await expect(attempt(dying)).rejects.toThrow(Killed);
      const at = `after ${steps.slice(0, place).join(', ') || 'nothing'}`;

      const isMoved = door.account(anna).email === story.to && story.from !== story.to;
      const holder = isMoved ? story.to : story.from;
      const isOpen = door.account(anna).credentialVersion === 1;
      expect([at, door.account(anna).emailKey]).toEqual([at, await door.keyOf(holder)]);
      expect([at, await door.openingOf([A, B, C])]).toEqual([at, isOpen ? [holder] : []]);
      for (const address of new Set([...story.kept, holder]))
        expect([at, address, await strangerGets(door, address)]).toEqual([at, address, false]);

      const again = await attempt(door.services);

      expect([at, again.kind]).toEqual([at, story.done]);
      expect([at, door.account(anna).email]).toEqual([at, story.to]);
      expect([at, door.account(anna).leftCredentials]).toEqual([at, undefined]);
      expect([at, await door.openingOf([A, B, C])]).toEqual([at, story.opens ? [story.to] : []]);
      for (const address of new Set([...story.kept, story.to]))
        expect([at, address, await strangerGets(door, address)]).toEqual([at, address, false]);
      if (!story.opens) await expectResetToOpen(door, story.to, at);
    }
  });
});

/** What the last mail's link is for. */
async function expectResetToOpen(door: OwnersDoor, email: string, at: string): Promise<void> {
  const token = door.link('account_secured', email);
  const { kind } = await confirmPasswordReset(door.services.passwords, call(), { token, newPassword: 'a phrase of my own' });
  expect([at, kind]).toEqual([at, 'reset']);
  expect([at, await door.openingOf([A, B, C], 'a phrase of my own')]).toEqual([at, [email]]);
}
