import { canaryDomain, canaryUserAgent } from '../../contract/canary.ts';
import { freshAddress, freshEmail, System, Viewer } from '../support/system.ts';

interface Metric {
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly sum: number;
}

jest.setTimeout(600_000);
let system: System;

beforeAll(async () => {
  system = await System.start();
});

afterAll(() => system.remove());

const metric = async (name: string, dimensions: Metric['dimensions']) =>
  (await system.readConsole<Metric[]>('/api/metrics')).find(
    (one) => one.name === name && JSON.stringify(one.dimensions) === JSON.stringify(dimensions),
  );
const pages = async () => await system.readConsole<{ at: string; subject: string }[]>('/api/pages');
const now = async () => Date.parse((await system.readConsole<{ now: string }>('/api/clock')).now);

test('[P01] the canary makes its own account by the public address, and signs in every minute, second factor included', async () => {
  await system.advance(60);
  // The mail's function notes that it has followed the link; the clock's turns two-step verification on.
  const log = async () => (await system.readConsole<{ text: string }[]>('/api/logs?function=canary')).map(({ text }) => text).join('\n');
  await system.until(async () => ((await log()).includes('canary.verified') ? true : undefined), 'the canary to have an account');
  await system.advance(60);
  await system.until(async () => ((await log()).includes('canary.enrolled') ? true : undefined), 'the canary to have a second factor');
  await system.advance(60);
  await system.advance(60);

  for (const component of ['pages', 'accounts', 'sign-in', 'sessions']) {
    expect((await metric('Canary/Runs', { Component: component }))?.sum).toBeGreaterThanOrEqual(2);
    expect((await metric('Canary/Failed', { Component: component }))?.sum).toBe(0);
  }
  expect(await pages()).toEqual([]);
});

test('[P01] it is no customer: no mail goes out for it, its requests don’t count, and people’s do', async () => {
  const before = await metric('Slo/Requests', { Slo: 'sign-in' });
  const anna = new Viewer(system, freshAddress());
  const email = freshEmail();
  await anna.register(email, 'correct horse battery');

  await anna.signIn(email, 'correct horse battery');

  expect(before).toBeUndefined();
  expect(await system.until(async () => (await metric('Slo/Requests', { Slo: 'sign-in' }))?.sum, 'the sign-in to be counted')).toBe(1);
  expect((await metric('Slo/Failed', {}))?.sum).toBe(0);
  expect((await system.readConsole<{ to: string }[]>('/api/mail')).filter(({ to }) => to.endsWith(canaryDomain))).toEqual([]);
  expect(canaryUserAgent).toMatch(/^portiere-canary/);
});

test('[P03] from the store’s failing to the phone it takes less than two minutes, from the canary’s failing less than one', async () => {
  const began = await now();
  await system.tellConsole('POST', '/api/faults', { service: 'dynamodb', mode: 'error', rate: 1, seconds: 3600 });

  await system.advance(60);
  await system.advance(10);

  const page = (await pages()).find(({ subject }) => subject.includes('ALARM: "portiere-Canary-Failing-sign-in"'));
  const failed = (await system.readConsole<{ at: string; text: string }[]>('/api/logs?function=canary')).find(({ text }) =>
    text.includes('canary.failed'),
  );
  expect(failed?.text).toContain('answered 503 unavailable');
  expect((Date.parse(String(page?.at)) - began) / 1000).toBeLessThanOrEqual(120);
  expect((Date.parse(String(page?.at)) - Date.parse(String(failed?.at))) / 1000).toBeLessThan(60);
});

test('[P03] when the store is back, the phone says so', async () => {
  await system.tellConsole('DELETE', '/api/faults');

  await system.advance(60);
  await system.advance(60);
  await system.advance(60);

  expect((await pages()).map(({ subject }) => subject)).toContainEqual(expect.stringContaining('OK: "portiere-Canary-Failing-sign-in"'));
});

test('[P03] a canary that has fallen silent is missed', async () => {
  await system.tellConsole('POST', '/api/faults', { service: 'function:canary', mode: 'error', rate: 1, seconds: 3600 });

  for (let minutes = 0; minutes < 7; minutes += 1) await system.advance(60);
  await system.tellConsole('DELETE', '/api/faults');

  expect((await pages()).map(({ subject }) => subject)).toContainEqual(expect.stringContaining('ALARM: "portiere-Canary-Silent"'));
});
