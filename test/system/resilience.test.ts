import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect as connectPlain } from 'node:net';
import path from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { type Route, routes } from '../../contract/routes.ts';
import { httpEvent } from '../support/http-event.ts';
import { expectSecurityHeaders } from '../support/security-headers.ts';
import { freshAddress, freshEmail, System, Viewer } from '../support/system.ts';

const PASSWORD = 'correct horse battery';

jest.setTimeout(600_000);
let system: System;

beforeAll(async () => {
  system = await System.start();
});

afterAll(() => system.remove());

describe('faults', () => {
  afterEach(() => system.tellConsole('DELETE', '/api/faults'));

  it.each([
    ['dynamodb', 'error'],
    ['dynamodb', 'throttle'],
    ['kms', 'error'],
    ['sqs', 'error'],
  ])('with %s failing (%s), nothing opens: 503 with a time to come back, and all is well after it', async (service, mode) => {
    const email = freshEmail();
    const anna = new Viewer(system, freshAddress());
    await anna.register(email, PASSWORD);
    await system.tellConsole('POST', '/api/faults', { service, mode, rate: 1, seconds: 600 });

    const failing =
      service === 'sqs' ? await anna.send('POST /v1/password-reset', { body: { email } }) : await anna.signIn(email, PASSWORD);
    await system.tellConsole('DELETE', '/api/faults');
    const mended = await anna.signIn(email, PASSWORD);

    expect([failing.status, failing.json.code]).toEqual([503, 'unavailable']);
    expect(failing.headers['retry-after']).toMatch(/^\d+$/);
    expect(mended.json.status).toBe('signed_in');
  });

  it('health names the failing part, and recovers', async () => {
    const anna = new Viewer(system, freshAddress());
    await system.tellConsole('POST', '/api/faults', { service: 'kms', mode: 'error', rate: 1, seconds: 600 });

    const failing = await system.until(async () => {
      const answer = await anna.send('GET /v1/health');
      return answer.status === 503 ? answer : undefined;
    }, 'health to notice');
    await system.tellConsole('DELETE', '/api/faults');
    const mended = await system.until(async () => {
      const answer = await anna.send('GET /v1/health');
      return answer.status === 200 ? answer : undefined;
    }, 'health to recover');

    expect(failing.json.detail).toContain('kms');
    expect(mended.json).toEqual({ status: 'ok', parts: { store: 'ok', kms: 'ok' } });
  });

  it('a registration that was accepted while mail fails is mailed when it works again', async () => {
    const email = freshEmail();
    const anna = new Viewer(system, freshAddress());
    await system.tellConsole('POST', '/api/faults', { service: 'ses', mode: 'error', rate: 1, seconds: 600 });

    const accepted = await anna.send('POST /v1/accounts', { body: { email, password: PASSWORD } });
    const early = await system.mails(email);
    await system.tellConsole('DELETE', '/api/faults');
    await system.advance(120);
    const token = await system.awaitToken(email, '/verify');

    expect([accepted.status, early]).toEqual([202, []]);
    expect((await anna.send('POST /v1/accounts/verify', { body: { token } })).status).toBe(204);
  });

  it('a crashing function is a 5xx problem and no stack trace', async () => {
    const anna = new Viewer(system, freshAddress());
    await system.tellConsole('POST', '/api/faults', { service: 'function:session', mode: 'error', rate: 1, seconds: 600 });

    const answer = await anna.send('GET /v1/session');

    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(answer.text).not.toMatch(/\.m?[jt]s:\d+|node:internal/);
    expectSecurityHeaders(answer.headers);
  });
});

