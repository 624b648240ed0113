/** The banner as people meet it: on our own pages, under the headers that they really have, and when its source fails. */

import { nextPollMilliseconds } from '../../client/banner-schedule.ts';
import type { Notice } from '../../contract/incident-bodies.ts';
import { describeWithBrowser } from '../support/browser.ts';
import { findSmallControls, findViolations, type Scripts } from './stage.ts';
import { callsTo, openTheatre } from './theatre.ts';

const outage: Notice = {
  id: 'incident-1',
  kind: 'incident',
  name: { en: 'Sign-in: not available', it: 'Accesso: servizio non disponibile' },
  body: { en: 'Most requests fail.\nWe are on it.', it: 'La maggior parte delle richieste non va a buon fine.' },
  status: 'investigating',
  impact: 'critical',
  components: [{ id: 'sign-in', name: { en: 'Sign-in', it: 'Accesso' }, status: 'major_outage' }],
  startedAt: '2026-03-01T10:00:00.000Z',
  updatedAt: '2026-03-01T10:05:00.000Z',
};
const planned: Notice = {
  ...outage,
  id: 'maintenance-1',
  kind: 'maintenance',
  name: { en: 'New database', it: 'Nuovo database' },
  status: 'scheduled',
  impact: 'maintenance',
  scheduledFor: '2026-03-02T22:00:00.000Z',
  scheduledUntil: '2026-03-02T23:00:00.000Z',
};

const answering = (notices: unknown): Scripts => ({ 'GET /v1/notices': () => ({ status: 200, body: { notices } }) });

