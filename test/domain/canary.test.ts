import { canaryDomain } from '../../contract/canary.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import type { CanaryAccount, CanaryPorts, Sighting, SiteAnswer, SiteRequest } from '../../lambda/domain/canary/ports.ts';
import { runCanary } from '../../lambda/domain/canary/run.ts';
import { followLink } from '../../lambda/domain/canary/set-up.ts';
import { canaryAddress } from '../../lambda/domain/canary/visit.ts';

const password = 'a password of sixty-four characters, made with the deployment';
const seed = 'JBSWY3DPEHPK3PXP';
const cookies = securityPolicy.cookies;
const enrolled: CanaryAccount = {
  password,
  isVerified: true,
  isEnrolled: true,
  totpSecret: seed,
  deviceCookie: 'device-1',
  deviceCookieAt: 1_000_000_000,
};

interface Options {
  readonly account?: CanaryAccount;
  /** Answers with this instead, as long as it gives something; an error is a site that can't be reached. */
  readonly instead?: (path: string, time: number) => Partial<SiteAnswer> | Error | undefined;
  /** Whether the account on the site has a second factor. */
  readonly hasFactor?: boolean;
}

/** The site as far as the canary sees it, and everything that the canary leaves behind. */
function createCanary({ account = { password }, instead = () => undefined, hasFactor = account.isEnrolled ?? false }: Options = {}) {
  let now = 1_000_000_000;
  let kept = account;
  let withFactor = hasFactor;
  const asked: { path: string; request: SiteRequest }[] = [];
  const sightings: Sighting[] = [];
  const notes: string[] = [];
  const written: CanaryAccount[] = [];
  const times = new Map<string, number>();
  const answer = (status: number, json: SiteAnswer['json'] = {}, set: SiteAnswer['cookies'] = []): SiteAnswer => ({
    status,
    json,
    cookies: set,
    contentType: 'application/json',
    text: '',
    requestId: 'request-1',
  });
  const session: SiteAnswer['cookies'] = [
    [cookies.session, 'session-secret'],
    [cookies.device, 'device-1'],
  ];
  const signedIn = () => answer(200, { status: 'signed_in', csrfToken: 'csrf-1' }, session);
  const routes: Record<string, (request: SiteRequest) => SiteAnswer> = {
    '/': () => ({ ...answer(200), contentType: 'text/html; charset=utf-8', text: '<!doctype html><html lang="en">' }),
    '/v1/account/disavow': () => answer(400, { code: 'invalid_token' }),
    '/v1/accounts': () => answer(202),
    '/v1/accounts/verify': () => answer(204, {}, [[cookies.device, 'device-1']]),
    '/v1/sign-in': () => (withFactor ? answer(200, { status: 'second_factor_required', challengeId: 'challenge-1' }) : signedIn()),
    '/v1/sign-in/second-factor': signedIn,
    '/v1/session': () =>
      answer(200, { account: { email: canaryAddress(password), secondFactor: { enabled: withFactor } }, csrfToken: 'csrf-2' }),
    '/v1/session/step-up': () => answer(204, {}, session),
    '/v1/account/totp': () => answer(201, { secret: seed }),
    '/v1/account/totp/confirm': () => {
      withFactor = true;
      return answer(200, {}, session);
    },
    '/v1/sign-out': () => answer(204, {}, [[cookies.session, '']]),
  };
  const ports: CanaryPorts = {
    clock: {
      now: () => now,
      pause: async (milliseconds) => {
        now += milliseconds;
      },
    },
    random: { bytes: (length) => new Uint8Array(length).fill(7) },
    site: {
      ask: async (_, path, request = {}) => {
        asked.push({ path, request });
        const time = (times.get(path) ?? 0) + 1;
        times.set(path, time);
        const other = instead(path, time);
        if (other instanceof Error) throw other;
        const usual = routes[path]?.(request);
        if (usual === undefined) throw new Error(`the canary asked for ${path}`);
        return { ...usual, ...other };
      },
    },
    memory: {
      read: async () => kept,
      write: async (next) => {
        kept = next;
        written.push(next);
      },
    },
    code: async (secret, at) => `${secret === seed ? 'code' : 'wrong'}-${Math.floor(at / 30_000)}`,
    journal: { note: (...note) => void notes.push(JSON.stringify(note)), see: (sighting) => void sightings.push(sighting) },
  };
  const paths = () => asked.map(({ path }) => path);
  return {
    ports,
    asked,
    paths,
    sightings,
    notes,
    written,
    kept: () => kept,
    seen: () => Object.fromEntries(sightings.map(({ component, isFailed }) => [component, isFailed])),
  };
}

