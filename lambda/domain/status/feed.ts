/** `history.atom` (RFC 4287): an entry for each incident and maintenance, escaped by construction. Pure. */
import { components as definitions } from '../../../contract/components.ts';
import type { Incident, Maintenance } from '../../../contract/incidents.ts';
import type { StatusSnapshot } from '../../../contract/status.ts';
import { html, type Markup } from '../html.ts';
import { addressOf, affectedBy, lastChange } from './statuspage.ts';

/** At most this many: readers ask every few minutes, and remember what they have seen. */
const entries = 50;

export function renderFeed(snapshot: StatusSnapshot): string {
  const { page } = snapshot;
  const host = new URL(page.url).hostname;
  const events = [...snapshot.incidents, ...snapshot.maintenances]
    .sort((left, right) => Date.parse(right.updatedAt) - Date.parse(left.updatedAt))
    .slice(0, entries);
  return html`<?xml version="1.0" encoding="UTF-8"?>
<feed xml:lang="en" xmlns="http://www.w3.org/2005/Atom">
<id>tag:${host},2026:/history</id>
<title>${legible(`${page.name} Status`)}</title>
<link rel="alternate" type="text/html" href="${page.url}/"/>
<link rel="self" type="application/atom+xml" href="${page.url}/history.atom"/>
<updated>${lastChange(snapshot)}</updated>
<author><name>${legible(page.name)}</name></author>
${events.map((event) => renderEntry(snapshot, event, host))}
</feed>
`.source;
}

function renderEntry(snapshot: StatusSnapshot, event: Incident | Maintenance, host: string): Markup {
  return html`<entry>
<id>tag:${host},2026:${event.kind}/${event.id}</id>
<title>${legible(event.name.en)}</title>
<published>${event.createdAt}</published>
<updated>${event.updatedAt}</updated>
<link rel="alternate" type="text/html" href="${addressOf(snapshot, event)}"/>
<content type="text">${legible(describe(event))}</content>
</entry>
`;
}

/** As text, which no reader takes for markup. Newest first. */
function describe(event: Incident | Maintenance): string {
  const affected = affectedBy(event)
    .map((id) => definitions[id].name.en)
    .join(', ');
  const window = event.kind === 'maintenance' ? [`Scheduled from ${event.scheduledFor} to ${event.scheduledUntil}`] : [];
  const updates = [...event.updates].reverse().map(({ status, body, at }) => `${at}, ${status.replaceAll('_', ' ')}: ${body.en}`);
  return [...window, ...(affected === '' ? [] : [`Affects ${affected}`]), ...updates].join('\n\n');
}

/** What XML 1.0 can't carry at all, escaped or not (section 2.2): one such character would make the whole feed unreadable. */
function legible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
  return text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd');
}
