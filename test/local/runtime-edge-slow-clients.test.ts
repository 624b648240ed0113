/** Viewers that hold on to connections, at the local edge's real listeners. */
import { once } from 'node:events';
import http2 from 'node:http2';
import net from 'node:net';
import { obtainServerCertificate, type ServerCertificate } from '../../local/edge/certificate-authority.ts';
import type { Edge } from '../../local/edge/edge.ts';
import { type Listener, listenPlainly, listenSecurely } from '../../local/edge/server.ts';
import { slowClientLimits } from '../../local/edge/slow-clients.ts';
import { tlsOptions } from '../../local/edge/tls-policy.ts';

/** More than the buffers of both ends hold. */
const large = Buffer.alloc(24 * 1024 * 1024, 'x');
const limits = { perViewer: 3, all: 5, answerMilliseconds: 50, bytesPerSecond: 1024 * 1024 * 1024 };
const edge: Edge = {
  handle: async ({ path }) => ({ status: 200, headers: [], body: path === '/large' ? large : Buffer.from('small') }),
  dress: (response) => response,
};
let certificate: ServerCertificate;
let secure: Listener;
let plain: Listener;
const sockets: net.Socket[] = [];

beforeAll(async () => {
  certificate = await obtainServerCertificate(undefined);
});
beforeEach(async () => {
  const options = { edge, port: 0, portVariable: 'PORT', log: () => undefined, limits };
  secure = await listenSecurely({ ...options, certificate, tls: tlsOptions('TLSv1.2_2021') });
  plain = await listenPlainly(options);
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all([secure.stop(0), plain.stop(0)]);
});

function connect(port: number, localAddress: string): net.Socket {
  const socket = net.connect({ port, host: '127.0.0.1', localAddress });
  socket.on('error', () => {});
  sockets.push(socket);
  return socket;
}

/** @returns the first line of the answer; empty when the connection was closed instead */
function ask(socket: net.Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.once('data', (chunk: Buffer) => resolve(chunk.toString().split('\r\n')[0] ?? ''));
    socket.once('close', () => resolve(''));
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  });
}

/** Unlike `once`, content with an end by an error, and with one that has been. */
function closed(socket: net.Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
}

describe('connections', () => {
  test('of one viewer are limited; another one is answered meanwhile', async () => {
    const greedy = Array.from({ length: limits.perViewer + 1 }, () => connect(plain.port, '127.0.0.31'));

    const answers = await Promise.all(greedy.map(ask));
    const other = await ask(connect(plain.port, '127.0.0.32'));

    expect(answers.filter((line) => line === 'HTTP/1.1 200 OK')).toHaveLength(limits.perViewer);
    expect(answers.filter((line) => line === '')).toHaveLength(1);
    expect(other).toBe('HTTP/1.1 200 OK');
  });

  test('that end make room for others of the same viewer', async () => {
    const first = Array.from({ length: limits.perViewer }, () => connect(plain.port, '127.0.0.33'));
    await Promise.all(first.map(ask));
    for (const socket of first) socket.end();
    await Promise.all(first.map(closed));

    expect(await ask(connect(plain.port, '127.0.0.33'))).toBe('HTTP/1.1 200 OK');
  });

  test('of all viewers together are limited too', async () => {
    const everybody = Array.from({ length: limits.all + 2 }, (_, index) => connect(plain.port, `127.0.1.${index + 1}`));

    const answers = await Promise.all(everybody.map(ask));

    expect(answers.filter((line) => line === 'HTTP/1.1 200 OK')).toHaveLength(limits.all);
  });
});

describe('an answer that is not read', () => {
  test('over HTTP/1.1 costs its reader the connection', async () => {
    const viewer = '127.0.0.34';
    const reader = connect(plain.port, viewer);
    await once(reader, 'connect');
    const others = Array.from({ length: limits.perViewer - 1 }, () => connect(plain.port, viewer));
    await Promise.all(others.map(ask));

    reader.pause();
    reader.write('GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n');
    // Once the edge has given up, there is room for another connection of this viewer.
    let rounds = 0;
    while ((await ask(connect(plain.port, viewer))) === '' && rounds < 10_000) rounds += 1;
    let read = 0;
    reader.on('data', (chunk: Buffer) => {
      read += chunk.length;
    });
    reader.resume();
    await closed(reader);

    expect(rounds).toBeGreaterThan(0);
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(large.length);
  });

  test('over HTTP/2 costs its reader the session', async () => {
    const session = http2.connect(`https://localhost:${secure.port}`, { ca: certificate.authority });
    session.on('error', () => {});
    const stream = session.request({ ':path': '/large' });
    stream.on('error', () => {});
    stream.pause();

    await once(session, 'close');

    expect(session.destroyed).toBe(true);
  });

  test('may take the time that its length asks for', () => {
    const seconds = large.length / slowClientLimits.bytesPerSecond;

    expect(seconds).toBeGreaterThan(60);
    expect(slowClientLimits.answerMilliseconds).toBeLessThanOrEqual(10_000);
  });
});