const link = (token = 'token-1') => `Open this link:\nhttps://id.example.com/verify#token=${token}\n`;
const unreachable = () => Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } });

describe('a run', () => {
  test('[P01] signs in with a code, reads its session, signs out, and says that each part is well', async () => {
    const canary = createCanary({ account: enrolled });

    await runCanary(canary.ports);

    expect(canary.seen()).toEqual({ pages: false, accounts: false, 'sign-in': false, sessions: false });
    expect(canary.paths().filter((path) => path !== '/' && path !== '/v1/account/disavow')).toEqual([
      '/v1/sign-in',
      '/v1/sign-in/second-factor',
      '/v1/session',
      '/v1/sign-out',
    ]);
    expect(canary.asked.find(({ path }) => path === '/v1/sign-in')?.request.cookies).toEqual([`${cookies.device}=device-1`]);
    expect(canary.asked.at(-1)?.request).toMatchObject({
      csrfToken: 'csrf-2',
      cookies: [`${cookies.device}=device-1`, `${cookies.session}=session-secret`],
    });
    expect(canary.written).toEqual([]);
  });

  test('[P03] a step that fails once is noise: the next try, with the code of the next time step, counts', async () => {
    const canary = createCanary({
      account: enrolled,
      instead: (path, time) => (path === '/v1/session' && time === 1 ? { status: 503 } : undefined),
    });

    await runCanary(canary.ports);

    expect(canary.seen()).toMatchObject({ 'sign-in': false, sessions: false });
    const codes = canary.asked.flatMap(({ request }) => (request.body as { code?: string } | undefined)?.code ?? []);
    expect(new Set(codes).size).toBe(2);
    expect(canary.notes.join()).toContain('canary.stumbled');
    expect(canary.notes.join()).not.toContain('canary.failed');
  });

  test.each([
    ['the store fails', '/v1/sign-in', { status: 503, json: { code: 'unavailable' } }, 'sign-in', 'answered 503 unavailable'],
    [
      'codes are refused',
      '/v1/sign-in/second-factor',
      { status: 401, json: { code: 'invalid_code' } },
      'sign-in',
      'answered 401 invalid_code',
    ],
    ['the second factor is skipped', '/v1/sign-in', { json: { status: 'signed_in' } }, 'sign-in', 'answered 200'],
    ['sessions are somebody else’s', '/v1/session', { json: { account: { email: 'eve@example.com' } } }, 'sessions', 'answered 200'],
    ['pages are empty', '/', { text: '' }, 'pages', 'answered 200'],
    ['links answer for tokens that don’t exist', '/v1/account/disavow', { status: 204 }, 'accounts', 'answered 204'],
    ['nothing answers', '/', unreachable(), 'pages', 'ECONNREFUSED'],
  ] as const)('[P03] when %s twice, that part has failed, and the log says where', async (_, failing, instead, component, reason) => {
    const canary = createCanary({
      account: enrolled,
      instead: (path) => (path === failing ? (instead as Partial<SiteAnswer>) : undefined),
    });

    await runCanary(canary.ports);

    expect(canary.seen()).toMatchObject({ [component]: true });
    expect(canary.sightings.filter(({ isFailed }) => isFailed)).toHaveLength(1);
    expect(canary.notes.at(-1)).toContain(reason);
  });

  test('[P03] what comes after a failure was not seen, and nothing is said of it', async () => {
    const canary = createCanary({ account: enrolled, instead: (path) => (path === '/v1/sign-in' ? { status: 500 } : undefined) });

    await runCanary(canary.ports);

    expect(canary.seen()).toEqual({ pages: false, accounts: false, 'sign-in': true });
  });

  test('a log holds no password, code, token, cookie or seed, whatever fails', async () => {
    for (const failing of ['/', '/v1/sign-in', '/v1/sign-in/second-factor', '/v1/session', '/v1/sign-out']) {
      const canary = createCanary({ account: enrolled, instead: (path) => (path === failing ? { status: 500 } : undefined) });

      await runCanary(canary.ports);

      expect(canary.notes.join()).not.toMatch(/sixty-four|code-|JBSWY|csrf-|session-secret|device-1|challenge-1/);
      expect(canary.notes.length).toBeGreaterThan(0);
    }
  });
});

