import type { OpenIncident } from '../../contract/incident-bodies.ts';
import { openIncidentBody, scheduleMaintenanceBody, updateIncidentBody } from '../../contract/incident-bodies.ts';
import { incidentSchema } from '../../contract/incidents.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import type { IncidentOutcome } from '../../lambda/domain/incidents/people.ts';
import { editComponents, openIncident, updateIncident } from '../../lambda/domain/incidents/people.ts';
import { author, createIncidentWorld, type IncidentWorld } from '../support/incident-world.ts';

const slow: OpenIncident = {
  name: { it: 'Accesso lento' },
  body: { en: 'We look into it.', it: 'Stiamo verificando.' },
  status: 'investigating',
  components: [{ component: 'sign-in', status: 'degraded_performance' }],
};

function written(outcome: IncidentOutcome) {
  if (outcome.kind !== 'written') throw new Error(`it was refused: ${JSON.stringify(outcome)}`);
  return outcome.incident.content;
}

const open = async (world: IncidentWorld, more: Partial<OpenIncident> = {}) =>
  written(await openIncident(world.services, author, { ...slow, ...more }));

describe('A person who writes about an incident', () => {
  it('[P04] opens it with the impact that follows from its components, and each language stands in for the other', async () => {
    const world = createIncidentWorld();

    const incident = await open(world);

    expect(incidentSchema.parse(incident)).toMatchObject({
      impact: 'minor',
      status: 'investigating',
      name: { en: 'Accesso lento', it: 'Accesso lento' },
      updates: [{ body: { en: 'We look into it.', it: 'Stiamo verificando.' } }],
    });
    expect(world.published).toEqual(['incident.opened']);
  });

  it('[P04] says how it goes on, worse and better, until it is resolved', async () => {
    const world = createIncidentWorld();
    const { id } = await open(world);

    world.advance(60);
    const components = [{ component: 'mail', status: 'major_outage' }] as const;
    const worse = written(
      await updateIncident(world.services, author, id, { status: 'identified', body: { en: 'Worse.' }, components: [...components] }),
    );
    world.advance(60);
    const over = written(await updateIncident(world.services, author, id, { status: 'resolved', body: { en: 'Over.' } }));

    expect(worse).toMatchObject({ impact: 'critical', components: [slow.components[0], components[0]] });
    expect(over).toMatchObject({
      status: 'resolved',
      resolvedAt: new Date(world.now()).toISOString(),
      components: [
        { component: 'sign-in', status: 'operational' },
        { component: 'mail', status: 'operational' },
      ],
    });
    expect(world.published).toEqual(['incident.opened', 'incident.updated', 'incident.updated']);
  });

  it('[P04] can say nothing more in a closed one, but for a postmortem', async () => {
    const world = createIncidentWorld();
    const { id } = await open(world);
    const early = await updateIncident(world.services, author, id, { status: 'postmortem', body: { en: 'Why.' } });
    await updateIncident(world.services, author, id, { status: 'resolved', body: { en: 'Over.' } });

    const refused = [
      early,
      await updateIncident(world.services, author, id, { body: { en: 'Still.' } }),
      await updateIncident(world.services, author, id, { status: 'investigating', body: { en: 'Again.' } }),
      await updateIncident(world.services, author, id, { status: 'resolved', body: { en: 'Twice.' } }),
      await updateIncident(world.services, author, id, { status: 'postmortem', body: { en: 'Why.' }, components: slow.components }),
      await editComponents(world.services, author, id, { components: slow.components }),
    ];
    const postmortem = written(await updateIncident(world.services, author, id, { status: 'postmortem', body: { en: 'Why.' } }));

    expect(refused.map(({ kind }) => kind)).toEqual(Array(6).fill('conflict'));
    expect(postmortem.updates.map(({ status }) => status)).toEqual(['investigating', 'resolved', 'postmortem']);
  });

  it('[P04] replaces the components without a word', async () => {
    const world = createIncidentWorld();
    const { id } = await open(world);

    const edited = written(
      await editComponents(world.services, author, id, { components: [{ component: 'pages', status: 'partial_outage' }] }),
    );

    expect(edited).toMatchObject({ components: [{ component: 'pages', status: 'partial_outage' }], impact: 'major' });
    expect(edited.updates).toHaveLength(1);
  });

  it('[P04] is told what is wrong with what was asked', async () => {
    const world = createIncidentWorld();
    const { id } = await open(world);
    const at = (seconds: number) => new Date(world.now() + seconds * 1000).toISOString();

    const refusals = [
      await openIncident(world.services, author, { ...slow, startedAt: at(600) }),
      await openIncident(world.services, author, { ...slow, startedAt: at(-91 * 86_400) }),
      await openIncident(world.services, author, { ...slow, components: [{ component: 'mail', status: 'under_maintenance' }] }),
      await updateIncident(world.services, author, id, { status: 'resolved', body: { en: 'Over.' }, components: slow.components }),
    ];

    expect(refusals.map((refusal) => (refusal.kind === 'invalid_request' ? refusal.errors[0]?.path : refusal.kind))).toEqual([
      'startedAt',
      'startedAt',
      'components.0.status',
      'components',
    ]);
    expect(await updateIncident(world.services, author, 'no-such-incident', { body: { en: 'x' } })).toEqual({ kind: 'not_found' });
  });

  it('[P04] of five who write at once, each is heard', async () => {
    const world = createIncidentWorld();
    const { id } = await open(world);

    const outcomes = await Promise.all(
      Array.from({ length: 5 }, (_, index) => updateIncident(world.services, author, id, { body: { en: `${index}` } })),
    );

    expect(outcomes.map(({ kind }) => kind)).toEqual(Array(5).fill('written'));
    expect((await world.store.readIncident(id))?.content.updates).toHaveLength(6);
  });

  it('[P04] of two who resolve it at once, one does', async () => {
    const world = createIncidentWorld();
    const { id } = await open(world);

    const outcomes = await Promise.all(
      ['a', 'b'].map((en) => updateIncident(world.services, author, id, { status: 'resolved', body: { en } })),
    );

    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['conflict', 'written']);
  });

  it('[P04] can not write it so full that it never ends', async () => {
    const world = createIncidentWorld();
    const { id } = await open(world);
    const body = { en: '😀'.repeat(securityPolicy.incidents.bodyCodePoints), it: 'x' };
    const kinds: string[] = [];
    for (let index = 0; index < securityPolicy.incidents.updates; index++) {
      kinds.push((await updateIncident(world.services, author, id, { body })).kind);
    }

    const over = await updateIncident(world.services, author, id, { status: 'resolved', body });

    expect(kinds.at(-1)).toBe('conflict');
    expect(over.kind).toBe('written');
    expect(Buffer.byteLength(JSON.stringify(await world.store.readIncident(id)))).toBeLessThan(400_000);
  });

  it('[P27] is written down, under the incident and under the member of staff', async () => {
    const world = createIncidentWorld();
    const staff = { ...author, session: { accountId: 'account-of-ada', sessionId: 'session-1' } };

    const { id } = written(await openIncident(world.services, staff, slow));

    const common = { actor: 'ada', address: '203.0.113.7', target: id, reason: 'Accesso lento' };
    expect(await world.events.list('incident', 10)).toMatchObject([{ ...common, type: 'incident.opened' }]);
    expect(await world.events.list('account-of-ada', 10)).toMatchObject([{ ...common, type: 'staff.acted', act: 'incident.opened' }]);
  });
});

