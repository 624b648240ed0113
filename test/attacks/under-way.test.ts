/** What a thief's session has under way when the owner says "this wasn't me", or when the same thing is asked for twice. */
import { disavow } from '../../lambda/domain/account/secure.ts';
import type { CurrentSession } from '../../lambda/domain/context.ts';
import { hashToken } from '../../lambda/domain/mail-token.ts';
import { removePasskey } from '../../lambda/domain/passkeys/enrolment.ts';
import type { AccountRecord, AccountStore, FactorStore } from '../../lambda/domain/ports.ts';
import { confirmTotp, enrolTotp, removeTotp, renewRecoveryCodes } from '../../lambda/domain/second-factor/enrolment.ts';
import { call } from '../support/front-door.ts';
import { MemoryAddressStore } from '../support/memory-address-store.ts';
import { moverOver } from '../support/owner.ts';
import { createPasskeyDoor } from '../support/passkeys.ts';
import { EMAIL, PASSWORD } from '../support/people.ts';
import { createSecondFactorDoor } from '../support/second-factor.ts';

type Stores = { readonly accounts: AccountStore; readonly factors: FactorStore };
type Moment = 'before the account is read' | 'between reading and writing';
const moments: readonly Moment[] = ['before the account is read', 'between reading and writing'];

/** The same stores; `happens` comes once, at this moment of the first round. */
function interrupted<T extends Stores>(services: T, moment: Moment, happens: () => Promise<unknown>): T {
  let isDue = true;
  const before = async () => {
    if (!isDue) return;
    isDue = false;
    await happens();
  };
  const accounts = Object.create(services.accounts) as AccountStore & { items: Map<string, AccountRecord> };
  accounts.read = async (...parameters) => {
    if (moment === 'before the account is read') await before();
    return services.accounts.read(...parameters);
  };
  const factors: FactorStore = {
    changeFactor: async (...parameters) => {
      if (moment === 'between reading and writing') await before();
      return services.factors.changeFactor(...parameters);
    },
  };
  return { ...services, accounts, factors };
}

async function scene() {
  const door = createPasskeyDoor();
  const { session, accountId, passkeyId } = await door.owner();
  const enrolment = await enrolTotp(door.factors, session);
  if (enrolment.kind !== 'enrolling') throw new Error(enrolment.kind);
  await confirmTotp(door.factors, call(), session, door.codeAt(enrolment.secret));
  door.advance(60);
  door.mailbox.length = 0;
  const account = () => {
    const found = door.stores.accounts.items.get(accountId);
    if (!found) throw new Error('no account');
    return found;
  };
  const token = 'a'.repeat(43);
  const { emailKey } = account();
  const expiresAt = door.now() + 60_000;
  door.stores.tokens.items.set(hashToken(token), { purpose: 'disavow', emailKey, accountId, mintedAt: door.now(), expiresAt });
  const services = { ...door.services, addresses: new MemoryAddressStore(door.stores.accounts), credentials: moverOver(door.services) };
  return {
    door,
    session,
    passkeyId,
    code: door.codeAt(enrolment.secret),
    account,
    disavow: () => disavow(services, call(), { token }),
  };
}

type Scene = Awaited<ReturnType<typeof scene>>;
type Attempt = (scene: Scene, moment: Moment, session: CurrentSession) => Promise<{ readonly kind: string }>;

const attempts: readonly (readonly [string, Attempt])[] = [
  [
    'remove the passkey',
    ({ door, passkeyId, disavow: owner }, moment, session) =>
      removePasskey(interrupted(door.passkeys, moment, owner), call(), session, passkeyId),
  ],
  [
    'remove the authenticator',
    ({ door, code, disavow: owner }, moment, session) => removeTotp(interrupted(door.factors, moment, owner), call(), session, code),
  ],
  [
    'have new recovery codes',
    ({ door, disavow: owner }, moment, session) => renewRecoveryCodes(interrupted(door.factors, moment, owner), call(), session),
  ],
  [
    'enrol my own authenticator',
    ({ door, disavow: owner }, moment, session) => enrolTotp(interrupted(door.factors, moment, owner), session),
  ],
];

