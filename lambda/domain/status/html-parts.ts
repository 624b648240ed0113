/** Pieces of the status page's HTML: signs, instants, the 90-day bars with their text alternative, incidents. Pure, escaped by construction. */
import { components as definitions } from '../../../contract/components.ts';
import type { ComponentStatus, Incident, Maintenance } from '../../../contract/incidents.ts';
import type { Locale } from '../../../contract/schemas.ts';
import type { DayFigures, StatusSnapshot } from '../../../contract/status.ts';
import { html, type Markup } from '../html.ts';
import type { Indicator } from './component-status.ts';
import { computeUptime, describePercent, fillDays, missingMinutes } from './days.ts';
import { affectedBy } from './statuspage.ts';
import { words } from './words.ts';

/** Told apart by shape, for those who don't tell colours apart. */
const signs = {
  good: 'M12 2a10 10 0 1 0 .01 0ZM7.4 12.4l3.1 3.1 6.2-6.6',
  slow: 'M12 2a10 10 0 1 0 .01 0ZM12 6.6v6M12 16.6v.1',
  down: 'M12 2a10 10 0 1 0 .01 0ZM8.2 8.2l7.6 7.6M15.8 8.2l-7.6 7.6',
  work: 'M12 2a10 10 0 1 0 .01 0ZM8 12h.1M12 12h.1M16 12h.1',
} as const;
type Sign = keyof typeof signs;

const signOfStatus: Readonly<Record<ComponentStatus, Sign>> = {
  operational: 'good',
  degraded_performance: 'slow',
  partial_outage: 'down',
  major_outage: 'down',
  under_maintenance: 'work',
};
export const signOfIndicator: Readonly<Record<Indicator, Sign>> = {
  none: 'good',
  maintenance: 'work',
  minor: 'slow',
  major: 'down',
  critical: 'down',
};

export function renderSign(sign: Sign): Markup {
  return html`<svg class="sign is-${sign}" viewBox="0 0 24 24" aria-hidden="true"><path d="${signs[sign]}"/></svg>`;
}

export function describeDate(instant: string, language: Locale): string {
  const date = new Date(instant);
  return words[language].date(date.getUTCDate(), words[language].months[date.getUTCMonth()] ?? '', date.getUTCFullYear());
}

export function describeInstant(instant: string, language: Locale): string {
  return words[language].instant(describeDate(instant, language), new Date(instant).toISOString().slice(11, 16));
}

export function renderInstant(instant: string, language: Locale): Markup {
  return html`<time datetime="${instant}">${describeInstant(instant, language)}</time>`;
}

/** What a stranger may have written: text, line by line, whatever its direction. */
export function renderText(text: string): Markup[] {
  return text
    .split(/\r?\n+/)
    .filter((line) => line.trim() !== '')
    .map((line) => html`<p dir="auto">${line}</p>`);
}

export function renderComponent(component: StatusSnapshot['components'][number], now: number, language: Locale): Markup {
  const { name, description } = definitions[component.id];
  const text = words[language];
  const days = fillDays(component.days, now);
  const { percent } = computeUptime(days);
  const uptime = percent === undefined ? text.notMeasured : text.uptime(describePercent(percent, language));
  return html`<li class="component">
<div class="component-head"><h3>${name[language]}</h3><p class="state is-${signOfStatus[component.status]}">${renderSign(signOfStatus[component.status])}${text.statuses[component.status]}</p></div>
<p class="soft">${description[language]}</p>
${renderBars(`${text.bars(name[language], days.length)}, ${uptime}`, days, now, language)}
<p class="scale"><span>${text.daysAgo}</span><span class="uptime">${uptime}</span><span>${text.today}</span></p>
${renderDays(name[language], days, now, language)}
</li>`;
}

const barPitch = 4;
const barHeight = 32;