describe('its account', () => {
  test('[P01] is made as everybody’s is: registered, verified by the mail’s link, enrolled', async () => {
    const canary = createCanary();

    await runCanary(canary.ports);
    await followLink(canary.ports, { to: canaryAddress(password), text: link() });
    await runCanary(canary.ports);

    expect(canary.kept()).toMatchObject({ isVerified: true, isEnrolled: true, totpSecret: seed, deviceCookie: 'device-1' });
    expect(canary.asked.find(({ path }) => path === '/v1/accounts/verify')?.request.body).toEqual({ token: 'token-1', password });
    expect(canary.seen()).toEqual({ pages: false, accounts: false });
  });

  test('is verified even if the answer to that was lost: the mail comes again, and whoever can sign in has followed its link', async () => {
    const canary = createCanary({
      instead: (path, time) =>
        path === '/v1/accounts/verify' ? (time === 1 ? unreachable() : { status: 400, json: { code: 'invalid_token' } }) : undefined,
    });
    const mail = { to: canaryAddress(password), text: link() };

    await expect(followLink(canary.ports, mail)).rejects.toThrow('ECONNREFUSED');
    await followLink(canary.ports, mail);

    expect(canary.kept()).toMatchObject({ password, isVerified: true, deviceCookie: 'device-1' });
  });

  test('is not taken for verified by a link that is too old, while nobody can sign in', async () => {
    const canary = createCanary({
      instead: (path) => {
        if (path === '/v1/accounts/verify') return { status: 400, json: { code: 'invalid_token' } };
        return path === '/v1/sign-in' ? { status: 401, json: { code: 'invalid_credentials' } } : undefined;
      },
    });

    await followLink(canary.ports, { to: canaryAddress(password), text: link() });

    expect(canary.written).toEqual([]);
  });

  test('is found verified when a mail that should have come long ago was followed, and nobody noted it', async () => {
    const canary = createCanary({ account: { password, registeredAt: 1 } });

    await runCanary(canary.ports);
    const verified = canary.kept();
    await runCanary(canary.ports);

    expect(verified).toMatchObject({ isVerified: true });
    expect(canary.kept()).toMatchObject({ isEnrolled: true });
    expect(canary.paths()).not.toContain('/v1/accounts');
  });

  test('keeps what the mail’s function wrote while the answer to the registration was on its way', async () => {
    const canary = createCanary();
    const { ask } = canary.ports.site;
    const mail = { to: canaryAddress(password), text: link() };
    const quickMail: CanaryPorts['site']['ask'] = async (method, path, request) => {
      const answer = await ask(method, path, request);
      if (path === '/v1/accounts') await followLink(canary.ports, mail);
      return answer;
    };

    await runCanary({ ...canary.ports, site: { ask: quickMail } });

    expect(canary.kept()).toMatchObject({ isVerified: true });
  });

  test('is not asked for while the site is not there, and at once when it is', async () => {
    let isThere = false;
    const canary = createCanary({ instead: () => (isThere ? undefined : unreachable()) });

    await runCanary(canary.ports);
    const before = canary.written.length;
    isThere = true;
    await runCanary(canary.ports);

    expect(before).toBe(0);
    expect(canary.paths().filter((path) => path === '/v1/accounts')).toHaveLength(1);
  });

  test.each([
    ['has a factor of another secret', { totpSecret: 'MFRGGZDFMZTWQ2LK' }, { status: 401, json: { code: 'invalid_code' } }],
    ['has a factor whose secret was never kept', {}, {}],
  ] as const)('is left for a new one when it %s', async (_, known, answered) => {
    const canary = createCanary({
      account: { password, isVerified: true, registeredAt: 1, ...known },
      hasFactor: true,
      instead: (path) => (path === '/v1/sign-in/second-factor' ? answered : undefined),
    });

    await runCanary(canary.ports);
    const fresh = canary.kept();
    await runCanary(canary.ports);

    expect(fresh.password).not.toBe(password);
    expect(fresh.password.length).toBeGreaterThanOrEqual(64);
    expect(fresh).toEqual({ password: fresh.password });
    expect(canary.asked.find(({ path }) => path === '/v1/accounts')?.request.body).toEqual({
      email: canaryAddress(fresh.password),
      password: fresh.password,
    });
  });

  test('is left for a new one, too, when it was not even noted that it is verified', async () => {
    const canary = createCanary({ account: { password, registeredAt: 1 }, hasFactor: true });

    await runCanary(canary.ports);
    const found = canary.kept();
    await runCanary(canary.ports);

    expect(found).toMatchObject({ password, isVerified: true });
    expect(canary.kept().password).not.toBe(password);
    expect(canary.paths()).not.toContain('/v1/accounts');
  });

  test.each([
    ['the store fails', { status: 503, json: { code: 'unavailable' } }],
    ['the account is locked', { status: 429, json: { code: 'account_locked' } }],
  ] as const)('is kept while %s', async (_, answered) => {
    const canary = createCanary({
      account: { password, isVerified: true, totpSecret: seed },
      hasFactor: true,
      instead: (path) => (path === '/v1/sign-in/second-factor' ? answered : undefined),
    });

    await runCanary(canary.ports);

    expect(canary.written).toEqual([]);
    expect(canary.notes.join()).toContain('canary.set_up_failed');
  });

  test('is asked for once, and again only when the mail should have come long ago', async () => {
    let isRegistered = true;
    const canary = createCanary({
      instead: (path) => (path === '/v1/sign-in' && !isRegistered ? { status: 401, json: { code: 'invalid_credentials' } } : undefined),
    });
    const registrations = () => canary.paths().filter((path) => path === '/v1/accounts').length;

    await runCanary(canary.ports);
    await runCanary(canary.ports);
    const soon = registrations();
    await canary.ports.clock.pause(securityPolicy.canary.registerAgainSeconds * 1000);
    isRegistered = false;
    await runCanary(canary.ports);

    expect([soon, registrations()]).toEqual([1, 2]);
  });

  test('has its seed remembered before it is confirmed, and goes on after a crash between the two', async () => {
    const canary = createCanary({ account: { password, isVerified: true, totpSecret: seed }, hasFactor: true });

    await runCanary(canary.ports);

    expect(canary.kept()).toMatchObject({ isEnrolled: true, totpSecret: seed });
    expect(canary.paths()).not.toContain('/v1/account/totp');
    const fresh = createCanary({
      account: { password, isVerified: true },
      instead: (path) => (path.endsWith('/confirm') ? unreachable() : undefined),
    });
    await runCanary(fresh.ports);
    expect(fresh.kept()).toMatchObject({ totpSecret: seed });
    expect(fresh.kept().isEnrolled).toBeUndefined();
  });

  test.each([
    ['a mail to another name of the domain', `canary-0@${canaryDomain}`, link()],
    ['a mail without the link of a verification', canaryAddress(password), 'https://id.example.com/disavow#token=token-1'],
  ])('takes nothing from %s', async (_, to, text) => {
    const canary = createCanary({ account: { password, registeredAt: 1 } });

    await followLink(canary.ports, { to, text });

    expect(canary.asked).toEqual([]);
    expect(canary.written).toEqual([]);
  });

  test('is not the one that a stranger registered under its name: that link wants the stranger’s password', async () => {
    const refused = { status: 401, json: { code: 'invalid_credentials' } };
    const canary = createCanary({ instead: (path) => (path === '/v1/accounts/verify' ? refused : undefined) });

    await followLink(canary.ports, { to: canaryAddress(password), text: link() });

    expect(canary.kept().isVerified).toBeUndefined();
  });

  test('a mail that comes while the site is down is kept for later', async () => {
    const canary = createCanary({ instead: (path) => (path === '/v1/accounts/verify' ? { status: 503 } : undefined) });

    await expect(followLink(canary.ports, { to: canaryAddress(password), text: link() })).rejects.toThrow('answered 503');
  });

  test('has an address that nobody can guess, in a domain that no mail reaches', () => {
    expect(canaryAddress(password)).toMatch(/^canary-[0-9a-f]{20}@canary\.invalid$/);
    expect(canaryAddress(password)).not.toBe(canaryAddress(`${password}.`));
  });
});
