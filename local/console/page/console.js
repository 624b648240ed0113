// Everything that comes from the system is put on the page as text, never as markup: mails and paths are written by strangers.

const byId = (id) => document.getElementById(id);

function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

const when = (iso) => new Date(iso).toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'medium' });

/** Text with its web addresses made clickable. */
function linkify(text) {
  const paragraph = make('p');
  let at = 0;
  for (const match of text.matchAll(/https?:\/\/[^\s<>"]+/g)) {
    paragraph.append(text.slice(at, match.index));
    const link = make('a', '', match[0]);
    link.href = match[0];
    link.target = '_blank';
    link.rel = 'noreferrer noopener';
    paragraph.append(link);
    at = match.index + match[0].length;
  }
  paragraph.append(text.slice(at));
  return paragraph;
}

const opened = new Set();

function show(id, items, empty, render) {
  const list = byId(id);
  const text = JSON.stringify(items);
  if (list.dataset.shown === text) return;
  list.dataset.shown = text;
  list.replaceChildren(...(items.length === 0 ? [make('p', 'empty', empty)] : items.map(render)));
}

function renderMail(mail, index) {
  const summary = make('summary', '', `${mail.subject} `, make('span', 'note', `to ${mail.to}, ${when(mail.sentAt)}`));
  const details = make('details', 'entry', summary, linkify(mail.text));
  const key = `${mail.id}`;
  details.open = index === 0 || opened.has(key);
  details.addEventListener('toggle', () => (details.open ? opened.add(key) : opened.delete(key)));
  return details;
}

/** Alarms write JSON: a person wants the sentences in it. */
function readPage(message) {
  try {
    const { AlarmDescription, NewStateReason } = JSON.parse(message);
    return `${AlarmDescription ?? ''}\n${NewStateReason ?? ''}`;
  } catch {
    return message;
  }
}

const renderPage = (page) =>
  make(
    'div',
    'entry',
    make('p', '', page.subject || 'No subject'),
    make('p', 'note', `${page.protocol} to ${page.to}, ${when(page.at)}`),
    linkify(readPage(page.message)),
  );

const renderAlarm = (alarm) =>
  make('div', 'entry', make('p', '', make('span', alarm.state, alarm.state), ` ${alarm.name}`), make('p', 'note', alarm.reason));

const renderDecision = (decision) =>
  make(
    'div',
    'entry',
    make('p', '', make('span', decision.action, decision.action), ` ${decision.method} ${decision.path}`),
    make('p', 'note', `${decision.rule}, from ${decision.viewer}, ${when(decision.at)}`),
  );

const renderFault = (fault) => make('p', '', `${fault.service}: ${fault.mode}, share ${fault.rate}, until ${when(fault.until)}`);

async function call(method, path, body) {
  const response = await fetch(path, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

async function refresh() {
  const [mail, pages, alarms, waf, faults, clock] = await Promise.all(
    ['mail', 'pages', 'alarms', 'waf', 'faults', 'clock'].map((name) => call('GET', `/api/${name}`)),
  );
  show('mail', mail, 'No mail yet.', renderMail);
  show('pages', pages, 'Nobody was paged.', renderPage);
  const order = { ALARM: 0, OK: 1, INSUFFICIENT_DATA: 2 };
  show(
    'alarms',
    alarms.toSorted((a, b) => order[a.state] - order[b.state]),
    'There are no alarms.',
    renderAlarm,
  );
  show('waf', waf.slice(0, 100), 'No requests yet.', renderDecision);
  show('faults', faults, 'Nothing is broken on purpose.', renderFault);
  byId('clock').textContent = when(clock.now);
}

async function attempt(work, done) {
  try {
    await work();
    byId('message').textContent = done;
    await refresh();
  } catch (error) {
    byId('message').textContent = error.message;
  }
}

byId('clock-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const advanceSeconds = Number(new FormData(event.target).get('advanceSeconds'));
  attempt(() => call('POST', '/api/clock', { advanceSeconds }), 'The clock was moved.');
});
byId('fault-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  const fault = {
    service: form.get('service'),
    mode: form.get('mode'),
    rate: Number(form.get('rate')),
    seconds: Number(form.get('seconds')),
  };
  attempt(() => call('POST', '/api/faults', fault), 'It is broken now.');
});
byId('mend').addEventListener('click', () => attempt(() => call('DELETE', '/api/faults'), 'All is mended.'));

const system = await call('GET', '/api/system');
byId('edge').href = system.edgeUrl;
byId('edge').textContent = system.edgeUrl;
const services = ['dynamodb', 'kms', 'ses', 'sns', 'sqs', 'secretsmanager', ...system.functions.map((id) => `function:${id}`)];
byId('fault-form').elements.service.append(...services.map((name) => make('option', '', name)));
for (;;) {
  await refresh().catch((error) => {
    byId('message').textContent = `The system does not answer: ${error.message}`;
  });
  await new Promise((resolve) => setTimeout(resolve, 2000));
}
