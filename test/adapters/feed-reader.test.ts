/** Sources as they are on bad days: nothing of it may take the function down, or longer than it has. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { securityPolicy } from '../../contract/security-policy.ts';
import { HttpsFeedReader } from '../../lambda/adapters/https-feed-reader.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function fetchFrom(answer: RequestListener, validators = {}, timeoutMilliseconds?: number) {
  const opened = createServer(answer);
  server = opened;
  await new Promise<void>((resolve) => opened.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(opened.address() as AddressInfo).port}/list`;
  return await new HttpsFeedReader(timeoutMilliseconds).fetch({ id: 'a', url, format: 'address-lines' }, validators);
}

const { maximumBytes } = securityPolicy.blocklist.feeds;

describe('a source', () => {
  it('[P15] gives its document with what validates it later', async () => {
    const answer: RequestListener = (_, response) => {
      response.writeHead(200, { etag: '"7"', 'last-modified': 'Thu, 15 Jan 2026 12:00:00 GMT' }).end('192.0.2.7\n');
    };

    expect(await fetchFrom(answer)).toEqual({
      kind: 'document',
      text: '192.0.2.7\n',
      validators: { etag: '"7"', lastModified: 'Thu, 15 Jan 2026 12:00:00 GMT' },
    });
  });

  it('[P15] is asked only for what has changed', async () => {
    const answer: RequestListener = ({ headers }, response) => {
      response.writeHead(headers['if-none-match'] === '"7"' && headers['if-modified-since'] ? 304 : 200).end();
    };

    expect(await fetchFrom(answer, { etag: '"7"', lastModified: 'Thu, 15 Jan 2026 12:00:00 GMT' })).toEqual({ kind: 'unchanged' });
  });

  it.each<[string, RequestListener, RegExp]>([
    ['answers with an error', (_, response) => void response.writeHead(503).end('192.0.2.7'), /answered 503/],
    ['sends elsewhere', (_, response) => void response.writeHead(302, { location: 'https://example.com/' }).end(), /could not be fetched/],
    ['hangs up', ({ socket }) => void socket.destroy(), /could not be fetched/],
    [
      'hangs up in the middle',
      (_, response) => void response.writeHead(200, { 'content-length': 100 }).write('192.0.2.7\n', () => response.destroy()),
      /could not be fetched/,
    ],
    ['is too large', (_, response) => void response.writeHead(200).end(Buffer.alloc(maximumBytes + 1, 10)), /larger than/],
    [
      'is too large once unpacked',
      (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(maximumBytes * 4, 10))),
      /larger than/,
    ],
  ])('[P15] that %s has failed, and says how', async (_, answer, reason) => {
    expect(await fetchFrom(answer)).toEqual({ kind: 'failed', reason: expect.stringMatching(reason) });
  });

  it('[P15] that never ends its answer is given up', async () => {
    const trickle: RequestListener = (_, response) => void response.writeHead(200).write('192.0.2.7\n');

    expect(await fetchFrom(trickle, {}, 200)).toEqual({ kind: 'failed', reason: 'it did not answer in time' });
  });
});
