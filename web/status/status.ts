/**
 * What the status page does with a script: it says how old the figures are, and takes over newer ones. The page is complete
 * without it.
 */
const everyMilliseconds = 15_000;
const fetchEvery = 4;

interface Summary {
  readonly page: { readonly updated_at: string };
  readonly status: unknown;
  readonly components: readonly { readonly id: string; readonly status: string }[];
  readonly incidents: readonly { readonly id: string; readonly updated_at: string }[];
  readonly scheduled_maintenances: readonly { readonly id: string; readonly updated_at: string }[];
}

const age = document.querySelector<HTMLElement>('.age');
let measuredAt = Date.parse(age?.dataset.at ?? '');
let known: string | undefined;
let round = 0;

/** A reader's clock may be wrong by more than the figures are old: figures from the future are simply new. */
function tellAge(): void {
  if (age === null || Number.isNaN(measuredAt)) return;
  const seconds = (Date.now() - measuredAt) / 1000;
  const minutes = Math.floor(seconds / 60);
  const isOld = seconds > Number(age.dataset.staleSeconds);
  const { stale = '', justNow = '', one = '', many = '' } = age.dataset;
  const words = isOld ? stale : minutes < 1 ? justNow : minutes === 1 ? one : many;
  age.textContent = words.replace('{minutes}', String(minutes));
  age.classList.toggle('is-old', isOld);
}

/** What would change the page, but for the time. */
function digest({ status, components, incidents, scheduled_maintenances: planned }: Summary): string {
  const stamps = [...incidents, ...planned].map((event) => [event.id, event.updated_at]);
  return JSON.stringify([status, components.map((component) => [component.id, component.status]), stamps]);
}

async function look(): Promise<void> {
  const response = await fetch('/api/v2/summary.json', { cache: 'no-cache' });
  if (!response.ok) return;
  const summary = (await response.json()) as Summary;
  const found = digest(summary);
  measuredAt = Math.max(measuredAt, Date.parse(summary.page.updated_at));
  // Never under the hands of somebody who reads with the keyboard.
  const isInUse = document.activeElement !== null && document.activeElement !== document.body;
  if (known !== undefined && known !== found && !isInUse) location.reload();
  else known ??= found;
}

function localizeInstants(): void {
  const format = new Intl.DateTimeFormat(document.documentElement.lang, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  });
  for (const time of document.querySelectorAll('time')) {
    time.title = time.textContent ?? '';
    time.textContent = format.format(new Date(time.dateTime));
  }
}

function strike(): void {
  if (round % fetchEvery === 0 && document.visibilityState === 'visible') {
    look()
      .catch(() => {})
      .finally(tellAge);
  }
  round += 1;
  tellAge();
}

localizeInstants();
strike();
setInterval(strike, everyMilliseconds);
document.addEventListener('visibilitychange', tellAge);
