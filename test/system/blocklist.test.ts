/** What runs by itself, from outside: blocked addresses (several viewers, an operator's command, a source that fails) and pages. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetIPSetCommand, UpdateIPSetCommand, WAFV2Client } from '@aws-sdk/client-wafv2';
import { alarms } from '../../contract/alarms.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { System, Viewer } from '../support/system.ts';

const { sprayedAccounts } = securityPolicy.blocklist.automatic;
/** Not side by side: neighbours are merged into one, and a list cut to a fifth would be one cut to a half. */
const listed = Array.from({ length: 10 }, (_, index) => `127.66.${2 * index + 1}.0/24`);

let source: Server;
let document: { status: number; body: string };
let system: System;
/** What the dead-man's switch heard. */
let beats = 0;
const viewers = new Map<string, Viewer>();

const drop = (cidrs: readonly string[]) => ({
  status: 200,
  body: [
    ...cidrs.map((cidr) => JSON.stringify({ cidr, sblid: 'SBL1', rir: 'ripencc' })),
    JSON.stringify({ type: 'metadata', records: cidrs.length }),
    '',
  ].join('\n'),
});

beforeAll(async () => {
  document = drop(listed);
  source = createServer((request, response) => {
    if (request.url === '/beat') beats += 1;
    response.writeHead(request.url === '/beat' ? 200 : document.status).end(request.url === '/beat' ? 'OK' : document.body);
  });
  await new Promise<void>((resolve) => source.listen(0, '127.0.0.1', resolve));
  system = await System.start(undefined, {
    CDK_CONTEXT_JSON: JSON.stringify({ config: 'test/support/blocklist.config.ts' }),
    TEST_SWITCH_URL: `http://127.0.0.1:${(source.address() as AddressInfo).port}/beat`,
    TEST_FEED_URL: `http://127.0.0.1:${(source.address() as AddressInfo).port}/drop.json`,
  });
}, 600_000);

afterAll(async () => {
  for (const viewer of viewers.values()) viewer.close();
  source.close();
  await system.remove();
});

function from(address: string): Viewer {
  const viewer = viewers.get(address) ?? new Viewer(system, address);
  viewers.set(address, viewer);
  return viewer;
}

const statusFrom = async (address: string) => (await from(address).send('GET /v1/health')).status;

/** Behind a queue or the clock nothing has a moment of its own. */
function awaitStatus(address: string, status: number): Promise<number> {
  return system.until(async () => ((await statusFrom(address)) === status ? status : undefined), `${status} for ${address}`);
}

const ops = (...parameters: string[]) => system.ops(...parameters);

/** Where the function's clock strikes. */
const fiveMinutes = () => system.advance(securityPolicy.blocklist.runEverySeconds);

describe('a block by hand', () => {
  it('[P15] refuses one viewer with the problem document while another is served, and ends by the clock', async () => {
    const answer = await ops('ip', 'block', '127.70.0.0/16', '--for', '1h', '--reason', 'scanner');
    await awaitStatus('127.70.3.4', 403);
    const refused = await from('127.70.3.4').send('GET /v1/health');
    const other = await statusFrom('127.71.3.4');
    const listedByOps = await ops('ip', 'list', '--json');
    await system.advance(3600);
    const later = await awaitStatus('127.70.3.4', 200);

    expect(answer).toMatchObject({ code: 0, stdout: expect.stringMatching(/^127\.70\.0\.0\/16 is blocked until /) });
    expect(refused.json).toMatchObject({ code: 'blocked', status: 403 });
    expect(refused.headers['strict-transport-security']).toBeDefined();
    expect([other, later]).toEqual([200, 200]);
    expect(JSON.parse(listedByOps.stdout).blocks).toEqual([expect.objectContaining({ cidr: '127.70.0.0/16', reason: 'scanner' })]);
  });

  it('[P15] is ended by an unblock', async () => {
    await ops('ip', 'block', '127.72.0.1', '--reason', 'scanner');
    await awaitStatus('127.72.0.1', 403);

    await ops('ip', 'unblock', '127.72.0.0/16', '--reason', 'a customer');

    expect(await awaitStatus('127.72.0.1', 200)).toBe(200);
  });

  it.each([
    ['10.0.0.0/8', /reserved/],
    ['127.77.0.9', /allow-list/],
    ['0.0.0.0/0', /wider than/],
    ['example.com', /neither an address/],
  ])('[P15] of %s is refused in one sentence', async (cidr, sentence) => {
    const answer = await ops('ip', 'block', cidr, '--reason', 'a test');

    expect(answer).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(sentence) });
  });
});

describe('a feed', () => {
  it('[P15] blocks what it lists, and a source that fails afterwards unblocks nothing', async () => {
    await fiveMinutes();
    await awaitStatus('127.66.3.4', 403);

    for (const failure of [{ status: 503, body: '' }, { status: 200, body: '<html>maintenance</html>' }, drop(listed.slice(0, 2))]) {
      document = failure;
      await system.advance(3600);
      await fiveMinutes();
      expect(await statusFrom('127.66.3.4')).toBe(403);
    }
    document = drop([...listed.slice(0, 6), '127.67.0.0/16']);
    await system.advance(3600);

    expect(await awaitStatus('127.67.0.1', 403)).toBe(403);
    expect(await awaitStatus('127.66.19.1', 200)).toBe(200);
  }, 600_000);
});

