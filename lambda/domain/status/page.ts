/**
 * The status page: one static document a language, complete without a script. The style sheet and the script lie beside it
 * (`web/status/`); the script only counts the age of the figures and fetches newer ones. Pure.
 */
import type { Locale } from '../../../contract/schemas.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';
import type { StatusSnapshot } from '../../../contract/status.ts';
import { html, type Markup } from '../html.ts';
import { computeIndicator, isOver } from './component-status.ts';
import { renderComponent, renderEvent, renderInstant, renderSign, signOfIndicator } from './html-parts.ts';
import { words } from './words.ts';

export function renderPage(snapshot: StatusSnapshot, language: Locale): string {
  const text = words[language];
  const { page } = snapshot;
  const indicator = computeIndicator(snapshot);
  const title = `${page.name} · ${text.title}`;
  const other = language === 'it' ? 'en' : 'it';
  const events = [...snapshot.incidents, ...snapshot.maintenances];
  const open = snapshot.incidents.filter((incident) => !isOver(incident));
  const planned = snapshot.maintenances.filter((maintenance) => !isOver(maintenance));
  const past = events.filter(isOver).sort((left, right) => Date.parse(right.updatedAt) - Date.parse(left.updatedAt));
  const now = Date.parse(snapshot.at);
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<title>${text.indicators[indicator]} · ${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="${title}: ${text.indicators[indicator]}">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" media="(prefers-color-scheme: light)" content="#f2f3ef">
<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#0e1311">
<link rel="stylesheet" href="/assets/status-style.css">
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="alternate" type="application/atom+xml" title="${title}" href="/history.atom">
<link rel="alternate" hreflang="${other}" href="/${other}/">
<link rel="canonical" href="${page.url}/${language}/">
<script type="module" src="/assets/status.js"></script>
</head>
<body>
<a class="skip" href="#content">${text.skip}</a>
<header>
<p class="brand">${page.name}<span> ${text.title}</span></p>
<nav><a href="/${other}/" hreflang="${other}" lang="${other}">${text.otherLanguage}</a>${page.siteOrigin === '' ? '' : html`<a href="${page.siteOrigin}">${text.site}</a>`}</nav>
</header>
<main id="content">
<section class="banner is-${signOfIndicator[indicator]}">
${renderSign(signOfIndicator[indicator])}
<div><h1>${text.indicators[indicator]}</h1>
<p class="age" data-at="${snapshot.at}" data-stale-seconds="${String(securityPolicy.status.staleSeconds)}" data-just-now="${text.age.justNow}" data-one="${text.age.one}" data-many="${text.age.many}" data-stale="${text.age.stale}">${text.measuredAt} ${renderInstant(snapshot.at, language)}</p></div>
</section>
${section(
  'open',
  text.openIncidents,
  open.map((incident) => renderEvent(incident, language)),
)}
${section(
  'maintenance',
  text.maintenance,
  planned.map((maintenance) => renderEvent(maintenance, language)),
)}
<section aria-labelledby="components"><h2 id="components">${text.components}</h2>
<ul class="components">${snapshot.components.map((component) => renderComponent(component, now, language))}</ul>
<ul class="legend">${(['up', 'degraded', 'down', 'none'] as const).map((kind) => html`<li><svg viewBox="0 0 3 12" aria-hidden="true"><rect class="bar-${kind}" width="3" height="12" rx="1"/></svg>${text.legend[kind]}</li>`)}</ul>
<p class="soft">${text.componentsNote}</p>
</section>
<section aria-labelledby="history"><h2 id="history">${text.history}</h2>
${past.length === 0 ? html`<p class="soft">${text.noHistory}</p>` : past.map((event) => renderEvent(event, language))}
</section>
${renderSubscribe(page.siteOrigin, language)}
</main>
<footer><a href="/history.atom">${text.feed}</a><a href="/api/v2/summary.json">${text.data}</a></footer>
</body>
</html>
`.source;
}

/** A link and no form: this page's policy lets it send nothing anywhere, and whoever takes the form may be what is down. */
function renderSubscribe(siteOrigin: string, language: Locale): Markup | string {
  if (siteOrigin === '') return '';
  const { title, link, before, feed } = words[language].subscribe;
  return html`<section aria-labelledby="subscribe"><h2 id="subscribe">${title}</h2>
<p><a href="${siteOrigin}/v1/status/subscribe?lang=${language}">${link}</a></p>
<p class="soft">${before}<a href="/history.atom">${feed}</a>.</p>
</section>`;
}

function section(id: string, heading: string, events: readonly Markup[]): Markup | string {
  if (events.length === 0) return '';
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${heading}</h2>${events}</section>`;
}