describe('encryption', () => {
  it.each(['TLSv1', 'TLSv1.1'] as const)('[P06] %s is refused', async (version) => {
    const outcome = await handshake({ minVersion: version, maxVersion: version, ciphers: 'ALL@SECLEVEL=0' });

    expect(outcome).toMatch(/^refused/);
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('[P06] %s is spoken, with forward secrecy and authenticated encryption', async (version) => {
    const outcome = await handshake({ minVersion: version, maxVersion: version });

    expect(outcome).toMatch(new RegExp(`^${version} (TLS_|ECDHE-.*(GCM|CHACHA20))`));
  });

  it.each(['AES128-SHA', 'AES256-GCM-SHA384', 'ECDHE-RSA-AES128-SHA', 'ECDHE-ECDSA-AES128-SHA', 'NULL-SHA256'])(
    '[P06] the suite %s is refused',
    async (ciphers) => {
      expect(await handshake({ maxVersion: 'TLSv1.2', ciphers: `${ciphers}:@SECLEVEL=0` })).toMatch(/^refused/);
    },
  );

  it('[P07] plain HTTP redirects pages and refuses the API', async () => {
    const page = await plain('/account?x=1');
    const api = await plain('/v1/session');

    expect([301, 308]).toContain(page.status);
    expect(page.location).toMatch(/^https:\/\/localhost(:\d+)?\/account\?x=1$/);
    expect([api.status, api.location]).toEqual([403, undefined]);
  });

  it('[P07] plain HTTP sent to the TLS port gets no content', async () => {
    const { port } = new URL(system.edge);
    const text = await new Promise<string>((resolve) => {
      const socket = connectPlain(Number(port), '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'));
      let received = '';
      socket.on('data', (chunk) => {
        received += chunk.toString('latin1');
      });
      socket.on('close', () => resolve(received));
      socket.on('error', () => resolve(received));
    });

    expect(text).not.toContain('<html');
  });

  function handshake(options: {
    minVersion?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
    maxVersion?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
    ciphers?: string;
  }) {
    const { port } = new URL(system.edge);
    return new Promise<string>((resolve) => {
      let socket: TLSSocket;
      try {
        socket = connectTls(
          { host: '127.0.0.1', port: Number(port), servername: 'localhost', ca: system.certificateAuthority, ...options },
          () => {
            resolve(`${socket.getProtocol()} ${socket.getCipher().name}`);
            socket.destroy();
          },
        );
        socket.on('error', (error) => resolve(`refused: ${error.message}`));
      } catch (error) {
        resolve(`refused by the client: ${error instanceof Error ? error.message : ''}`);
      }
    });
  }

  function plain(target: string): Promise<{ status: number; location: string | undefined }> {
    return new Promise((resolve, reject) => {
      httpRequest(`${system.plain}${target}`, { headers: { host: `localhost:${new URL(system.plain).port}` } }, (incoming) => {
        incoming.resume();
        resolve({ status: incoming.statusCode ?? 0, location: incoming.headers.location });
      })
        .on('error', reject)
        .end();
    });
  }
});

describe('forged requests', () => {
  it.each([
    ['another host', { host: 'evil.example' }],
    ['a host with our name in front', { host: 'localhost.evil.example' }],
  ])('for %s are refused at the edge', async (_, headers) => {
    const answer = await new Viewer(system, freshAddress()).send('GET /v1/health', { headers });

    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  });

  it('that bring our internal headers along gain nothing', async () => {
    const email = freshEmail();
    const attacker = new Viewer(system, freshAddress());
    const headers = {
      'x-origin-secret': 'guess',
      'x-viewer-origin': 'https://evil.example',
      'x-forwarded-host': 'evil.example',
      'cloudfront-viewer-address': '192.0.2.1:1',
    };

    const accepted = await attacker.send('POST /v1/accounts', { body: { email, password: PASSWORD }, headers });
    const mails = await system.awaitMail(email, 1);

    expect(accepted.status).toBe(202);
    expect(mails[0]?.text).toContain(`${system.edge}/verify#token=`);
    expect(JSON.stringify(mails)).not.toMatch(/evil\.example|192\.0\.2\.1/);
  });

  it.each([
    [
      'Content-Length and Transfer-Encoding',
      'POST /v1/sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n',
    ],
    ['two lengths', 'POST /v1/sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde'],
    [
      'a chunk size that is none',
      'POST /v1/sign-in HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n',
    ],
    [
      'an obscured transfer encoding',
      'POST /v1/sign-in HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\nContent-Length: 3\r\n\r\nabc',
    ],
    ['a bare line feed in a header', 'GET /v1/health HTTP/1.1\nHost: localhost\nX: a\n\n'],
    ['a space before the colon', 'GET /v1/health HTTP/1.1\r\nHost : localhost\r\n\r\n'],
    ['no host', 'GET /v1/health HTTP/1.1\r\n\r\n'],
    ['two hosts', 'GET /v1/health HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n'],
    ['HTTP/0.9', 'GET /v1/health\r\n\r\n'],
  ])('shaped for smuggling (%s) get one 4xx and a closed connection', async (_, text) => {
    const answer = await sendRaw(text);

    expect(answer.match(/HTTP\/1\.1 \d\d\d/g) ?? []).toHaveLength(answer === '' ? 0 : 1);
    expect(answer).toMatch(/^$|^HTTP\/1\.1 4\d\d/);
    expect((await new Viewer(system, freshAddress()).send('GET /v1/health')).status).toBe(200);
  });

  function sendRaw(text: string): Promise<string> {
    const { port } = new URL(system.edge);
    const withPort = text.replace(/Host: localhost\b/g, `Host: localhost:${port}`);
    return new Promise((resolve) => {
      let received = '';
      const socket = connectTls(
        { host: '127.0.0.1', port: Number(port), servername: 'localhost', ca: system.certificateAuthority, ALPNProtocols: ['http/1.1'] },
        () => socket.write(withPort),
      );
      socket.setTimeout(15_000, () => socket.destroy());
      socket.on('data', (chunk) => {
        received += chunk.toString('latin1');
      });
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(received));
    });
  }
});