describe('an address that sprays passwords', () => {
  it('[P15] is blocked by itself, while another is served, and only for a while', async () => {
    const sprayer = from('127.80.0.1');
    for (let index = 0; index < sprayedAccounts; index++) await sprayer.signIn(`sprayed.${index}@example.com`, 'Summer2026!');

    await awaitStatus('127.80.0.1', 403);
    const other = await statusFrom('127.80.0.2');
    await system.advance(securityPolicy.blocklist.automatic.seconds.sprayed_passwords);

    expect(other).toBe(200);
    expect(await awaitStatus('127.80.0.1', 200)).toBe(200);
  }, 600_000);
});

/** The one member of staff of the local configuration, with two-step verification on, signed in and stepped up. */
async function enrolStaff(): Promise<Viewer> {
  const [email, password] = ['staff@example.com', 'correct horse battery'];
  const staff = from('127.82.0.1');
  await staff.register(email, password);
  await staff.signIn(email, password);
  await staff.send('POST /v1/session/step-up', { body: { password } });
  await staff.send('GET /v1/session');
  const { json } = await staff.send('POST /v1/account/totp');
  await staff.send('POST /v1/account/totp/confirm', { body: { code: await system.nextCode(json.secret) } });
  await staff.send('POST /v1/session/step-up', { body: { password, code: await system.nextCode(json.secret) } });
  await staff.send('GET /v1/session');
  return staff;
}

describe('staff', () => {
  it('[P15] [P27] block an address by the API, see who did it and why, and it ends by the clock', async () => {
    const staff = await enrolStaff();
    const until = new Date(Date.parse((await system.readConsole<{ now: string }>('/api/clock')).now) + 1800_000).toISOString();
    const block = (cidr: string, more = {}) =>
      staff.send('POST /v1/admin/ip-blocks', { body: { cidr, reason: 'scans our sign-in', ...more } });

    const asked = await block('::ffff:127.83.0.1', { until });
    await awaitStatus('127.83.0.1', 403);
    const other = await statusFrom('127.83.0.2');
    const { json: list } = await staff.send('GET /v1/admin/ip-blocks');
    const refused = [await block('127.77.0.9'), await block('0.0.0.0/0'), await block('127.83.0.2', { until: '2026-01-01T00:00:00Z' })];
    const own = await block('127.82.0.0/16');
    await system.advance(1800);

    expect([asked.status, asked.json]).toEqual([202, { cidr: '127.83.0.1/32', until }]);
    expect(other).toBe(200);
    expect(list.blocks).toContainEqual(expect.objectContaining({ cidr: '127.83.0.1/32', reason: 'scans our sign-in', until }));
    expect(list.history[0]).toMatchObject({ type: 'ip_block.added', cidr: '127.83.0.1/32' });
    expect(refused.map(({ json }) => [json.code, json.errors[0].path])).toEqual([
      ['invalid_request', 'cidr'],
      ['invalid_request', 'cidr'],
      ['invalid_request', 'until'],
    ]);
    expect(own.json).toMatchObject({ code: 'conflict', detail: expect.stringContaining('shut yourself out') });
    expect(await awaitStatus('127.83.0.1', 200)).toBe(200);
  }, 600_000);
});

describe('floods', () => {
  it('[P16] [P03] from one address are refused while others are served, and ring on the phone of whoever watches the edge', async () => {
    const { credentials } = securityPolicy.edgeRates;
    const flood = (address: string, requests: number) =>
      Promise.all(Array.from({ length: requests }, async () => (await from(address).send('GET /v1/sign-in')).status));

    const loud = await flood('127.84.0.1', credentials + alarms['Edge/RateLimitSurge'].threshold);
    const quiet = await flood('127.84.0.2', credentials);
    await system.advance(alarms['Edge/RateLimitSurge'].periodSeconds + 60);

    expect(loud.filter((status) => status === 429)).toHaveLength(alarms['Edge/RateLimitSurge'].threshold);
    expect(quiet).not.toContain(429);
    const ringing = await system.until(async () => {
      const pages = JSON.stringify(await system.readConsole('/api/pages'));
      return pages.includes('portiere-Edge-RateLimitSurge-credentials') ? true : undefined;
    }, 'the alarm on the rate rule');
    expect(ringing).toBe(true);
  }, 600_000);
});

