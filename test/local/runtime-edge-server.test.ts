import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { obtainServerCertificate, type ServerCertificate } from '../../local/edge/certificate-authority.ts';
import type { Edge } from '../../local/edge/edge.ts';
import { type Listener, listenPlainly, listenSecurely } from '../../local/edge/server.ts';
import { tlsOptions } from '../../local/edge/tls-policy.ts';
import type { ViewerRequest } from '../../local/edge/wire.ts';

const folder = mkdtempSync(join(tmpdir(), 'edge-'));
let certificate: ServerCertificate;
let secure: Listener;
let plain: Listener;
const handled: { request: ViewerRequest; body: string }[] = [];
let release = () => {};

const edge: Edge = {
  async handle(request, readBody) {
    if (request.path === '/slow') {
      await new Promise<void>((resolve) => {
        release = resolve;
        handled.push({ request, body: '' });
      });
    }
    if (request.path === '/fails') throw new Error('a secret cause');
    const body = request.hasBody ? await readBody() : Buffer.alloc(0);
    if (!Buffer.isBuffer(body)) return body;
    if (request.path !== '/slow') handled.push({ request, body: body.toString() });
    return {
      status: 200,
      headers: [
        ['content-type', 'text/plain'],
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ],
      body: Buffer.from(`got ${body.length}`),
    };
  },
  dress: (response) => ({ ...response, headers: [...response.headers, ['x-dressed', 'yes']] }),
};
const log: string[] = [];

