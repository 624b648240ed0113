/** Reports of vulnerabilities in a browser: the page of reporters, and staff's part of theirs. Whatever strangers write stays text. */
import type { ReportView } from '../../contract/report-schemas.ts';
import { reportDictionaries } from '../../web/text/report.ts';
import { triageDictionaries } from '../../web/text/triage.ts';
import { describeWithBrowser } from '../support/browser.ts';
import { account, findSmallControls, findViolations, problem, readFocus, type Scripts, sessions } from './stage.ts';
import { callsTo, openTheatre, press } from './theatre.ts';

const [en, italian] = [reportDictionaries.en, reportDictionaries.it];
const triage = triageDictionaries.en;
const token = 'T'.repeat(43);
const at = '2026-03-01T10:00:00.000Z';
/** Each would say that it ran by the title of the page. */
const hostile = [
  '<img src=x onerror="document.title=1">',
  '<script>document.title=1</script>',
  '"><svg onload=document.title=1>',
  'javascript:document.title=1',
  '{{constructor.constructor("document.title=1")()}}',
  '</pre></textarea><iframe srcdoc="<script>parent.document.title=1</script>">',
].join('\n');
const followed = {
  reference: 'r'.repeat(22),
  state: 'triaged',
  severity: 'high',
  receivedAt: at,
  updatedAt: at,
  answerDueAt: null,
  decisionDueAt: at,
  messages: [{ id: 'message-1', at, from: 'staff', text: hostile }],
};
const view: ReportView = {
  id: 'r'.repeat(22),
  title: hostile.split('\n')[0] ?? '',
  state: 'new',
  severity: null,
  owner: null,
  duplicateOf: null,
  receivedAt: at,
  updatedAt: at,
  answerDueAt: at,
  decisionDueAt: at,
  asset: hostile,
  steps: hostile,
  impact: hostile,
  weakness: 'CWE-79',
  cvss: { vector: 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:N/SC:N/SI:N/SA:N', score: 9.3, severity: 'critical' },
  contact: hostile,
  pgpKey: hostile,
  credit: hostile,
  wantsDisclosure: true,
  messages: [{ id: 'message-1', at, from: 'reporter', author: null, text: hostile }],
  notes: [{ id: 'note-1', at, author: 'rosa@example.com', text: hostile }],
  nextStates: ['triaged', 'accepted', 'spam'],
};
const staff = {
  ...account,
  isStaff: true,
  secondFactor: { ...account.secondFactor, enabled: true, methods: ['totp', 'recovery_code'], recoveryCodesLeft: 10 },
};

describeWithBrowser('reports of vulnerabilities', () => {
  const { open } = openTheatre();

  const public_: Scripts = {
    'GET /v1/thanks': () => ({ status: 200, body: { thanks: [{ id: 'thanks-1', name: hostile, at }] } }),
    'POST /v1/reports': () => ({ status: 202, body: { trackingToken: token } }),
    [`GET /v1/reports/${token}`]: () => ({ status: 200, body: followed }),
    [`POST /v1/reports/${token}/messages`]: () => ({ status: 202, body: { id: 'message-2' } }),
  };
  const desk: Scripts = {
    'GET /v1/session': () => ({ status: 200, body: { account: staff, session: sessions[0], csrfToken: 'csrf-1' } }),
    'GET /v1/admin/ip-blocks': () => ({ status: 200, body: { blocks: [], isComplete: true, history: [] } }),
    'GET /v1/admin/incidents': () => ({ status: 200, body: { incidents: [], maintenances: [] } }),
    'GET /v1/admin/reports': () => ({ status: 200, body: { reports: [summaryOf(view)], isComplete: true } }),
    [`GET /v1/admin/reports/${view.id}`]: () => ({ status: 200, body: view }),
    [`POST /v1/admin/reports/${view.id}/updates`]: () => ({ status: 200, body: { ...view, state: 'accepted' } }),
  };

  it('[P22] [P29] [P17] the page has the policy, thanks and the form, in both languages; a name to thank is text; nobody is shut out', async () => {
    const visit = await open('/report?lang=it', public_);
    await visit.page.getByText('document.title=1').first().waitFor();

    for (const { title } of [italian.policy, italian.form, italian.follow, italian.thanks]) {
      expect(await visit.page.getByRole('heading', { name: title, exact: true }).count()).toBe(1);
    }
    expect(await visit.page.getByText(italian.policy.harbour[0] ?? '').count()).toBe(1);
    expect(await visit.page.title()).not.toBe('1');
    expect([await findViolations(visit), await findSmallControls(visit)]).toEqual([[], []]);
  });

  it('[P29] a report is sent with the keyboard alone, its token is shown once with a way to keep it, and opens what follows', async () => {
    const visit = await open('/report', public_);
    await press(visit, en.form.submit);
    expect(await visit.page.getByText(en.form.missing).count()).toBe(4);
    expect(await readFocus(visit, 'title')).toBe('title');
    for (const words of ['A title', 'https://id.example.com/', hostile, 'Everything']) {
      await visit.page.keyboard.insertText(words);
      await visit.page.keyboard.press('Tab');
    }

    await visit.page.getByRole('button', { name: en.form.submit }).press('Enter');
    await visit.page.getByText(token, { exact: true }).waitFor();

    expect(callsTo(visit, 'POST /v1/reports').map(({ body }) => body)).toEqual([
      {
        title: 'A title',
        asset: 'https://id.example.com/',
        steps: hostile,
        impact: 'Everything',
        locale: 'en',
        idempotencyKey: expect.stringMatching(/^[\w-]{36}$/),
      },
    ]);
    expect(await visit.page.getByRole('button', { name: en.filed.copyToken }).count()).toBe(1);
    expect(await findViolations(visit)).toEqual([]);
    await press(visit, en.filed.follow);
    await visit.page.getByRole('heading', { name: en.follow.heading(followed.reference) }).waitFor();
  });

  it('[P29] [P17] a link with a token opens the report, takes the token out of the address, and shows our words as text', async () => {
    const visit = await open(`/report#token=${token}`, public_);
    await visit.page.getByRole('heading', { name: en.follow.heading(followed.reference) }).waitFor();

    await visit.page.getByLabel(en.follow.message).last().fill('Here is more.');
    await press(visit, en.follow.send);
    await visit.page.getByText(en.follow.sent).waitFor();

    expect(visit.page.url()).not.toContain(token);
    expect(callsTo(visit, `POST /v1/reports/${token}/messages`).map(({ body }) => body)).toEqual([
      { text: 'Here is more.', idempotencyKey: expect.any(String) },
    ]);
    expect(await visit.page.title()).not.toBe('1');
    expect(await findViolations(visit)).toEqual([]);
  });

  it('[P29] a token that opens nothing is said at its field', async () => {
    const visit = await open('/report', { ...public_, [`GET /v1/reports/${token}`]: () => problem('not_found') });
    await visit.page.getByLabel(en.follow.token).fill(token);

    await press(visit, en.follow.submit);

    await visit.page.getByText(en.follow.unknown).waitFor();
  });

  it('[P22] [P17] staff read a report as its reporter wrote it, all of it as text, judge it and answer', async () => {
    const visit = await open('/admin', desk);
    await visit.page.getByRole('button', { name: triage.openLabel(view.title) }).press('Enter');
    await visit.page.getByText(triage.asWritten).waitFor();

    expect(await findViolations(visit)).toEqual([]);
    expect(await visit.page.locator('pre iframe, pre img, pre svg, pre script').count()).toBe(0);
    await visit.page.getByLabel(triage.state, { exact: true }).selectOption('accepted');
    await visit.page.getByLabel(triage.severity, { exact: true }).selectOption('high');
    await visit.page.getByLabel(triage.owner, { exact: true }).selectOption(staff.email);
    await visit.page.getByLabel(triage.answer).fill('Confirmed. Thank you.');
    await press(visit, triage.send);
    await visit.page.getByText(triage.saved).waitFor();

    expect(callsTo(visit, `POST /v1/admin/reports/${view.id}/updates`).map(({ body }) => body)).toEqual([
      { state: 'accepted', severity: 'high', owner: staff.email, answer: 'Confirmed. Thank you.' },
    ]);
    expect(await visit.page.title()).not.toBe('1');
  });
});

function summaryOf({ id, title, state, severity, owner, duplicateOf, receivedAt, updatedAt, answerDueAt, decisionDueAt }: ReportView) {
  return { id, title, state, severity, owner, duplicateOf, receivedAt, updatedAt, answerDueAt, decisionDueAt };
}
