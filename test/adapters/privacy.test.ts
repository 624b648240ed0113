/**
 * The whole story of a marked person over real tables, and then a look into every one of them: where they are found must stand in
 * `contract/personal-data.ts`, by table and attribute; an export must have it; and after an erasure only what that says is left.
 */
import { type AttributeValue, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { personalData } from '../../contract/personal-data.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { type TableId, tables } from '../../contract/tables.ts';
import { DynamoAnnouncementStore } from '../../lambda/adapters/dynamo-announcement-store.ts';
import { DynamoBudgetStore } from '../../lambda/adapters/dynamo-budget-store.ts';
import { DynamoErasableAccounts, DynamoErasureStore } from '../../lambda/adapters/dynamo-erasure-store.ts';
import { DynamoMailBudgetStore } from '../../lambda/adapters/dynamo-mail-budget-store.ts';
import { DynamoMailTokenStore } from '../../lambda/adapters/dynamo-mail-token-store.ts';
import { DynamoPersonalHistory } from '../../lambda/adapters/dynamo-personal-history.ts';
import { DynamoRecipientDirectory } from '../../lambda/adapters/dynamo-recipient-directory.ts';
import { DynamoSubscriptionStore } from '../../lambda/adapters/dynamo-subscription-store.ts';
import { requestEmailChange } from '../../lambda/domain/account/change-email.ts';
import { createBudgets } from '../../lambda/domain/budgets.ts';
import { requestPasswordReset } from '../../lambda/domain/password-reset.ts';
import { handOutOwn } from '../../lambda/domain/privacy/ask.ts';
import { requestErasure, runErasures } from '../../lambda/domain/privacy/erase.ts';
import type { PrivacyServices } from '../../lambda/domain/privacy/ports.ts';
import { register, verifyAddress } from '../../lambda/domain/registration.ts';
import { signIn } from '../../lambda/domain/sign-in.ts';
import { confirmSubscription, requestSubscription } from '../../lambda/domain/subscriptions/subscribe.ts';
import { startTables, type TestTables } from '../support/dynalite.ts';
import { call as anyCall, createFrontDoor } from '../support/front-door.ts';
import { MailWorld } from '../support/mail-world.ts';
import { moverOver } from '../support/owner.ts';
import { current } from '../support/people.ts';

jest.setTimeout(600_000);
const PASSWORD = 'correct horse battery';
const marks = {
  email: 'marked.person@example.com',
  next: 'marked.next@example.com',
  browser: 'MarkedBrowser/1.0',
  address: '198.51.100.77',
};
const call = anyCall({ viewer: { address: marks.address, userAgent: marks.browser } });

let store: TestTables;
let raw: DynamoDBClient;
beforeAll(async () => {
  store = await startTables();
  raw = new DynamoDBClient({
    endpoint: store.endpoint,
    region: 'eu-south-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
});
afterAll(async () => {
  raw.destroy();
  await store.stop();
});

interface Found {
  readonly table: TableId;
  readonly attribute: string;
}

/** Where any of these texts stands, by table and top attribute. */
async function find(texts: readonly string[]): Promise<Found[]> {
  const found = new Map<string, Found>();
  for (const table of Object.keys(tables) as TableId[]) {
    const { Items = [] } = await raw.send(new ScanCommand({ TableName: store.name(table), ConsistentRead: true }));
    for (const item of Items as Record<string, AttributeValue>[]) {
      for (const [attribute, value] of Object.entries(item)) {
        const text = JSON.stringify(value);
        if (texts.some((each) => text.includes(each))) found.set(`${table}.${attribute}`, { table, attribute });
      }
    }
  }
  return [...found.values()];
}

function createWorld() {
  const { client, name, stores, addresses } = store;
  const door = createFrontDoor({
    ...stores,
    budgets: createBudgets({
      clock: { now: () => door.now(), pause: async () => undefined },
      store: new DynamoBudgetStore(client, name('rate-limits')),
    }),
  });
  const subscriptions = new DynamoSubscriptionStore(client, name('status-subscriptions'));
  const privacy: PrivacyServices = {
    ...door.services,
    erasable: new DynamoErasableAccounts(client, name('accounts')),
    erasures: new DynamoErasureStore(client, name('erasures')),
    history: new DynamoPersonalHistory(client, name('events')),
    seeds: stores.seeds,
    subscriptions,
    credentials: moverOver(door.services),
    directory: {
      find: async (emailKey) => (await stores.credentials.read(emailKey))?.accountId,
      setStatus: (accountId, emailKey, status) => stores.credentials.setStatus(accountId, emailKey, status),
    },
    journal: { note: () => undefined },
  };
  const mailer = new MailWorld();
  return {
    ...door,
    privacy,
    subscriptions,
    addresses,
    /** The mailer works through what it was asked for. @returns the tokens in its links, by the page that they lead to */
    async mailAll(): Promise<Record<string, string>> {
      mailer.now = door.now();
      const links: Record<string, string> = {};
      for (const message of door.mailbox.splice(0)) {
        const seen = mailer.outbox.length;
        await mailer.deliver(message, 1, {
          directory: new DynamoRecipientDirectory(client, name('credentials')),
          budgets: new DynamoMailBudgetStore(client, name('mail-budgets')),
          tokens: new DynamoMailTokenStore(client, name('tokens')),
        });
        for (const { text } of mailer.outbox.slice(seen)) {
          for (const [, page = '', token = ''] of text.matchAll(/example\.com(\/[\w/-]*)[#?]token=([\w-]+)/g)) links[page] = token;
        }
      }
      return links;
    },
  };
}

test('[P10] a marked person is found only where the document says so, an export has what is theirs, and an erasure leaves only what it names', async () => {
  const world = createWorld();
  const { services, privacy } = world;
  // The story: a registration, sessions, wrong passwords, a seed, a change of address that waits, a reset, a subscription, staff at work.
  await register(services, call, { email: marks.email, password: PASSWORD });
  const { '/verify': token = '' } = await world.mailAll();
  const waiting = await find([marks.email]);
  await verifyAddress(services, call, { token });
  await signIn(services, call, { email: marks.email, password: 'a wrong one' });
  const signedIn = await signIn(services, call, { email: marks.email, password: PASSWORD });
  if (signedIn.kind !== 'signed_in') throw new Error(signedIn.kind);
  const session = current(signedIn);
  const { accountId, emailKey } = session;
  await services.budgets.spend('step-ups', { address: marks.address, accountId });
  await store.stores.seeds.put(accountId, { seedId: 'seed-1', sealed: new Uint8Array([1, 2]) }, world.now() + 600_000);
  const owner = { ...services, addresses: world.addresses, credentials: moverOver(services), tokens: services.tokens };
  await requestEmailChange(owner, call, session, { newEmail: marks.next });
  await requestPasswordReset(services, call, { email: marks.email });
  await world.mailAll();
  // Past the hour in which an address gets three mails.
  world.advance(3601);
  await requestSubscription(services, call, { email: marks.email, components: ['mail'], locale: 'en' });
  const links = await world.mailAll();
  const subscribed = await confirmSubscription(
    { ...services, subscriptions: world.subscriptions },
    { token: links['/v1/status/subscription/confirm'] ?? '' },
  );
  if (subscribed.kind === 'confirmed') {
    const marked = new DynamoAnnouncementStore(store.client, store.name('announcements'));
    await marked.take('batch-1', subscribed.subscription.subscriptionId, world.now(), world.now());
  }
  await services.events.append({
    subject: 'staff-account',
    type: 'staff.acted',
    act: 'account.viewed',
    target: accountId,
    actor: 'staff-account',
    reason: 'A call',
    at: world.now(),
    address: '',
    userAgent: '',
    requestId: 'r',
  });
  const subscriptionId = subscribed.kind === 'confirmed' ? subscribed.subscription.subscriptionId : 'missing';
  const texts = [...Object.values(marks), accountId, emailKey, subscriptionId];

  const present = await find(texts);
  const exported = await handOutOwn(privacy, call, session);
  await requestErasure(privacy, call, accountId);
  const asked = await find(texts);
  world.advance(securityPolicy.privacy.graceSeconds);
  await runErasures(privacy);
  const left = await find(texts);

  // Each place is one that the document names.
  const unnamed = [...waiting, ...present, ...asked].filter(({ table, attribute }) => {
    const row = personalData[table];
    return row === 'nobody' || !row.attributes.includes(attribute);
  });
  expect(unnamed).toEqual([]);
  // And the story reaches every table that may hold somebody, but for those that another function fills from the events, or from strangers.
  const reached = new Set([...waiting, ...present, ...asked].map(({ table }) => table));
  const holding = (Object.keys(personalData) as TableId[]).filter((id) => personalData[id] !== 'nobody');
  expect(holding.filter((id) => !reached.has(id))).toEqual(['audit-trail', 'vulnerability-reports']);
  for (const mark of Object.values(marks)) expect(JSON.stringify(exported)).toContain(mark);
  expect(exported.statusSubscriptions).toHaveLength(1);
  // Nothing is left in a table whose row says that it is deleted.
  const undeleted = left.filter(({ table }) => {
    const row = personalData[table];
    return row === 'nobody' || row.erasure === 'deleted';
  });
  expect(undeleted).toEqual([]);
  // Of the history: what staff did, and that an account of this id was erased. No address, no network, no browser.
  expect((await find(Object.values(marks))).filter(({ table }) => table === 'events')).toEqual([]);
  expect(left.filter(({ table }) => table === 'events').map(({ attribute }) => attribute)).toEqual(['target']);
  const again = await register(services, call, { email: marks.email, password: PASSWORD });
  expect(again.kind).toBe('accepted');
  expect(await world.mailAll()).toHaveProperty(['/verify']);
});

test('[P10] what the document says can be read: every table has its row, and every row its words', () => {
  for (const row of Object.values(personalData)) {
    if (row === 'nobody') continue;
    for (const text of [row.holds, row.kept, row.why, row.afterErasure, ...(row.exported === true ? [] : [row.exported])])
      expect(text.length).toBeGreaterThan(4);
  }
});