beforeAll(async () => {
  certificate = await obtainServerCertificate(folder);
  const options = { edge, port: 0, portVariable: 'PORT', log: (line: string) => log.push(line) };
  secure = await listenSecurely({ ...options, certificate, tls: tlsOptions('TLSv1.2_2021') });
  plain = await listenPlainly(options);
});
afterAll(async () => {
  await Promise.all([secure.stop(0), plain.stop(0)]);
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => handled.splice(0));

/** Sends bytes as they are over TLS and gives all that comes back until the connection ends. */
async function sendRaw(
  bytes: string,
  port = secure.port,
  options: tls.ConnectionOptions & { localAddress?: string } = {},
): Promise<string> {
  const socket = tls.connect({
    port,
    host: '127.0.0.1',
    servername: 'localhost',
    ca: certificate.authority,
    ALPNProtocols: ['http/1.1'],
    ...options,
  });
  return await exchange(socket, bytes);
}

async function exchange(socket: net.Socket, bytes: string | Buffer): Promise<string> {
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  socket.write(bytes as string);
  await once(socket, 'close');
  return answer;
}

async function isAlive(): Promise<boolean> {
  const answer = await sendRaw(`GET /alive HTTP/1.1\r\nHost: localhost:${secure.port}\r\nConnection: close\r\n\r\n`);
  return answer.startsWith('HTTP/1.1 200');
}

const head = 'POST /v1/sign-in HTTP/1.1\r\nHost: localhost:8443\r\n';

describe('HTTP/1.1 that could be read in two ways', () => {
  test.each([
    ['both lengths', `${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n`],
    ['two lengths', `${head}Content-Length: 5\r\nContent-Length: 6\r\n\r\n123456`],
    ['two equal lengths', `${head}Content-Length: 5\r\nContent-Length: 5\r\n\r\n12345`],
    ['a list of lengths', `${head}Content-Length: 5, 5\r\n\r\n12345`],
    ['a signed length', `${head}Content-Length: +5\r\n\r\n12345`],
    ['a chunk size that is no number', `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n12345\r\n0\r\n\r\n`],
    ['a chunk longer than its size', `${head}Transfer-Encoding: chunked\r\n\r\n2\r\n12345\r\n0\r\n\r\n`],
    ['an endless chunk size', `${head}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n1\r\n0\r\n\r\n`],
    ['an unknown transfer encoding', `${head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ['two transfer encodings', `${head}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n`],
    ['a space before the colon', `${head}Content-Length : 5\r\n\r\n12345`],
    ['a folded header', `${head}X-A: 1\r\n 2\r\n\r\n`],
    ['a bare line feed in a header', `${head}X-A: 1\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['two hosts', `${head}Host: evil.example\r\n\r\n`],
    ['no host', 'GET / HTTP/1.1\r\n\r\n'],
    ['an absolute target', 'GET https://evil.example/ HTTP/1.1\r\nHost: localhost:8443\r\n\r\n'],
    ['a target that is no path', 'GET evil HTTP/1.1\r\nHost: localhost:8443\r\n\r\n'],
    ['a NUL in a header', `${head}X-A: a\0b\r\n\r\n`],
    ['an unknown method', 'SMUGGLE / HTTP/1.1\r\nHost: localhost:8443\r\n\r\n'],
    ['HTTP/3.7', 'GET / HTTP/3.7\r\nHost: localhost:8443\r\n\r\n'],
    ['no HTTP at all', '\x16\x03\x01nonsense\r\n\r\n'],
  ])('%s: 400, the connection closed, nothing passed on', async (_title, bytes) => {
    const answer = await sendRaw(bytes);

    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer.toLowerCase()).toContain('connection: close');
    expect(answer).toContain('x-dressed: yes');
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(handled.filter(({ request }) => request.path !== '/alive')).toEqual([]);
  });

  test('headers over 32 KiB, or more than a hundred, get 431', async () => {
    const large = await sendRaw(`${head}X-A: ${'a'.repeat(40_000)}\r\n\r\n`);
    const many = await sendRaw(`${head}${'X-A: 1\r\n'.repeat(120)}\r\n`);

    expect([large, many].map((answer) => answer.slice(0, 12))).toEqual(['HTTP/1.1 431', 'HTTP/1.1 431']);
  });

  test('an address over 8,192 characters gets 414', async () => {
    const answer = await sendRaw(`GET /${'a'.repeat(9000)} HTTP/1.1\r\nHost: localhost:8443\r\n\r\n`);

    expect(answer).toMatch(/^HTTP\/1\.1 414 /);
  });

  test('a body over 10 MB gets 413 before it has all arrived', async () => {
    const socket = tls.connect({ port: secure.port, host: '127.0.0.1', servername: 'localhost', ca: certificate.authority });
    const body = Buffer.alloc(11 * 1024 * 1024);

    const answer = await exchange(socket, Buffer.concat([Buffer.from(`${head}Content-Length: ${body.length}\r\n\r\n`), body]));

    expect(answer === '' || answer.startsWith('HTTP/1.1 413')).toBe(true);
    expect(handled).toEqual([]);
  });

  test('a viewer that leaves in the middle of its body changes nothing for others', async () => {
    const socket = tls.connect({ port: secure.port, host: '127.0.0.1', servername: 'localhost', ca: certificate.authority });
    await once(socket, 'secureConnect');
    socket.write(`${head}Content-Length: 100\r\n\r\nhalf`);
    socket.destroy();

    expect(await isAlive()).toBe(true);
  });

  test('chunked bodies that are well formed arrive whole', async () => {
    const answer = await sendRaw(`${head}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n`);

    expect(answer).toContain('got 5');
    expect(handled[0]?.body).toBe('hello');
  });
});

describe('HTTP/2', () => {
  const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  const frame = (type: number, flags: number, stream: number, payload: Buffer) => {
    const header = Buffer.alloc(9);
    header.writeUIntBE(payload.length, 0, 3);
    header.writeUInt8(type, 3);
    header.writeUInt8(flags, 4);
    header.writeUInt32BE(stream, 5);
    return Buffer.concat([header, payload]);
  };
  const settings = frame(4, 0, 0, Buffer.alloc(0));

  test.each([
    ['a preface that breaks off into nonsense', Buffer.from('PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n')],
    ['a frame larger than allowed', Buffer.concat([preface, settings, frame(0, 0, 1, Buffer.alloc(20_000))])],
    ['headers that are no HPACK', Buffer.concat([preface, settings, frame(1, 5, 1, Buffer.from('ffffffffffff', 'hex'))])],
    ['data on a stream that was never opened', Buffer.concat([preface, settings, frame(0, 1, 1, Buffer.from('x'))])],
    ['headers on an even stream', Buffer.concat([preface, settings, frame(1, 5, 2, Buffer.from('82', 'hex'))])],
    ['a thousand settings', Buffer.concat([preface, settings, frame(4, 0, 0, Buffer.alloc(6 * 1000))])],
    ['a window update of nothing', Buffer.concat([preface, settings, frame(8, 0, 0, Buffer.alloc(4))])],
  ])('%s ends that connection alone', async (_title, bytes) => {
    const socket = tls.connect({
      port: secure.port,
      host: '127.0.0.1',
      servername: 'localhost',
      ca: certificate.authority,
      ALPNProtocols: ['h2'],
    });

    await exchange(socket, bytes);

    expect(await isAlive()).toBe(true);
    expect(handled.map(({ request }) => request.path)).toEqual(['/alive']);
  });

  test('a flood of streams that are cancelled at once costs the sender its connection', async () => {
    const header = Buffer.concat([Buffer.from('828784', 'hex'), Buffer.from([0x41, 9]), Buffer.from('localhost')]);
    const flood = Array.from({ length: 1000 }, (_, index) => [
      frame(1, 5, 2 * index + 1, header),
      frame(3, 0, 2 * index + 1, Buffer.from([0, 0, 0, 8])),
    ]).flat();
    const socket = tls.connect({
      port: secure.port,
      host: '127.0.0.1',
      servername: 'localhost',
      ca: certificate.authority,
      ALPNProtocols: ['h2'],
    });

    await exchange(socket, Buffer.concat([preface, settings, ...flood]));

    expect(await isAlive()).toBe(true);
  });

  test('requests arrive with their host and their cookies in one piece, and several cookies are set', async () => {
    const session = http2.connect(`https://localhost:${secure.port}`, { ca: certificate.authority });
    const stream = session.request({ ':path': '/page?x=1', cookie: ['a=1', 'b=2'] });
    const [headers] = await once(stream, 'response');
    stream.resume();
    await once(stream, 'end');
    session.close();

    expect(headers).toMatchObject({ ':status': 200, 'set-cookie': ['a=1', 'b=2'] });
    expect(handled[0]?.request).toMatchObject({
      method: 'GET',
      path: '/page',
      query: 'x=1',
      host: `localhost:${secure.port}`,
      httpVersion: '2.0',
      hasBody: false,
    });
    expect(handled[0]?.request.headers).toContainEqual(['cookie', 'a=1; b=2']);
  });

  test('a host that differs from the authority is refused', async () => {
    const session = http2.connect(`https://localhost:${secure.port}`, { ca: certificate.authority });
    const stream = session.request({ ':path': '/', ':authority': 'localhost:8443', host: 'evil.example' });
    const [headers] = await once(stream, 'response');
    session.destroy();

    expect(headers[':status']).toBe(400);
    expect(handled).toEqual([]);
  });
});

describe('the listener', () => {
  test("tells viewers apart by the connection's address", async () => {
    await sendRaw('GET / HTTP/1.1\r\nHost: localhost:8443\r\nX-Forwarded-For: 203.0.113.1\r\nConnection: close\r\n\r\n', secure.port, {
      localAddress: '127.0.7.7',
    });

    expect(handled[0]?.request.address).toBe('127.0.7.7');
  });

  test('a fault of ours is a 502 without its cause', async () => {
    const answer = await sendRaw('GET /fails HTTP/1.1\r\nHost: localhost:8443\r\n\r\n');

    expect(answer).toMatch(/^HTTP\/1\.1 502 /);
    expect(answer).not.toContain('a secret cause');
    expect(log.join()).toContain('a secret cause');
  });

  test('an answer to HEAD has the length and no body', async () => {
    const answer = await sendRaw('HEAD / HTTP/1.1\r\nHost: localhost:8443\r\nConnection: close\r\n\r\n');

    expect(answer).toContain('content-length: 5');
    expect(answer.endsWith('\r\n\r\n')).toBe(true);
  });

  test('a taken port is refused with a sentence that names the variable', async () => {
    const options = { edge, port: plain.port, portVariable: 'HTTP_PORT', log: () => {} };

    await expect(listenPlainly(options)).rejects.toThrow(`Port ${plain.port} is taken: set HTTP_PORT to another one.`);
  });

  test('a stop lets the request under way end and takes no further one', async () => {
    const listener = await listenPlainly({ edge, port: 0, portVariable: 'PORT', log: () => {} });
    const socket = net.connect(listener.port, '127.0.0.1');
    const answered = exchange(socket, 'GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n');
    while (handled.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const stopped = listener.stop(5000);
    release();

    expect(await answered).toMatch(/^HTTP\/1\.1 200 [\s\S]*connection: close/i);
    await stopped;
    await expect(exchange(net.connect(listener.port, '127.0.0.1'), '')).rejects.toThrow('ECONNREFUSED');
  });
});

describe('[P06] TLS', () => {
  test.each([
    ['TLSv1.2', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
    ['TLSv1.3', 'TLS_AES_128_GCM_SHA256'],
  ] as const)('%s is spoken with strong suites', async (version, suite) => {
    const socket = tls.connect({
      port: secure.port,
      host: '127.0.0.1',
      servername: 'localhost',
      ca: certificate.authority,
      minVersion: version,
      maxVersion: version,
    });
    await once(socket, 'secureConnect');
    const spoken = [socket.getProtocol(), socket.getCipher().standardName ?? ''];
    socket.destroy();

    expect(spoken[0]).toBe(version);
    expect(spoken[1]?.replaceAll('_', '-')).toContain(suite.includes('GCM') ? 'GCM' : suite);
  });

  test.each([
    ['TLS 1.1', { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }],
    ['TLS 1.2 with CBC', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES256-SHA' }],
    ['TLS 1.2 without forward secrecy', { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256:AES256-GCM-SHA384' }],
  ] as const)('%s is refused', async (_title, options) => {
    const socket = tls.connect({ port: secure.port, host: '127.0.0.1', servername: 'localhost', ca: certificate.authority, ...options });

    await expect(once(socket, 'secureConnect')).rejects.toThrow();
  });

  test.each(['TLSv1', 'TLSv1_2016', 'TLSv1.2_2018'])('a distribution with the floor %s is refused', (floor) => {
    expect(() => tlsOptions(floor)).toThrow('use TLSv1.2_2021 or newer');
  });
});

describe('the local certificate authority', () => {
  test('signs for localhost and 127.0.0.1, as browsers want it', async () => {
    const server = new X509Certificate(certificate.certificateChain);
    const authority = new X509Certificate(certificate.authority);

    expect(server.verify(authority.publicKey)).toBe(true);
    expect(server.checkIssued(authority)).toBe(true);
    expect([server.checkHost('localhost'), server.checkIP('127.0.0.1'), server.checkHost('example.com')]).toEqual([
      'localhost',
      '127.0.0.1',
      undefined,
    ]);
    expect((Date.parse(server.validTo) - Date.parse(server.validFrom)) / 86_400_000).toBeLessThan(398);
    expect([authority.ca, server.ca]).toEqual([true, false]);
  });

  test('stays the same from one start to the next, and its keys are for their owner alone', async () => {
    const again = await obtainServerCertificate(folder);

    expect(again).toEqual(certificate);
    expect(statSync(join(folder, 'tls/ca-key.pem')).mode & 0o077).toBe(0);
    expect(statSync(join(folder, 'tls/server-key.pem')).mode & 0o077).toBe(0);
  });

  test('renews the server certificate before it ends, under the same authority', async () => {
    const other = mkdtempSync(join(tmpdir(), 'edge-'));
    const first = await obtainServerCertificate(other);
    const renewed = await obtainServerCertificate(other, first.notAfter.getTime() - 86_400_000);
    rmSync(other, { recursive: true });

    expect(renewed.authority).toBe(first.authority);
    expect(renewed.notAfter.getTime()).toBeGreaterThan(first.notAfter.getTime());
  });

  test('can be put into the place of the old one while the listener runs', async () => {
    secure.renew?.(certificate);

    expect(await isAlive()).toBe(true);
  });

  test('keeps nothing when there is nowhere to keep it', async () => {
    const fleeting = await obtainServerCertificate(undefined);

    expect(fleeting.authority).not.toBe(certificate.authority);
    expect(existsSync(join(folder, 'ca.pem'))).toBe(true);
  });

  test('serves ordinary HTTPS clients that trust it', async () => {
    const status = await new Promise((resolve, reject) => {
      https
        .get(`https://localhost:${secure.port}/`, { ca: certificate.authority, agent: false }, (response) =>
          resolve(response.resume().statusCode),
        )
        .on('error', reject);
    });

    expect(status).toBe(200);
  });
});