describe('secrets', () => {
  it('[P12] [P27] marked ones, sent through every route, are in no log, and in no event of the audit trail, which verifies', async () => {
    const marker = `Zq7${'marked'}Secret`;
    const anna = new Viewer(system, freshAddress());
    const email = freshEmail(`mark${'edaddress'}`);
    const password = `${marker}-password`;
    await anna.register(email, password);
    await anna.signIn(email, password);
    const cookie = anna.cookies.get('__Host-session') ?? '';
    await anna.send('POST /v1/password-reset', { body: { email } });
    const token = await system.awaitToken(email, '/reset');

    for (const route of Object.values<Route>(routes)) {
      const target = `${route.method} ${route.path.replace('{id}', `${marker}-id`)}`;
      const body = { email, password, token, newPassword: `${marker}-new`, currentPassword: password, code: `${marker}-code` };
      for (const sent of [body, { email, password }, { token }, { email }, { token, newPassword: `${marker}-new` }]) {
        await anna.send(target, {
          ...(route.method === 'GET' ? {} : { body: sent }),
          headers: { 'x-marked': `${marker}-header`, authorization: `Bearer ${marker}` },
        });
        await anna.send(`${target}?q=${marker}-query`, route.method === 'GET' ? {} : { body: sent });
      }
    }
    await system.tellConsole('POST', '/api/faults', { service: 'dynamodb', mode: 'error', rate: 1, seconds: 60 });
    await anna.signIn(email, password);
    await system.tellConsole('DELETE', '/api/faults');

    const { functions } = await system.readConsole<{ functions: string[] }>('/api/logs');
    const lines = await Promise.all(functions.map((name) => system.readConsole<unknown>(`/api/logs?function=${name}`)));
    const files = readdirSync(path.join(system.dataDirectory, 'logs')).map((file) =>
      readFileSync(path.join(system.dataDirectory, 'logs', file), 'utf8'),
    );
    const everything = JSON.stringify(lines) + files.join('\n');

    expect(functions).toEqual(expect.arrayContaining(['access', 'mailer', 'password']));
    expect(everything.length).toBeGreaterThan(1000);
    const secrets = [marker, token, cookie, cookie.split('.')[1] ?? cookie, email];
    for (const secret of secrets) expect(everything).not.toContain(secret);

    // Twice, and each time long enough for the head of the trail to be signed again.
    for (let round = 0; round < 2; round++) {
      const before = await signedBlock();
      await system.advance(1000);
      await system.until(async () => ((await signedBlock()) > before ? true : undefined), 'the trail to be signed');
    }
    const trail = path.join(system.dataDirectory, 'trail.ndjson');
    const key = path.join(system.dataDirectory, 'audit-key.pem');
    await ops('audit', 'export', '--out', trail);
    writeFileSync(key, await ops('audit', 'key'));
    const exported = readFileSync(trail, 'utf8');
    const verdict = JSON.parse(await ops('audit', 'verify', trail, '--key', key, '--json'));

    expect(verdict).toMatchObject({ holds: true, kind: 'trail', missingCount: 0 });
    expect(verdict.events).toBeGreaterThan(5);
    for (const secret of secrets) expect(exported).not.toContain(secret);
  });

  const ops = async (...parameters: string[]) => (await system.ops(...parameters)).stdout;

  /** 0 as long as nothing is. */
  async function signedBlock(): Promise<number> {
    const { signed } = JSON.parse(await ops('audit', 'tail', '--json')) as { signed: { block: number } | null };
    return signed?.block ?? 0;
  }
});