describeWithBrowser('the banner', () => {
  const { open } = openTheatre();

  it('[P05] says what is going on, urgent things at once and others at the next pause, and nobody is shut out', async () => {
    const visit = await open('/', answering([outage, planned]));

    await visit.page.getByRole('region', { name: 'Service notices' }).waitFor();

    expect(await visit.page.getByRole('alert').filter({ hasText: 'Sign-in: not available' }).count()).toBe(1);
    expect(await visit.page.getByRole('status').filter({ hasText: 'New database' }).textContent()).toContain('Planned maintenance');
    expect([await findViolations(visit), await findSmallControls(visit), visit.complaints]).toEqual([[], [], []]);
    expect(callsTo(visit, 'GET /v1/notices')[0]?.headers).not.toHaveProperty('cookie');
  });

  it('[P05] speaks the language of the page, and changes it with the page', async () => {
    const visit = await open('/?lang=it', answering([outage]));
    await visit.page.getByText('Accesso: servizio non disponibile').waitFor();

    await visit.page.getByRole('link', { name: 'English' }).click();

    await visit.page.getByText('Sign-in: not available').waitFor();
    expect(await visit.page.getByText('Accesso: servizio').count()).toBe(0);
  });

  it('[P05] [P17] shows hostile text as text', async () => {
    const hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    const visit = await open('/', answering([{ ...outage, name: { en: hostile, it: hostile }, body: { en: hostile, it: hostile } }]));

    await visit.page.getByText(hostile).first().waitFor();

    expect(await visit.page.title()).not.toMatch(/^[12]$/);
    expect(await visit.page.locator('portiere-notices img, portiere-notices script').count()).toBe(0);
    expect(visit.complaints).toEqual([]);
  });

  it('[P05] is put away for the visit, and comes back when it becomes worse', async () => {
    let notices: Notice[] = [{ ...outage, impact: 'minor' }];
    const visit = await open('/', { 'GET /v1/notices': () => ({ status: 200, body: { notices } }) });
    await visit.page.getByRole('button', { name: 'Dismiss: Sign-in: not available' }).click();
    const left = await visit.page.getByText('Sign-in: not available').count();

    await visit.page.reload();
    await visit.page.locator('h1').waitFor();
    await visit.page.waitForFunction(() => performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/v1/notices')));
    const afterReload = await visit.page.getByRole('region', { name: 'Service notices' }).count();
    notices = [outage];
    await visit.page.reload();

    await visit.page.getByText('Sign-in: not available').waitFor();
    expect([left, afterReload]).toEqual([0, 0]);
  });

  it.each([
    ['no connection', () => 'cut off' as const],
    ['an error', () => ({ status: 503, body: { code: 'unavailable' } })],
    ['no JSON', () => ({ status: 200, body: 'not json' })],
    [
      'another shape',
      () => ({ status: 200, body: { notices: [null, 1, 'x', {}, { ...outage, name: 'x' }, { ...outage, impact: 'apocalyptic' }] } }),
    ],
    ['a flood', () => ({ status: 200, body: { notices: [{ ...outage, body: { en: 'x'.repeat(300_000), it: '' } }] } })],
  ])('[P05] fails silently: %s', async (_, answer) => {
    let isAnswered: Promise<unknown> = Promise.resolve();
    const visit = await open('/', { 'GET /v1/notices': answer }, {}, async (page) => {
      // Not until the request has finished: a page that doesn't read the body of an error leaves it open.
      const isCall = (thing: { url(): string }) => thing.url().endsWith('/v1/notices');
      isAnswered = Promise.race([page.waitForEvent('response', isCall), page.waitForEvent('requestfailed', isCall)]);
    });

    await isAnswered;
    // Time to show something, if it would.
    await visit.page.waitForTimeout(300);

    expect(await visit.page.getByRole('region', { name: 'Service notices' }).count()).toBe(0);
    expect(visit.complaints).toEqual([]);
  });

  it('[P05] asks again when the answer is not fresh any more, and asks nothing while nobody looks', async () => {
    const visit = await open('/', answering([outage]), {}, async (page) => {
      await page.clock.install();
      await page.addInitScript(() => {
        const state = { hidden: false };
        Object.defineProperty(document, 'visibilityState', { get: () => (state.hidden ? 'hidden' : 'visible') });
        Object.assign(window, {
          setHidden: (hidden: boolean) => {
            state.hidden = hidden;
            document.dispatchEvent(new Event('visibilitychange'));
          },
        });
      });
    });
    const { page } = visit;
    const asked = () => callsTo(visit, 'GET /v1/notices').length;
    const hide = (hidden: boolean) =>
      page.evaluate((value) => (window as unknown as { setHidden(hidden: boolean): void }).setHidden(value), hidden);
    await page.getByText('Sign-in: not available').waitFor();
    const first = asked();

    const answered = page.waitForResponse('**/v1/notices');
    await page.clock.runFor(37_000);
    await answered;
    const second = asked();
    await hide(true);
    await page.clock.runFor(600_000);
    const hidden = asked();
    const again = page.waitForResponse('**/v1/notices');
    await hide(false);
    await again;

    expect([first, second, hidden, asked()]).toEqual([1, 2, 2, 3]);
  });
});

describe('when it asks again', () => {
  const pause = (failures: number, more: { cacheControl?: string; retryAfter?: string } = {}) =>
    nextPollMilliseconds({ failures, cacheControl: null, retryAfter: null, ...more }, 0);

  it('[P05] follows the freshness of the answer, within half a minute and five', () => {
    expect([pause(0), pause(0, { cacheControl: 'public, max-age=60' }), pause(0, { cacheControl: 'max-age=999999' })]).toEqual([
      30_000, 60_000, 300_000,
    ]);
  });

  it('[P05] waits longer with every failure, and as long as it is asked to, up to a quarter of an hour', () => {
    expect([1, 2, 3, 4, 5, 50].map((failures) => pause(failures))).toEqual([60_000, 120_000, 240_000, 480_000, 900_000, 900_000]);
    expect([pause(1, { retryAfter: '300' }), pause(1, { retryAfter: 'Wed, 21 Oct 2026 07:28:00 GMT' })]).toEqual([300_000, 60_000]);
  });
});