describe.each(attempts)('"I %s, and my request is under way when the owner says it wasn\u2019t me"', (_, attempt) => {
  it.each(moments)('[P14] changes nothing, be it said %s', async (moment) => {
    const played = await scene();
    const { secondFactor } = played.account();

    const { kind } = await attempt(played, moment, played.session);

    expect(['conflict', 'challenge_expired']).toContain(kind);
    expect(played.account().sessions).toEqual({});
    expect(played.account().secondFactor).toEqual(secondFactor);
    expect(played.account().pendingTotp).toBeUndefined();
    expect(played.door.stores.seeds.items.size).toBe(1);
    expect(played.door.mailbox.map((message) => message.kind)).toEqual(['account_secured']);
  });
});

describe('confirming an authenticator', () => {
  it('[P14] whose session ends meanwhile turns nothing on', async () => {
    const door = createSecondFactorDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const session = await door.session();
    const enrolment = await enrolTotp(door.factors, session);
    if (enrolment.kind !== 'enrolling') throw new Error(enrolment.kind);
    const end = () => door.services.accounts.endSessions(session.accountId, [session.token.sessionId]);

    const outcome = await confirmTotp(
      interrupted(door.factors, 'between reading and writing', end),
      call(),
      session,
      door.codeAt(enrolment.secret),
    );

    expect(outcome).toEqual({ kind: 'challenge_expired' });
    expect(door.stores.accounts.items.get(session.accountId)?.secondFactor).toBeUndefined();
  });

  it.each(['before the seeds are read', 'before the seed is kept', 'before the account is written'] as const)(
    'while another secret is asked for is told that its own is over, and counts no wrong code: %s',
    async (moment) => {
      const door = createSecondFactorDoor();
      await door.createAccount(EMAIL, PASSWORD);
      const session = await door.session();
      const first = await enrolTotp(door.factors, session);
      if (first.kind !== 'enrolling') throw new Error(first.kind);
      let second: Awaited<ReturnType<typeof enrolTotp>> | undefined;
      const reach = async (at: typeof moment) => {
        if (at === moment) second ??= await enrolTotp(door.factors, session);
      };
      const { accounts, seeds, factors } = door.factors;
      const late = {
        ...door.factors,
        seeds: {
          put: seeds.put.bind(seeds),
          remove: seeds.remove.bind(seeds),
          list: async (accountId: string) => {
            // After the account, which is read at the same time.
            await accounts.read(accountId);
            await reach('before the seeds are read');
            return seeds.list(accountId);
          },
          keep: async (accountId: string, seedId: string) => {
            await reach('before the seed is kept');
            return seeds.keep(accountId, seedId);
          },
        },
        factors: {
          changeFactor: async (...parameters: Parameters<FactorStore['changeFactor']>) => {
            await reach('before the account is written');
            return factors.changeFactor(...parameters);
          },
        },
      };

      const outcome = await confirmTotp(late, call(), session, door.codeAt(first.secret));

      expect(outcome).toEqual({ kind: 'challenge_expired' });
      expect(door.stores.accounts.items.get(session.accountId)?.codeAttempts?.taken ?? 0).toBe(0);
      if (second?.kind !== 'enrolling') throw new Error('not asked for');
      expect((await confirmTotp(door.factors, call(), session, door.codeAt(second.secret))).kind).toBe('enabled');
      expect(door.stores.seeds.items.size).toBe(1);
    },
  );

  it('a seed that is lost for good is a fault of ours, not a wrong code', async () => {
    const door = createSecondFactorDoor();
    const { secret, session } = await door.enrolled();
    door.stores.seeds.items.clear();

    await expect(removeTotp(door.factors, call(), session, door.codeAt(secret))).rejects.toThrow('the seed of a second factor is missing');
    expect(door.stores.accounts.items.get(session.accountId)?.codeAttempts?.taken).toBe(0);
  });
});
