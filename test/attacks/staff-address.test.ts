/** One click by a member of staff who has no account yet must not make a stranger's account one of staff. */
import { confirmEmailChange, requestEmailChange } from '../../lambda/domain/account/change-email.ts';
import type { CurrentSession } from '../../lambda/domain/context.ts';
import { emptyBudget } from '../../lambda/domain/mail/budget.ts';
import { decideMail } from '../../lambda/domain/mail/decide-mail.ts';
import { renderMail } from '../../lambda/domain/mail/render-mail.ts';
import { hashToken } from '../../lambda/domain/mail-token.ts';
import { signIn } from '../../lambda/domain/sign-in.ts';
import { call } from '../support/front-door.ts';
import { createOwnersDoor, type OwnersDoor, PASSWORD } from '../support/owner.ts';

const MALLORY = 'mallory@example.com';
/** By configuration; nobody has registered it. */
const STAFF = 'staff@example.com';

/** A link that the mailer would never have sent: minted before the address was one of staff, or by a mailer that is wrong. */
async function linkTo(door: OwnersDoor, session: CurrentSession, newEmail: string): Promise<string> {
  const changeId = door.account(session).pendingEmail?.changeId ?? '';
  const token = 'a'.repeat(43);
  door.stores.tokens.items.set(hashToken(token), {
    purpose: 'address_change',
    emailKey: await door.keyOf(newEmail),
    accountId: session.accountId,
    changeId,
    expiresAt: door.now() + 60_000,
  });
  return token;
}

describe('an account that is asked to move to an address of staff', () => {
  it('[P27] answers as for any other address, with the same work, and no mail invites the colleague to click', async () => {
    const traces: unknown[] = [];
    for (const newEmail of [STAFF, 'free@example.com']) {
      const door = createOwnersDoor();
      const mallory = await door.owner(MALLORY);
      door.mailbox.length = 0;

      const outcome = await requestEmailChange(door.services, call(), mallory, { newEmail });

      traces.push([outcome, door.mailbox.map(({ kind }) => kind), door.account(mallory).pendingEmail !== undefined]);
      const { content } = door.open(door.mail('address_confirmation', newEmail));
      expect(content).toBe(newEmail === STAFF ? 'nothing' : 'address_confirmation');
    }
    expect(traces[0]).toEqual(traces[1]);
  });

  it('[P27] doesn\u2019t move, even by a right link: the colleague clicks, and I am still nobody', async () => {
    const door = createOwnersDoor();
    const mallory = await door.owner(MALLORY);
    await requestEmailChange(door.services, call(), mallory, { newEmail: STAFF });
    const token = await linkTo(door, mallory, STAFF);

    const outcome = await confirmEmailChange(door.services, call(), { token });

    expect(outcome).toEqual({ kind: 'invalid_token' });
    expect([door.account(mallory).email, await door.openingOf([MALLORY, STAFF])]).toEqual([MALLORY, [MALLORY]]);
    expect(door.stores.credentials.items.has(await door.keyOf(STAFF))).toBe(false);
  });

  it('[P27] leaves the address free for the member of staff to register, whose sessions are then those of staff', async () => {
    const door = createOwnersDoor();
    const mallory = await door.owner(MALLORY);
    await requestEmailChange(door.services, call(), mallory, { newEmail: STAFF });
    await confirmEmailChange(door.services, call(), { token: await linkTo(door, mallory, STAFF) });

    await door.createAccount(STAFF, 'a phrase of my own');
    const own = await signIn(door.services.passwords, call(), { email: STAFF, password: 'a phrase of my own' });
    const other = await signIn(door.services.passwords, call(), { email: MALLORY, password: PASSWORD });

    const opened = [own, other].map((outcome) => outcome.kind === 'signed_in' && outcome.stored.openedAsStaff);
    expect(opened).toEqual([true, undefined]);
  });
});

describe('the mail to a new address', () => {
  it.each(['en', 'it'] as const)(
    'names the account that asks, and nobody else, so that a stranger\u2019s request looks like one: %s',
    async (locale) => {
      const door = createOwnersDoor();
      const odd = "o'malley&sons@example.com";
      const mallory = await door.owner(odd);
      await requestEmailChange(door.services, call(), mallory, { newEmail: 'anna@example.com' });
      const message = door.mail('address_confirmation', 'anna@example.com');
      const taken = { accountId: 'x', locale, credentialVersion: 1 };

      for (const recipient of [undefined, taken]) {
        const decision = message && decideMail(message, recipient, emptyBudget, door.now(), () => false);
        if (!message || decision?.action !== 'send') throw new Error('no mail');
        const { text, html } = renderMail({ mail: decision.mail, message, locale, productName: 'Portiere' });
        expect(text).toContain(odd);
        expect(html).toContain('o&#39;malley&#38;sons@example.com');
        expect(text).not.toMatch(/You asked|Hai chiesto|probably you|probabilmente tu/);
      }
    },
  );
});
