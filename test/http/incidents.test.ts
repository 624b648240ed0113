/** Staff's routes about incidents with their real guards, and the public document, over memory. */
import type { Context } from 'aws-lambda';
import { type Route, type RouteId, routes } from '../../contract/routes.ts';
import { readNotices } from '../../lambda/domain/incidents/notices.ts';
import { computeCsrfToken, mintSession, openAs, serialiseToken } from '../../lambda/domain/sessions.ts';
import { createRoutes } from '../../lambda/handlers/incidents.handler.ts';
import type { HttpAnswer } from '../../lambda/http/call.ts';
import { createPipeline } from '../../lambda/http/pipeline.ts';
import { answerUnlessKnown } from '../../lambda/http/responses.ts';
import { settings } from '../support/api.ts';
import { type EventOptions, httpEvent, ORIGIN_SECRET } from '../support/http-event.ts';
import { createIncidentWorld } from '../support/incident-world.ts';
import { createStaffDoor } from '../support/staff.ts';

const opening = {
  name: { en: 'Mail is late' },
  body: { en: 'Links may take an hour.' },
  components: [{ component: 'mail', status: 'degraded_performance' }],
};
const changes = (Object.entries(routes) as [RouteId, Route][]).filter(
  ([, route]) => route.function === 'incidents' && route.method !== 'GET',
);

function createDesk() {
  const door = createStaffDoor();
  const world = createIncidentWorld();
  const services = {
    ...door.services,
    ...world.services,
    events: door.services.events,
    clock: door.services.clock,
    settings,
    isOriginSecret: async (presented: string) => presented === ORIGIN_SECRET,
    telemetry: { log: () => undefined, count: () => undefined, countRequest: () => undefined },
  };
  const pipeline = createPipeline(
    routes,
    {
      ...createRoutes(() => services),
      notices: async (call) => answerUnlessKnown(call, await readNotices(world.store, door.now())),
    },
    () => services,
  );

  async function send(request: string, options: EventOptions) {
    const answered = (await pipeline(httpEvent(request, options), { awsRequestId: 'lambda-1' } as Context)) as HttpAnswer;
    return { ...answered, json: answered.body === undefined ? undefined : JSON.parse(answered.body) };
  }

  async function visitor(email: string, { withFactor = true, steppedUp = true } = {}) {
    const accountId = await door.person(email, withFactor);
    const minted = mintSession(door.services.random, accountId, { address: '', userAgent: '' }, door.now());
    const stored = { ...openAs(minted.stored, door.staff.has(email)), ...(steppedUp ? { steppedUpAt: door.now() } : {}) };
    door.change(accountId, { sessions: { [minted.token.sessionId]: stored } });
    return {
      accountId,
      async send(routeId: RouteId, body?: unknown, id = 'no-such-incident') {
        const route: Route = routes[routeId];
        return await send(`${route.method} ${route.path.replace('{id}', id)}`, {
          routeKey: `${route.method} ${route.path}`,
          pathParameters: { id },
          ...(body === undefined ? {} : { body }),
          cookies: [`__Host-session=${serialiseToken(minted.token)}`],
          headers: { 'x-csrf-token': computeCsrfToken(minted.token.secret) },
        });
      },
    };
  }
  return { door, world, send, visitor };
}

