import { routes } from '../../contract/routes.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { createBudgets } from '../../lambda/domain/budgets.ts';
import { Unavailable } from '../../lambda/domain/ports.ts';
import { signIn } from '../../lambda/domain/sign-in.ts';
import { createApi } from '../support/api.ts';
import { call, createFrontDoor } from '../support/front-door.ts';

const { budgets: policy } = securityPolicy;
const EMAIL = 'anna@example.com';
const PASSWORD = 'correct horse battery';

const from = (address: string) => call({ viewer: { address, userAgent: '' } });
const count = <T>(items: readonly T[], item: T) => items.filter((each) => each === item).length;

describe('guesses from one address', () => {
  it('[P16] get exactly their number of verdicts, at however many accounts and however parallel; another address is served', async () => {
    const door = createFrontDoor();
    const { limit } = policy.guesses;

    const outcomes = await Promise.all(
      Array.from({ length: limit + 60 }, (_, index) =>
        signIn(door.services, from('203.0.113.7'), { email: `person.${index}@example.com`, password: 'wrong' }),
      ),
    );
    const other = await signIn(door.services, from('203.0.113.8'), { email: EMAIL, password: 'wrong' });

    const kinds = outcomes.map(({ kind }) => kind);
    expect([count(kinds, 'invalid_credentials'), count(kinds, 'rate_limited'), door.verdicts.count]).toEqual([limit, 60, limit + 1]);
    expect(other.kind).toBe('invalid_credentials');
    expect(count(door.metrics, 'Budgets/Exceeded')).toBe(60);
  });

  it('[P16] are refused with a right password too, and say when to come back; then they are served again', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    for (let index = 0; index < policy.guesses.limit; index++) await door.services.budgets.spend('guesses', { address: '203.0.113.7' });

    const refused = await signIn(door.services, from('203.0.113.7'), { email: EMAIL, password: PASSWORD });
    const unknown = await signIn(door.services, from('203.0.113.7'), { email: 'nobody@example.com', password: PASSWORD });
    door.advance(policy.guesses.windowSeconds);
    const later = await signIn(door.services, from('203.0.113.7'), { email: EMAIL, password: PASSWORD });

    expect(refused).toEqual({ kind: 'rate_limited', retryAfterSeconds: expect.any(Number) });
    expect(unknown).toEqual(refused);
    expect(later.kind).toBe('signed_in');
  });

  it('[P16] that are refused cost the account nothing: its own budget is as it was', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    for (let index = 0; index < policy.guesses.limit; index++) await door.services.budgets.spend('guesses', { address: '203.0.113.7' });
    // Instances that have not heard of it yet ask the store.
    const fresh = () => ({ ...door.services, budgets: createBudgets({ clock: door.services.clock, store: door.budgetStore }) });

    for (let guess = 0; guess < 12; guess++) await signIn(fresh(), from('203.0.113.7'), { email: EMAIL, password: 'wrong' });
    const owner = await signIn(door.services, from('203.0.113.8'), { email: EMAIL, password: PASSWORD });

    expect(owner.kind).toBe('signed_in');
    expect(door.metrics).not.toContain('Accounts/Locked');
  });

  it('[P16] of a whole office spend nothing where its browsers have signed in before', async () => {
    const door = createFrontDoor();
    const deviceCookie = await door.createAccount(EMAIL, PASSWORD);
    for (let index = 0; index < policy.guesses.limit; index++) await door.services.budgets.spend('guesses', { address: '203.0.113.7' });

    const known = await signIn(door.services, call({ viewer: { address: '203.0.113.7', userAgent: '' }, deviceCookie }), {
      email: EMAIL,
      password: PASSWORD,
    });

    expect(known.kind).toBe('signed_in');
  });

  it('[P16] are refused when the store fails, and the attempt is given back', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const failing = { take: async () => Promise.reject(new Unavailable('store')) };
    const services = { ...door.services, budgets: createBudgets({ clock: door.services.clock, store: failing }) };

    await expect(signIn(services, from('203.0.113.7'), { email: EMAIL, password: PASSWORD })).rejects.toThrow('store is unavailable');
    expect([...door.stores.attempts.items.values()].map(({ pending, taken }) => [pending, taken])).toEqual([[0, 0]]);
  });
});