describe('What may be written', () => {
  const tryName = (en: string) => openIncidentBody.safeParse({ ...slow, name: { en } }).success;
  const tryBody = (en: string) => updateIncidentBody.safeParse({ body: { en } }).success;

  it('[P17] [P04] is plain text: markup is a text like any other, characters that could rewrite a page or break a feed are none', () => {
    const allowed = ['<script>alert(1)</script>', '"\'&<>]]>', '{{7*7}}', 'sì, è così 🙂', '‏עברית'];
    const refused = ['', '   ', 'a\u0000b', 'a\u001bb', 'a\u0085b', 'a\u202eb', 'a\u2066b', 'a\u2028b', 'a\ud800b', 'a\uffffb', 'a\u000bb'];

    expect(allowed.map(tryName)).toEqual(allowed.map(() => true));
    expect([...refused, 'two\nlines'].map(tryName)).toEqual([...refused, ''].map(() => false));
    expect([tryBody('two\nlines'), ...refused.map(tryBody)]).toEqual([true, ...refused.map(() => false)]);
  });

  it('[P04] has its limits in characters, whatever they are made of', () => {
    const { nameCodePoints, bodyCodePoints } = securityPolicy.incidents;

    expect([tryName('😀'.repeat(nameCodePoints)), tryName('a'.repeat(nameCodePoints + 1))]).toEqual([true, false]);
    expect([tryBody('😀'.repeat(bodyCodePoints)), tryBody('a'.repeat(bodyCodePoints + 1))]).toEqual([true, false]);
  });

  it('[P04] names components that there are, each once', () => {
    const tryComponents = (components: unknown) => openIncidentBody.safeParse({ ...slow, components }).success;
    const [signIn] = slow.components;

    expect(tryComponents([signIn])).toBe(true);
    expect(
      [[], [signIn, signIn], [{ component: 'database', status: 'operational' }], [{ component: '__proto__', status: 'operational' }]].map(
        tryComponents,
      ),
    ).toEqual(Array(4).fill(false));
    expect(scheduleMaintenanceBody.safeParse({ ...slow, status: undefined, components: ['mail', 'mail'] }).success).toBe(false);
  });

  it('[P04] is written in one language at least', () => {
    const result = openIncidentBody.safeParse({ ...slow, name: {} });

    expect(result.error?.issues.map(({ path, message }) => [path.join('.'), message])).toEqual([
      ['name', 'must be written in one language at least: en or it'],
    ]);
  });
});