describe('a trap', () => {
  it('[P15] has whoever asks for it blocked for minutes: another viewer not, nor a browser that a page made to ask, nor the allow-list', async () => {
    const traps = [await from('127.81.0.1').send('GET /.env'), await from('127.77.0.9').send('GET /wp-login.php')];
    const browser = await from('127.81.0.3').send('GET /.git/config', { headers: { 'Sec-Fetch-Site': 'cross-site' } });
    await awaitStatus('127.81.0.1', 403);
    const others = [await statusFrom('127.81.0.2'), await statusFrom('127.81.0.3'), await statusFrom('127.77.0.9')];
    await system.advance(securityPolicy.blocklist.automatic.seconds.honeypot);

    expect([...traps, browser].map(({ status }) => status)).toEqual([404, 404, 404]);
    expect(others).toEqual([200, 200, 200]);
    expect(await awaitStatus('127.81.0.1', 200)).toBe(200);
  });

  it('[P19] a viewer who writes the header of the web ACL is overwritten', async () => {
    await from('127.81.0.4').send('GET /v1/health', { headers: { 'X-Amzn-Waf-Address-Kind': 'hosting' } });

    const decisions = await system.readConsole<{ viewer: string; rule: string; action: string }[]>('/api/waf');
    expect(decisions).toContainEqual(expect.objectContaining({ viewer: '127.81.0.4', rule: 'label-forged', action: 'COUNT' }));
  });
});

describe('an edit past the function', () => {
  it('[P15] is put right when the clock strikes, and rings', async () => {
    const { endpoint, credentials, resources } = await system.readConsole<{
      endpoint: string;
      credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string };
      resources: { logicalId: string; ref: string }[];
    }>('/api/operator');
    const waf = new WAFV2Client({ endpoint, credentials, region: 'us-east-1', maxAttempts: 10 });
    const [Name, Id] = resources.find(({ logicalId }) => logicalId === 'BlockedV4')?.ref.split('|') ?? [];
    const { LockToken } = await waf.send(new GetIPSetCommand({ Name, Id, Scope: 'CLOUDFRONT' }));

    await waf.send(new UpdateIPSetCommand({ Name, Id, Scope: 'CLOUDFRONT', LockToken, Addresses: ['127.90.0.0/16'] }));
    const edited = await statusFrom('127.90.0.1');
    await fiveMinutes();

    expect(edited).toBe(403);
    expect(await awaitStatus('127.90.0.1', 200)).toBe(200);
    expect(await awaitStatus('127.67.0.1', 403)).toBe(403);
    await system.advance(600);
    const pages = await system.readConsole<{ subject?: string }[]>('/api/pages');
    expect(JSON.stringify(pages)).toContain('portiere-Blocklist-Drift');
  }, 600_000);
});

describe('the way of a page', () => {
  it('[P03] from alarm to mailbox and, by queue and function, to the phone, is walked by one command, and its end is told', async () => {
    const answer = await ops('page', 'test', '--json');
    await system.advance(60);

    const { reached } = JSON.parse(answer.stdout) as { reached: { protocol: string; message: string }[] };
    expect({ code: answer.code, protocols: reached.map(({ protocol }) => protocol).sort() }).toEqual({
      code: 0,
      protocols: ['email', 'sms'],
    });
    expect(reached.find(({ protocol }) => protocol === 'sms')?.message).toMatch(
      /^PAGE OnCall\/PageTest since \d\d:\d\d UTC\. [\s\S]*\nDo: .*\nSee: https:/,
    );
    const texts = await system.readConsole<{ protocol: string; message: string }[]>('/api/pages');
    expect(
      texts.filter(({ protocol, message }) => protocol === 'sms' && message.includes('PageTest')).map(({ message }) => message.slice(0, 4)),
    ).toEqual(['OVER', 'PAGE']);
  });

  it('[P03] a ticket leaves the phone asleep', async () => {
    const answer = await ops('page', 'test', '--severity', 'ticket', '--json');

    const { reached } = JSON.parse(answer.stdout) as { reached: { protocol: string }[] };
    expect(reached.map(({ protocol }) => protocol)).toEqual(['email']);
  });

  it('[P03] is taken by a heartbeat every five minutes, which the switch outside hears', async () => {
    const before = beats;

    await system.advance(301);

    expect(await system.until(async () => (beats > before ? beats : undefined), 'a heartbeat')).toBeGreaterThan(before);
  });

  it('[P03] that fails rings by the second way within two minutes, on the phone as well', async () => {
    await system.tellConsole('POST', '/api/faults', { service: 'sns', mode: 'error', rate: 1, seconds: 600 });
    await ops('page', 'test', '--json');
    await system.advance(120);
    await system.tellConsole('DELETE', '/api/faults');

    const texts = await system.readConsole<{ protocol: string; message: string }[]>('/api/pages');
    expect(texts.filter(({ protocol }) => protocol === 'sms').map(({ message }) => message)).toContain(
      'ALARM: "portiere-OnCall-Late" in eu-south-1',
    );
  }, 600_000);

  it.each([
    [['page', 'test', '--severity', 'loud'], /--severity is page or ticket/],
    [['page', 'call'], /There is no command "call"/],
    [['page', 'contacts'], /ask for this in AWS/],
  ])('refuses %j in one sentence', async (parameters, message) => {
    const answer = await ops(...parameters);

    expect(answer.code).toBe(2);
    expect(answer.stderr).toMatch(message);
  });
});

describe('the roles', () => {
  it('allowed everything that the function did, and nothing was asked for in vain', async () => {
    expect(await system.readConsole('/api/denials')).toEqual([]);
  });
});
