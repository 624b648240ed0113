/** The traps, behind the guards of the function that serves them. */

import type { Context } from 'aws-lambda';
import { routes } from '../../contract/routes.ts';
import { Honeypot } from '../../lambda/domain/honeypot.ts';
import { Unavailable } from '../../lambda/domain/ports.ts';
import type { HttpAnswer, PipelineServices } from '../../lambda/http/call.ts';
import { watchTraps } from '../../lambda/http/guards/honeypot.ts';
import { createPipeline } from '../../lambda/http/pipeline.ts';
import { createApi, settings } from '../support/api.ts';
import { type EventOptions, httpEvent, ORIGIN_SECRET } from '../support/http-event.ts';

function createTrap(send: (address: string) => Promise<void> = async () => {}) {
  const told: string[] = [];
  const logged: string[] = [];
  const blocks = {
    send: async ({ address }: { address: string }) => {
      await send(address);
      told.push(address);
    },
  };
  const clock = { now: () => 0, pause: async () => {} };
  const honeypot = new Honeypot({ clock, random: { bytes: (length) => new Uint8Array(length) }, blocks });
  const services: PipelineServices = {
    settings,
    clock,
    isStaff: () => false,
    isOriginSecret: async (presented) => presented === ORIGIN_SECRET,
    telemetry: { log: (...line) => void logged.push(JSON.stringify(line)), count: () => {}, countRequest: () => {} },
  };
  const pipeline = createPipeline(routes, {}, () => services, [watchTraps(() => honeypot)]);
  const ask = async (request: string, options: EventOptions = {}) =>
    (await pipeline(httpEvent(request, { routeKey: '$default', ...options }), { awsRequestId: 'lambda-1' } as Context)) as HttpAnswer;
  return { ask, told, logged };
}

test('[P15] a trap is answered like any page that is not there, and the viewer whom CloudFront names is told of', async () => {
  const { ask, told } = createTrap();

  const trap = await ask('GET /.env');
  const nothing = await ask('GET /nothing');

  expect([trap.statusCode, trap.body]).toEqual([nothing.statusCode, nothing.body]);
  expect(trap.statusCode).toBe(404);
  expect(told).toEqual(['203.0.113.7']);
});

test('[P15] when CloudFront names nobody, nobody is blocked: the other end of the connection is CloudFront itself', async () => {
  const { ask, told } = createTrap();

  await ask('GET /.env', { headers: { 'cloudfront-viewer-address': undefined as never, 'x-forwarded-for': '203.0.113.9' } });

  expect(told).toEqual([]);
});

test('[P15] whoever passes by the edge can have nobody blocked', async () => {
  const { ask, told } = createTrap();

  const answer = await ask('GET /.env', { headers: { 'x-origin-secret': 'wrong' } });

  expect(answer.statusCode).toBe(403);
  expect(told).toEqual([]);
});

test('[P15] a page that embeds a trap has none of its visitors blocked', async () => {
  const { ask, told } = createTrap();

  await ask('GET /wp-login.php', { headers: { 'sec-fetch-site': 'cross-site' } });

  expect(told).toEqual([]);
});

test('[P15] a queue that fails changes nothing about the answer', async () => {
  const { ask, logged } = createTrap(() => Promise.reject(new Unavailable('blocks')));

  const answer = await ask('GET /.env');

  expect(answer.statusCode).toBe(404);
  expect(logged.join()).toContain('honeypot.untold');
});

test('what the web ACL knows of an address reaches the domain, and nothing that does not look like it', async () => {
  const api = createApi();

  await api.send('GET /v1/health', { headers: { 'x-amzn-waf-address-kind': 'anonymous' } });
  await api.send('GET /v1/health', { headers: { 'x-amzn-waf-address-kind': '<script>' } });
  await api.send('GET /v1/health');

  expect(api.seen.map(({ viewer }) => viewer.addressKind)).toEqual(['anonymous', undefined, undefined]);
});