describe('an address', () => {
  it.each([
    ['of IPv6 is the network of one customer', '2001:db8:1:2::7', '2001:db8:1:2:ffff::9', '2001:db8:1:3::7'],
    ['of IPv4 is the same when it is written as IPv6', '203.0.113.7', '::ffff:203.0.113.7', '203.0.113.8'],
    ['that is none shares one budget instead of having none', 'unknown', '', '203.0.113.7'],
  ])('[P16] %s', async (_, one, same, another) => {
    const { services } = createFrontDoor();
    for (let index = 0; index < policy.resets.limit; index++) await services.budgets.spend('resets', { address: one });

    expect(await services.budgets.spend('resets', { address: same })).toBeDefined();
    expect(await services.budgets.spend('resets', { address: another })).toBeUndefined();
  });

  it('[P16] has a budget for each thing, and a flood behind an empty one writes no more', async () => {
    const { services, budgetStore } = createFrontDoor();
    for (let index = 0; index < 1000; index++) await services.budgets.spend('resets', { address: '203.0.113.7' });

    expect(budgetStore.writes).toBe(policy.resets.limit + 1);
    expect(await services.budgets.spend('registrations', { address: '203.0.113.7' })).toBeUndefined();
  });
});

describe('routes with a budget', () => {
  const budgeted = Object.values(routes).flatMap((route) => ('budget' in route ? [[`${route.method} ${route.path}`, route] as const] : []));
  const bodies: Readonly<Record<string, unknown>> = {
    'POST /v1/accounts': { email: EMAIL, password: PASSWORD },
    'POST /v1/accounts/verify': { token: 'x'.repeat(43) },
    'POST /v1/sign-in/passkey/options': {},
    'POST /v1/password-reset': { email: EMAIL },
    'POST /v1/password-reset/confirm': { token: 'x'.repeat(43), newPassword: PASSWORD },
    'POST /v1/session/step-up': { password: PASSWORD },
    'POST /v1/session/step-up/passkey/options': undefined,
    'POST /v1/account/disavow': { token: 'x'.repeat(43) },
    'POST /v1/account/email/confirm': { token: 'x'.repeat(43) },
    'POST /v1/account/email/undo': { token: 'x'.repeat(43) },
    'GET /v1/account/export': undefined,
    'POST /v1/account/keep': { token: 'x'.repeat(43) },
    'POST /v1/reports': { title: 'A title', asset: 'The API', steps: 'One', impact: 'Some' },
    'GET /v1/reports/{trackingToken}': undefined,
    'POST /v1/reports/{trackingToken}/messages': { text: 'More' },
    // As forms.
    'POST /v1/status/subscribe': `email=${encodeURIComponent(EMAIL)}&components%5B%5D=mail&locale=en`,
    'POST /v1/status/subscription/confirm': `token=${'x'.repeat(43)}`,
    'POST /v1/status/subscription/manage': `token=${'x'.repeat(32)}.${'x'.repeat(43)}&components%5B%5D=mail&locale=en`,
  };

  it('[P16] are these', () => {
    expect(budgeted.map(([name]) => name).sort()).toEqual(Object.keys(bodies).sort());
  });

  it.each(budgeted)('[P16] %s lets exactly its number through of one caller, whatever forwarding headers it sends', async (name, route) => {
    const api = createApi();
    const { limit, per } = policy[route.budget];
    const session = (email: string) => (per === 'account' ? api.session(email, 'stepUp' in route) : undefined);
    const [one, another] = [await session(EMAIL), await session('bert@example.com')];
    const send = (session: typeof one, address: string, forged: number) =>
      api.send(name, {
        ...(bodies[name] === undefined ? {} : typeof bodies[name] === 'string' ? { rawBody: bodies[name] } : { body: bodies[name] }),
        ...(session && { cookies: [session.cookie] }),
        headers: {
          'x-forwarded-for': `192.0.2.${forged % 250}`,
          forwarded: `for=192.0.2.${forged % 250}`,
          'cloudfront-viewer-address': `${address}:${40_000 + forged}`,
          ...(session && { 'x-csrf-token': session.csrf }),
          ...(typeof bodies[name] === 'string' && { 'content-type': 'application/x-www-form-urlencoded' }),
        },
      });

    const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => send(one, '203.0.113.7', index)));
    const other = await send(another, '203.0.113.8', 1);

    const refused = answers.filter(({ statusCode }) => statusCode === 429);
    expect([answers.length - refused.length, other.statusCode]).toEqual([limit, 200]);
    expect(new Set(refused.map(({ json }) => json.code))).toEqual(new Set(limit < 200 ? ['rate_limited'] : []));
    for (const { headers, json } of refused) expect(Number(headers?.['Retry-After'])).toBe(json.retryAfter);
  });

  it('[P16] answer 503 when the store fails', async () => {
    const failing = { take: async () => Promise.reject(new Unavailable('store')) };
    const api = createApi();
    const broken = createApi({ budgets: createBudgets({ clock: api.door.services.clock, store: failing }) });

    const answer = await broken.send('POST /v1/password-reset', { body: { email: EMAIL } });

    expect([answer.statusCode, answer.json.code, broken.seen]).toEqual([503, 'unavailable', []]);
  });
});