describe('privileges', () => {
  it('[P12] after all this, IAM had to deny nothing: every role has what it needs and no function tried more', async () => {
    expect(await system.readConsole('/api/denials')).toEqual([]);
  });
});

describe('an outage', () => {
  it('[P04] [P05] is told to customers by itself, in time with the phone, and by whoever takes it over', async () => {
    const anna = new Viewer(system, freshAddress());
    await system.tellConsole('POST', '/api/faults', { service: 'function:session', mode: 'error', rate: 1, seconds: 3600 });

    const notice = await system.until(async () => {
      for (let request = 0; request < 6; request++) await anna.send('GET /v1/session');
      await system.advance(60);
      const { json } = await anna.send('GET /v1/notices', { headers: { origin: 'https://elsewhere.example' } });
      return json.notices.find(({ components }: { components: { id: string }[] }) => components.some(({ id }) => id === 'sessions'));
    }, 'a notice about sessions');
    const pages = JSON.stringify(await system.readConsole('/api/pages'));
    await system.tellConsole('DELETE', '/api/faults');
    const { stdout } = await system.ops('incident', 'resolve', notice.id, '--body', 'It was a drill.', '--json');
    const after = await anna.send('GET /v1/notices');

    expect(pages).toMatch(/portiere-(Api-Errors|Functions-Errors-session|Slo-FastBurn)/);
    expect(notice).toMatchObject({ status: 'investigating', name: { en: expect.stringMatching(/Sessions and API/) } });
    expect(JSON.parse(stdout).incident).toMatchObject({ id: notice.id, status: 'resolved', isLedByPeople: true });
    expect(after.json.notices.map(({ id }: { id: string }) => id)).not.toContain(notice.id);
    expect(await system.readConsole<unknown[]>('/api/denials')).toEqual([]);
  });
});

describe('requests that go past the edge', () => {
  it('[P16] are refused by the guard, told by the address of the connection, and ring', async () => {
    const { endpoint, region, credentials, resources } = await system.readConsole<{
      endpoint: string;
      region: string;
      credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string };
      resources: { logicalId: string; type: string; ref: string }[];
    }>('/api/operator');
    const alias = resources.find(({ type, logicalId }) => type === 'AWS::Lambda::Alias' && logicalId.startsWith('Public'));
    const gateway = new LambdaClient({ endpoint, region, credentials });
    const forged = { 'x-origin-secret': 'guessed', 'x-forwarded-for': '192.0.2.66', 'cloudfront-viewer-address': '192.0.2.67:1' };
    const direct = httpEvent('GET /v1/health', { headers: forged });
    // As API Gateway hands over what comes to its own address.
    const Payload = JSON.stringify({
      ...direct,
      requestContext: { ...direct.requestContext, http: { ...direct.requestContext.http, sourceIp: '198.51.100.7' } },
    });

    const answers = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const { Payload: bytes } = await gateway.send(new InvokeCommand({ FunctionName: alias?.ref, Payload }));
        return JSON.parse(Buffer.from(bytes ?? []).toString('utf8')).statusCode;
      }),
    );
    await system.advance(300);
    const page = await system.until(async () => {
      await system.advance(60);
      return (await system.readConsole<unknown[]>('/api/pages'))
        .map((each) => JSON.stringify(each))
        .find((each) => each.includes('portiere-Origin-Bypassed'));
    }, 'the alarm to ring');
    const log = JSON.stringify(await system.readConsole('/api/logs?function=public'));

    expect(answers).toEqual(Array(12).fill(403));
    expect(page).toContain('ALARM');
    expect(log).toContain('198.51.100.7');
    expect(log).not.toMatch(/192\.0\.2\.6|guessed/);
  });
});
