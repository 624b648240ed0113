/** What really leaves for the platform that reports are handed over to, as a server of somebody else hears it. */
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { postToWebhook } from '../../lambda/adapters/https-webhook.ts';
import { fileReport } from '../../lambda/domain/disclosure/file-report.ts';
import { handOver, NotHandedOver } from '../../lambda/domain/disclosure/hand-over.ts';
import { reportIdOf } from '../../lambda/domain/disclosure/tracking-token.ts';
import { call, keyedHash } from '../support/front-door.ts';
import { createReportWorld, report } from '../support/report-world.ts';

const heard: { method: string | undefined; url: string | undefined; headers: IncomingHttpHeaders; body: string }[] = [];
let platform: Server;
let origin: string;
let answer = { status: 202, location: '' };

beforeAll(async () => {
  platform = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    heard.push({ method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
    response.writeHead(answer.status, answer.location === '' ? {} : { location: answer.location }).end('x'.repeat(100_000));
  });
  await new Promise<void>((resolve) => platform.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(platform.address() as AddressInfo).port}`;
});

beforeEach(() => {
  heard.length = 0;
  answer = { status: 202, location: '' };
});

afterAll(() => new Promise((resolve) => platform.close(resolve)));

async function send() {
  const { services, now } = createReportWorld();
  const filed = await fileReport(services, call(), { ...report, title: 'Größe «1» \u2028 & <b>', locale: 'en' });
  if (filed.kind !== 'filed') throw new Error(filed.kind);
  const post = (request: Parameters<typeof postToWebhook>[1]) => postToWebhook(`${origin}/reports?team=1`, request);
  const id = reportIdOf(filed.trackingToken);
  await handOver({ ...services, signingKey: keyedHash('shared with the platform'), post }, id);
  return { id, now: now() };
}

test('[P22] a platform gets one POST whose signature holds for the very bytes that arrive', async () => {
  const { id, now } = await send();

  const [{ method, url, headers, body }] = heard as [(typeof heard)[number]];
  const timestamp = String(now / 1000);
  const signature = createHmac('sha256', 'shared with the platform').update(`${timestamp}.${body}`).digest('hex');
  expect([heard.length, method, url]).toEqual([1, 'POST', '/reports?team=1']);
  expect(headers).toMatchObject({ 'x-portiere-signature': `v1=${signature}`, 'x-portiere-timestamp': timestamp, 'idempotency-key': id });
  expect(headers['content-type']).toMatch(/^application\/json/);
  expect(JSON.parse(body).report.title).toBe('Größe «1» \u2028 & <b>');
});

test('[P22] a redirect is followed nowhere: the report has not been handed over', async () => {
  answer = { status: 307, location: '/elsewhere' };

  await expect(send()).rejects.toEqual(new NotHandedOver(307));

  expect(heard.map(({ url }) => url)).toEqual(['/reports?team=1']);
});
