/** The pages and forms about subscriptions with their real guards, over memory. */

import type { Context } from 'aws-lambda';
import { componentIds } from '../../contract/components.ts';
import { routes } from '../../contract/routes.ts';
import { createBudgets } from '../../lambda/domain/budgets.ts';
import { createRoutes } from '../../lambda/handlers/subscriptions.handler.ts';
import type { HttpAnswer } from '../../lambda/http/call.ts';
import { problemsAsPages } from '../../lambda/http/pages.ts';
import { createPipeline } from '../../lambda/http/pipeline.ts';
import { settings } from '../support/api.ts';
import { type EventOptions, httpEvent, ORIGIN_SECRET } from '../support/http-event.ts';
import { MemoryBudgetStore } from '../support/memory-budgets.ts';
import { SubscriptionWorld } from '../support/subscription-world.ts';

const form = { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://status.example.com' };
const wish = 'email=anna%40example.com&components%5B%5D=mail&components%5B%5D=sign-in&locale=it';

function createDoor() {
  const world = new SubscriptionWorld();
  const services = {
    ...world.services,
    settings,
    budgets: createBudgets({ clock: world.services.clock, store: new MemoryBudgetStore() }),
    isStaff: () => false,
    isOriginSecret: async (presented: string) => presented === ORIGIN_SECRET,
    telemetry: { log: () => undefined, count: () => undefined, countRequest: () => undefined },
  };
  const pipeline = createPipeline(
    routes,
    createRoutes(() => services),
    () => services,
  );
  return {
    world,
    async send(request: string, { query = {}, ...options }: EventOptions & { readonly query?: Record<string, string> } = {}) {
      const event = { ...httpEvent(request, options), queryStringParameters: query };
      const answered = (await pipeline(event, { awsRequestId: 'lambda-1' } as Context)) as HttpAnswer;
      const { statusCode, headers = {}, body = '' } = problemsAsPages(event, answered, () => settings.productName);
      return { status: statusCode, type: String(headers['Content-Type']), headers, body };
    },
  };
}

let door: ReturnType<typeof createDoor>;
beforeEach(() => {
  door = createDoor();
});

describe('the form', () => {
  test('[P04] speaks the language that is asked for, names every part, and needs no script', async () => {
    const english = await door.send('GET /v1/status/subscribe', { headers: { 'accept-language': 'de,en;q=0.5' } });
    const italian = await door.send('GET /v1/status/subscribe', { headers: { 'accept-language': 'it-IT' } });
    const chosen = await door.send('GET /v1/status/subscribe', { query: { lang: 'it' }, headers: { 'accept-language': 'en' } });

    expect([english, italian, chosen].map(({ body }) => /lang="(\w+)"/.exec(body)?.[1])).toEqual(['en', 'it', 'it']);
    for (const id of componentIds) expect(english.body).toContain(`value="${id}"`);
    expect(english.body).not.toContain('<script');
    expect(english.headers).toMatchObject({ 'Cache-Control': 'no-store', 'Content-Language': 'en' });
  });

  test('[P04] is taken from any site and without a cookie, and answers a person with a page and a program with JSON', async () => {
    const person = await door.send('POST /v1/status/subscribe', { rawBody: wish, headers: form });
    const program = await door.send('POST /v1/status/subscribe', {
      body: { email: 'bruno@example.com', components: ['mail'] },
      headers: { origin: 'https://anywhere.example' },
    });

    expect([person.status, person.type]).toEqual([202, 'text/html; charset=utf-8']);
    expect(person.body).toContain('Controlla la tua casella');
    expect(person.body).not.toContain('anna@example.com');
    expect([program.status, program.body]).toEqual([202, '{"status":"accepted"}']);
    expect(door.world.asked).toEqual([
      expect.objectContaining({ kind: 'status_subscription', email: 'anna@example.com', components: ['sign-in', 'mail'], locale: 'it' }),
      expect.objectContaining({ email: 'bruno@example.com', components: ['mail'], locale: 'en' }),
    ]);
  });

  test.each<[string, string, string]>([
    ['no address', 'email=nobody&components%5B%5D=mail', 'Enter an e-mail address'],
    ['no part', 'email=anna%40example.com', 'Choose one part'],
    ['a part that there is not', 'email=anna%40example.com&components%5B%5D=roof', 'Choose one part'],
    ['a field twice', `${wish}&email=other%40example.com`, 'did not arrive as we sent it'],
    ['a field of somebody else', `${wish}&admin=true`, 'did not arrive as we sent it'],
    ['a list that is none', 'email=anna%40example.com&components=mail', 'Choose one part'],
    ['a prototype', `${wish}&__proto__[]=x`, 'did not arrive as we sent it'],
  ])('with %s is answered by a page that says so, and asks for no mail', async (_, rawBody, sentence) => {
    const answer = await door.send('POST /v1/status/subscribe', { rawBody, headers: form });

    expect([answer.status, answer.type]).toEqual([400, 'text/html; charset=utf-8']);
    expect(answer.body).toContain(sentence);
    expect(door.world.asked).toEqual([]);
  });

  test('[P04] [P16] whoever asks too often is told when to come back', async () => {
    let answer = await door.send('POST /v1/status/subscribe', { rawBody: wish, headers: form });
    for (let request = 0; request < 40; request++) answer = await door.send('POST /v1/status/subscribe', { rawBody: wish, headers: form });

    expect([answer.status, door.world.asked.length]).toEqual([429, 30]);
    expect(answer.body).toMatch(/Try again in \d+ minutes|a minute/);
    expect(answer.headers['Retry-After']).toBeDefined();
  });

  test('a program is told its mistakes in JSON, as everywhere', async () => {
    const answer = await door.send('POST /v1/status/subscribe', { body: { email: 'anna@example.com', components: [] } });

    expect([answer.status, answer.type, JSON.parse(answer.body).errors]).toEqual([
      400,
      'application/problem+json',
      [{ path: 'components', message: 'must name one part of the service at least' }],
    ]);
  });
});

describe('the links', () => {
  test('[P04] opening the link of the first mail confirms nothing; its button does', async () => {
    await door.world.request('anna@example.com', ['mail']);
    const [token = ''] = await door.world.mailRequests();

    const opened = await door.send('GET /v1/status/subscription/confirm', { query: { token } });
    expect([opened.status, door.world.subscriptions.items.size]).toEqual([200, 0]);
    expect(opened.body).toContain(`name="token" value="${token}"`);
    const confirmed = await door.send('POST /v1/status/subscription/confirm', { rawBody: `token=${token}`, headers: form });
    expect([confirmed.status, door.world.subscriptions.items.size]).toEqual([200, 1]);
    const again = await door.send('POST /v1/status/subscription/confirm', { rawBody: `token=${token}`, headers: form });
    expect([again.status, again.type]).toEqual([400, 'text/html; charset=utf-8']);
    expect(again.body).toContain('This link is not valid any more');
  });

  test.each<[string, EventOptions]>([
    ['as a form', { rawBody: 'List-Unsubscribe=One-Click', headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
    [
      'in parts',
      {
        rawBody: '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
        headers: { 'content-type': 'multipart/form-data; boundary=b' },
      },
    ],
    ['without a body', {}],
  ])('[P04] one click of a mail program unsubscribes (RFC 8058), %s, without origin, cookie or redirect', async (_, options) => {
    const id = await door.world.subscribe('anna@example.com');
    const token = await door.world.link('unsubscribe', id);
    const headers = { ...options.headers, origin: undefined } as unknown as Record<string, string>;

    const answers = [];
    for (let time = 0; time < 2; time++)
      answers.push(await door.send('POST /v1/status/subscription/unsubscribe', { ...options, headers, query: { token } }));

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers.map((answer) => answer.headers['Set-Cookie'])).toEqual([undefined, undefined]);
    expect(door.world.subscriptions.items.size).toBe(0);
  });

  test('[P04] opening the same link unsubscribes nobody: mail scanners open all of them', async () => {
    const id = await door.world.subscribe('anna@example.com');

    const opened = await door.send('GET /v1/status/subscription/unsubscribe', {
      query: { token: await door.world.link('unsubscribe', id) },
    });

    expect([opened.status, door.world.subscriptions.items.size]).toEqual([200, 1]);
    expect(opened.body).toMatch(/<form method="post" action="\/v1\/status\/subscription\/unsubscribe\?token=/);
  });

  test('[P04] what was chosen is shown and changed without naming the address, and no box at all is a question', async () => {
    const id = await door.world.subscribe('anna@example.com', ['mail']);
    const token = await door.world.link('manage', id);

    const shown = await door.send('GET /v1/status/subscription/manage', { query: { token } });
    const empty = await door.send('POST /v1/status/subscription/manage', { rawBody: `token=${token}&locale=it`, headers: form });
    const saved = await door.send('POST /v1/status/subscription/manage', {
      rawBody: `token=${token}&locale=it&components%5B%5D=sessions`,
      headers: form,
    });

    expect(shown.body).toMatch(/value="mail"[^>]* checked/);
    expect(shown.body).not.toMatch(/value="sessions"[^>]* checked|anna@/);
    expect([empty.status, saved.status]).toEqual([400, 200]);
    expect(saved.body).toContain('Salvato.');
    expect(door.world.subscriptions.items.get(id)).toMatchObject({ components: ['sessions'], locale: 'it' });
  });

  test.each(['confirm', 'manage', 'unsubscribe'])('a forged link to %s is told apart from none that works', async (page) => {
    const answer = await door.send(`GET /v1/status/subscription/${page}`, { query: { token: '"><script>alert(1)</script>' } });

    expect([answer.status, answer.type]).toEqual([400, 'text/html; charset=utf-8']);
    expect(answer.body).not.toContain('<script');
  });

  test('[P16] what comes past the edge learns nothing here either', async () => {
    const answer = await door.send('GET /v1/status/subscribe', { headers: { 'x-origin-secret': 'guessed' } });

    expect([answer.status, answer.type]).toEqual([403, 'application/problem+json']);
  });
});