/** Days with nothing to tell are drawn in two strokes: ninety elements a component would be most of the page. */
function renderBars(label: string, days: readonly DayFigures[], now: number, language: Locale): Markup {
  const width = days.length * barPitch - 1;
  const column = (index: number, top = 0) => `M${index * barPitch} ${top}h3v${barHeight - top}h-3z`;
  const outline = (isWanted: (day: DayFigures) => boolean) => days.flatMap((day, index) => (isWanted(day) ? [column(index)] : [])).join('');
  const notable = days.flatMap((day, index) => {
    const bad = day.down > 0 ? day.down : day.degraded;
    if (bad === 0) return [];
    // Never so small that it could be overlooked: a minute of an outage is an outage.
    const top = Math.round(barHeight * Math.max(0, 0.7 - (0.7 * bad) / 120));
    return html`<g><title>${describeDay(day, now, language)}</title><path class="bar-up" d="${column(index)}"/><path class="bar-${day.down > 0 ? 'down' : 'degraded'}" d="${column(index, top)}"/></g>`;
  });
  return html`<svg class="bars" viewBox="0 0 ${String(width)} ${String(barHeight)}" preserveAspectRatio="none" role="img" aria-label="${label}"><path class="bar-none" d="${outline((day) => computeUptime([day]).measured === 0)}"/><path class="bar-up" d="${outline((day) => day.up > 0 && day.down + day.degraded === 0)}"/>${notable}</svg>`;
}

function describeDay(day: DayFigures, now: number, language: Locale): string {
  const text = words[language];
  const { percent } = computeUptime([day]);
  const missing = missingMinutes(day, now);
  const parts = [
    percent === undefined ? text.legend.none : text.uptime(describePercent(percent, language)),
    ...(day.down > 0 ? [`${text.legend.down}: ${text.minutes(day.down)}`] : []),
    ...(day.degraded > 0 ? [`${text.legend.degraded}: ${text.minutes(day.degraded)}`] : []),
    ...(percent !== undefined && missing > 0 ? [`${text.legend.none}: ${text.minutes(missing)}`] : []),
  ];
  return `${describeDate(`${day.date}T00:00:00Z`, language)}: ${parts.join(', ')}`;
}

/** The same as the bars, for eyes and ears that bars don't serve: every day that was not simply good. */
function renderDays(name: string, days: readonly DayFigures[], now: number, language: Locale): Markup {
  const { dayTable: heads, dayByDay, otherDays, noOtherDays } = words[language];
  const notable = days.filter((day) => {
    const { measured } = computeUptime([day]);
    return day.down + day.degraded > 0 || (measured > 0 && missingMinutes(day, now) > 0);
  });
  const cell = (count: number) => html`<td>${count === 0 ? '–' : words[language].minutes(count)}</td>`;
  const rows = [...notable].reverse().map((day) => {
    const { percent = 0 } = computeUptime([day]);
    const date = describeDate(`${day.date}T00:00:00Z`, language);
    return html`<tr><th scope="row">${date}</th><td>${describePercent(percent, language)}</td>${cell(day.down)}${cell(day.degraded)}${cell(missingMinutes(day, now))}</tr>`;
  });
  const table = html`<div class="table" tabindex="0" role="region" aria-label="${name}: ${dayByDay}"><table><thead><tr><th scope="col">${heads.day}</th><th scope="col">${heads.available}</th><th scope="col">${heads.down}</th><th scope="col">${heads.degraded}</th><th scope="col">${heads.missing}</th></tr></thead><tbody>${rows}</tbody></table></div>`;
  return html`<details><summary>${dayByDay}<span class="hidden">: ${name}</span></summary>${rows.length === 0 ? '' : table}<p class="soft">${rows.length === 0 ? noOtherDays : otherDays}</p></details>`;
}

/** An incident or a maintenance with everything that was said about it, the newest first. */
export function renderEvent(event: Incident | Maintenance, language: Locale): Markup {
  const text = words[language];
  const affected = affectedBy(event).map((id) => definitions[id].name[language]);
  const when =
    event.kind === 'maintenance'
      ? html`<p class="window">${text.from} ${renderInstant(event.scheduledFor, language)} ${text.until} ${renderInstant(event.scheduledUntil, language)}</p>`
      : '';
  const updates = [...event.updates]
    .reverse()
    .map(
      (update) =>
        html`<li><p class="update-head"><strong>${text.updates[update.status]}</strong> ${renderInstant(update.at, language)}</p>${renderText(update.body[language])}</li>`,
    );
  return html`<article class="event is-${event.kind === 'maintenance' ? 'work' : impactClass[event.impact]}" id="${event.id}">
<h3 dir="auto">${event.name[language]}</h3>
${when}${affected.length === 0 ? '' : html`<p class="soft">${text.affects}: ${affected.join(', ')}</p>`}
<ol>${updates}</ol>
</article>`;
}

const impactClass = { none: 'good', minor: 'slow', major: 'down', critical: 'down' } as const;