describe('the routes about incidents', () => {
  it('[P27] let staff open an incident, write about it and close it, and each act stands in the history under their name', async () => {
    const { door, visitor } = createDesk();
    const lucia = await visitor('lucia@example.com');

    const opened = await lucia.send('incidents.open', opening);
    const { id } = opened.json.incident;
    const edited = await lucia.send('incidents.components', { components: [{ component: 'mail', status: 'partial_outage' }] }, id);
    const resolved = await lucia.send('incidents.update', { status: 'resolved', body: { it: 'Risolto.' } }, id);
    const late = await lucia.send('incidents.update', { body: { en: 'More.' } }, id);
    const listed = await lucia.send('incidents.list');

    expect([opened, edited, resolved, late, listed].map(({ statusCode }) => statusCode)).toEqual([201, 200, 200, 409, 200]);
    expect(late.json.detail).toContain('closed');
    expect(listed.json.incidents).toMatchObject([{ id, status: 'resolved', impact: 'major', isLedByPeople: true, alarms: [] }]);
    expect(door.events('incident').map(({ type, actor }) => [type, actor])).toEqual(
      ['incident.opened', 'incident.components_edited', 'incident.updated'].map((type) => [type, lucia.accountId]),
    );
    expect(door.events(lucia.accountId).filter(({ type }) => type === 'staff.acted')).toHaveLength(3);
  });

  it('[P27] let staff announce, move and call off a maintenance', async () => {
    const { door, visitor } = createDesk();
    const lucia = await visitor('lucia@example.com');
    const at = (hours: number) => new Date(door.now() + hours * 3_600_000).toISOString();
    const plan = { name: { en: 'New database' }, body: { en: 'Short.' }, components: ['mail'], scheduledFor: at(1), scheduledUntil: at(2) };

    const scheduled = await lucia.send('maintenances.schedule', plan);
    const { id } = scheduled.json.maintenance;
    const moved = await lucia.send('maintenances.update', { body: { en: 'Longer.' }, scheduledUntil: at(3) }, id);
    const cancelled = await lucia.send('maintenances.cancel', {}, id);

    expect([scheduled, moved, cancelled].map(({ statusCode }) => statusCode)).toEqual([201, 200, 200]);
    expect(cancelled.json.maintenance).toMatchObject({ status: 'completed', isCancelled: true, scheduledUntil: at(3) });
  });

  it.each(changes)('[P27] %s is refused to whoever is not staff, has no second factor, or has not stepped up', async (routeId) => {
    const { visitor } = createDesk();
    const [customer, without, stale] = [
      await visitor('anna@example.com'),
      await visitor('mario@example.com', { withFactor: false }),
      await visitor('lucia@example.com', { steppedUp: false }),
    ];

    const answers = await Promise.all([customer, without, stale].map((each) => each.send(routeId, opening)));

    expect(answers.map(({ statusCode, json }) => [statusCode, json.code])).toEqual([
      [403, 'forbidden'],
      [403, 'forbidden'],
      [403, 'step_up_required'],
    ]);
  });

  it('say which field is wrong, and know no component that there is not', async () => {
    const { visitor } = createDesk();
    const lucia = await visitor('lucia@example.com');

    const answer = await lucia.send('incidents.open', {
      ...opening,
      name: { en: 'a\u0000b' },
      components: [{ component: 'database', status: 'operational' }],
    });

    expect(answer.statusCode).toBe(400);
    expect(answer.json.errors.map(({ path }: { path: string }) => path)).toEqual(['name.en', 'components.0.component']);
  });
});

describe('the public document', () => {
  it('[P05] may be read by scripts of every origin and kept for half a minute, and is not sent twice', async () => {
    const { send, world } = createDesk();
    await world.ring('portiere-Api-Errors');

    const first = await send('GET /v1/notices', { headers: { origin: 'https://elsewhere.example' } });
    const tag = String(first.headers?.ETag);
    const again = await send('GET /v1/notices', { headers: { 'if-none-match': `W/"other", W/${tag}` } });
    const own = await send('GET /v1/notices', { headers: { origin: 'https://app.example.com' } });

    expect(first).toMatchObject({
      statusCode: 200,
      headers: { 'Access-Control-Allow-Origin': '*', 'Cache-Control': 'public, max-age=30' },
    });
    expect(first.headers).not.toHaveProperty('Access-Control-Allow-Credentials');
    expect([again.statusCode, again.body]).toEqual([304, undefined]);
    expect(own.headers).toMatchObject({ 'Access-Control-Allow-Origin': 'https://app.example.com' });
  });

  it('no other route is open to scripts of every origin', () => {
    const open = (Object.entries(routes) as [RouteId, Route][]).filter(([, { anyOrigin }]) => anyOrigin);

    expect(open.map(([id, { auth, method }]) => [id, auth, method])).toEqual([['notices', 'none', 'GET']]);
  });
});
