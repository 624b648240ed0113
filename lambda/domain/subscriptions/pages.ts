/**
 * The pages about subscriptions: one static document each, complete without a script, escaped by construction. Nothing that a stranger
 * can choose is on them, the address included: whoever gets hold of a forwarded link does not learn whose it is.
 */
import { type ComponentId, componentIds, components as definitions } from '../../../contract/components.ts';
import type { Locale } from '../../../contract/schemas.ts';
import { html, type Markup } from '../html.ts';
import { pageWords } from './page-words.ts';
import type { Wish } from './subscribe.ts';

export interface PageOptions {
  readonly locale: Locale;
  readonly productName: string;
}

const base = '/v1/status';

export function renderSubscribePage({ locale, productName }: PageOptions): string {
  const text = pageWords[locale];
  const other = locale === 'it' ? 'en' : 'it';
  return renderDocument(
    { locale, productName },
    text.subscribe.title,
    html`<p>${text.subscribe.lead}</p>
<form method="post" action="${base}/subscribe">
<input type="hidden" name="locale" value="${locale}">
<p class="field"><label for="email">${text.email}</label><input id="email" name="email" type="email" autocomplete="email" required maxlength="254"></p>
${renderParts(locale, componentIds)}
<p><button type="submit">${text.subscribe.button}</button></p>
</form>
<p class="soft">${text.subscribe.privacy}</p>
<p><a href="${base}/subscribe?lang=${other}" hreflang="${other}" lang="${other}">${text.otherLanguage}</a></p>`,
  );
}

export function renderSentPage(options: PageOptions): string {
  const { title, lead } = pageWords[options.locale].sent;
  return renderDocument(options, title, html`${lead.map((sentence) => html`<p>${sentence}</p>`)}`);
}

export function renderConfirmPage(options: PageOptions, token: string, { components }: Wish): string {
  const text = pageWords[options.locale].confirm;
  return renderDocument(
    options,
    text.title,
    html`<p>${text.lead}</p>
<ul>${components.map((id) => html`<li>${definitions[id].name[options.locale]}</li>`)}</ul>
<form method="post" action="${base}/subscription/confirm"><input type="hidden" name="token" value="${token}">
<p><button type="submit">${text.button}</button></p></form>`,
  );
}

export interface OwnLinks {
  readonly manage: string;
  readonly unsubscribe: string;
}

export function renderConfirmedPage(options: PageOptions, links: OwnLinks): string {
  const text = pageWords[options.locale];
  return renderDocument(
    options,
    text.confirmed.title,
    html`<p role="status">${text.confirmed.lead}</p>
<p><a href="${base}/subscription/manage?token=${links.manage}">${text.manage.title}</a></p>`,
  );
}

export function renderManagePage(options: PageOptions, links: OwnLinks, wish: Wish, isSaved: boolean): string {
  const text = pageWords[options.locale];
  const languages = (Object.keys(text.languages) as Locale[]).map((id) =>
    id === wish.locale
      ? html`<option value="${id}" selected>${text.languages[id]}</option>`
      : html`<option value="${id}">${text.languages[id]}</option>`,
  );
  return renderDocument(
    options,
    text.manage.title,
    html`${isSaved ? html`<p role="status" class="good">${text.manage.saved}</p>` : ''}<p>${text.manage.lead}</p>
<form method="post" action="${base}/subscription/manage"><input type="hidden" name="token" value="${links.manage}">
${renderParts(options.locale, wish.components)}
<p class="field"><label for="locale">${text.language}</label><select id="locale" name="locale">${languages}</select></p>
<p><button type="submit">${text.manage.button}</button></p></form>
<hr>
${renderUnsubscribeForm(options.locale, links.unsubscribe)}`,
  );
}

export function renderUnsubscribePage(options: PageOptions, token: string): string {
  const { title, lead } = pageWords[options.locale].unsubscribe;
  return renderDocument(options, title, html`<p>${lead}</p>${renderUnsubscribeForm(options.locale, token)}`);
}

export function renderEndedPage(options: PageOptions): string {
  const text = pageWords[options.locale];
  return renderDocument(
    options,
    text.ended.title,
    html`<p role="status">${text.ended.lead}</p>${renderWayBack(options.locale, text.again)}`,
  );
}

export function renderProblemPage(options: PageOptions, sentence: string): string {
  const { title, back } = pageWords[options.locale].problems;
  return renderDocument(options, title, html`<p role="alert" class="bad">${sentence}</p>${renderWayBack(options.locale, back)}`);
}

function renderWayBack(locale: Locale, label: string): Markup {
  return html`<p><a href="${base}/subscribe?lang=${locale}">${label}</a></p>`;
}

/** The same request that a mail program sends by itself. */
function renderUnsubscribeForm(locale: Locale, token: string): Markup {
  return html`<form method="post" action="${base}/subscription/unsubscribe?token=${token}"><input type="hidden" name="List-Unsubscribe" value="One-Click">
<p><button type="submit" class="quiet">${pageWords[locale].unsubscribe.button}</button></p></form>`;
}

function renderParts(locale: Locale, chosen: readonly ComponentId[]): Markup {
  const boxes = componentIds.map((id) => {
    const { name, description } = definitions[id];
    const box = chosen.includes(id)
      ? html`<input type="checkbox" name="components[]" value="${id}" id="part-${id}" aria-describedby="about-${id}" checked>`
      : html`<input type="checkbox" name="components[]" value="${id}" id="part-${id}" aria-describedby="about-${id}">`;
    return html`<li>${box}<div><label for="part-${id}">${name[locale]}</label><p class="soft" id="about-${id}">${description[locale]}</p></div></li>`;
  });
  return html`<fieldset><legend>${pageWords[locale].parts}</legend><ul class="parts">${boxes}</ul></fieldset>`;
}

function renderDocument({ locale, productName }: PageOptions, title: string, content: Markup): string {
  return html`<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<title>${title} · ${productName}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="/plain.css">
</head>
<body>
<main>
<p class="brand">${productName}</p>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`.source;
}
