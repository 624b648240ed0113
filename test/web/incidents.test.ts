/** Incidents on the page for staff. */
import type { IncidentView } from '../../contract/incident-bodies.ts';
import { hallDictionaries } from '../../web/text/hall.ts';
import { incidentDictionaries } from '../../web/text/incidents.ts';
import { describeWithBrowser } from '../support/browser.ts';
import { account, findSmallControls, findViolations, problem, readFocus, type Scripts, sessions } from './stage.ts';
import { callsTo, openTheatre, press } from './theatre.ts';

const { en, it: italian } = incidentDictionaries;
const hostile = '<img src=x onerror="document.title=1">';
const staff = {
  ...account,
  isStaff: true,
  secondFactor: { ...account.secondFactor, enabled: true, methods: ['totp', 'recovery_code'], recoveryCodesLeft: 10 },
};
const incident: IncidentView = {
  kind: 'incident',
  id: 'incident-1',
  name: { en: hostile, it: hostile },
  status: 'investigating',
  impact: 'major',
  createdAt: '2026-03-01T10:00:00.000Z',
  updatedAt: '2026-03-01T10:00:00.000Z',
  startedAt: '2026-03-01T10:00:00.000Z',
  components: [{ component: 'sessions', status: 'partial_outage' }],
  updates: [
    { id: 'update-1', status: 'investigating', body: { en: hostile, it: hostile }, at: '2026-03-01T10:00:00.000Z', components: [] },
  ],
  isLedByPeople: true,
  alarms: [{ name: 'portiere-Api-Errors', isRinging: false, since: '2026-03-01T10:05:00.000Z' }],
  quietSince: '2026-03-01T10:05:00.000Z',
};

describeWithBrowser('incidents on the page for staff', () => {
  const { open } = openTheatre();

  const scripts = (more: Scripts = {}): Scripts => ({
    'GET /v1/session': () => ({ status: 200, body: { account: staff, session: sessions[0], csrfToken: 'csrf-1' } }),
    'GET /v1/admin/ip-blocks': () => ({ status: 200, body: { blocks: [], isComplete: true, history: [] } }),
    'GET /v1/admin/reports': () => ({ status: 200, body: { reports: [], isComplete: true } }),
    'GET /v1/admin/incidents': () => ({ status: 200, body: { incidents: [incident], maintenances: [] } }),
    ...more,
  });

  it('[P04] [P17] are listed with what their alarms say, hostile text as text, and nobody is shut out', async () => {
    const visit = await open('/admin', scripts());

    await visit.page.getByText(hostile).first().waitFor();

    expect(await visit.page.title()).not.toBe('1');
    expect(await visit.page.getByText(/All its alarms have been silent since/).count()).toBe(1);
    expect([await findViolations(visit), await findSmallControls(visit), visit.complaints]).toEqual([[], [], []]);
  });

  it('[P04] are updated and resolved, with the keyboard alone, in the language of the page', async () => {
    const visit = await open(
      '/admin?lang=it',
      scripts({ 'POST /v1/admin/incidents/incident-1/updates': () => ({ status: 200, body: { incident } }) }),
    );
    await visit.page.getByRole('button', { name: italian.updateLabel(hostile) }).press('Enter');
    expect(await readFocus(visit, 'incident-status')).toBe('incident-status');

    await visit.page.getByLabel(italian.status, { exact: true }).selectOption('resolved');
    await visit.page.keyboard.press('Tab');
    await visit.page.keyboard.type('Risolto.');
    expect(await findViolations(visit)).toEqual([]);
    await press(visit, italian.send);
    await visit.page.getByText(italian.updated).waitFor();

    expect(callsTo(visit, 'POST /v1/admin/incidents/incident-1/updates').map(({ body }) => body)).toEqual([
      { status: 'resolved', body: { it: 'Risolto.' } },
    ]);
    expect(await readFocus(visit, 'incidents')).toBe('incidents');
  });

  it('[P04] are opened, and what is missing is said where it is', async () => {
    const visit = await open('/admin', scripts({ 'POST /v1/admin/incidents': () => ({ status: 201, body: { incident } }) }));
    await press(visit, en.open);

    await press(visit, en.send);
    const missing = await visit.page.getByText(en.missing).count();
    await visit.page.getByLabel(en.component).selectOption('mail');
    await visit.page.getByLabel(en.name, { exact: true }).fill('Mail is late');
    await visit.page.getByLabel(en.body).fill('Links may take an hour.');
    await press(visit, en.send);
    await visit.page.getByText(en.opened).waitFor();

    expect(missing).toBe(2);
    expect(callsTo(visit, 'POST /v1/admin/incidents').map(({ body }) => body)).toEqual([
      {
        name: { en: 'Mail is late' },
        body: { en: 'Links may take an hour.' },
        status: 'investigating',
        components: [{ component: 'mail', status: 'partial_outage' }],
      },
    ]);
  });

  it('[P04] one that somebody else has closed meanwhile is shown as it is now', async () => {
    const visit = await open('/admin', scripts({ 'POST /v1/admin/incidents/incident-1/updates': () => problem('conflict') }));
    await visit.page.getByRole('button', { name: en.updateLabel(hostile) }).click();
    await visit.page.getByLabel(en.body).fill('Still.');

    await press(visit, en.send);

    await visit.page.getByText(en.changed).waitFor();
    expect(callsTo(visit, 'GET /v1/admin/incidents')).toHaveLength(2);
  });

  it('that could not be loaded say so, and leave the rest of the page alone', async () => {
    let isFailing = true;
    const visit = await open(
      '/admin',
      scripts({
        'GET /v1/admin/incidents': () => (isFailing ? problem('unavailable') : { status: 200, body: { incidents: [], maintenances: [] } }),
      }),
    );
    await visit.page.getByText(en.failed).waitFor();
    isFailing = false;

    await press(visit, hallDictionaries.en.account.retry);

    await visit.page.getByText(en.none).waitFor();
  });
});
