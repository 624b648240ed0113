/** Writes one mail to one subscriber: what people and alarms have said on the status page, as text. Pure. */
import { components as definitions } from '../../../contract/components.ts';
import type { Incident, Maintenance } from '../../../contract/incidents.ts';
import type { Locale } from '../../../contract/schemas.ts';
import { type LaidOutMail, layOutHtml, layOutText } from '../mail/layout.ts';
import { describeInstant } from '../status/html-parts.ts';
import { affectedBy } from '../status/statuspage.ts';
import { words } from '../status/words.ts';

export interface AnnouncementInput {
  /** Updates `from` to `to`, the last excluded. */
  readonly news: readonly { readonly event: Incident | Maintenance; readonly from: number; readonly to: number }[];
  readonly locale: Locale;
  readonly productName: string;
  readonly statusPage: string;
  readonly manageAddress: string;
}

interface AnnouncementWords {
  subject(product: string, count: number): string;
  heading(count: number): string;
  readonly button: string;
  readonly manage: string;
  readonly copyLink: string;
  footer(product: string): string;
}

const announcementWords: Readonly<Record<Locale, AnnouncementWords>> = {
  en: {
    subject: (product, count) => `[${product} status] ${count} pieces of news`,
    heading: (count) => `${count} pieces of news`,
    button: 'Open the status page',
    manage: 'Choose what you are told, or unsubscribe',
    copyLink: 'If the button does nothing, open this address:',
    footer: (product) => `You get this because you confirmed that ${product} may write to you when something does not work.`,
  },
  it: {
    subject: (product, count) => `[Stato di ${product}] ${count} novità`,
    heading: (count) => `${count} novità`,
    button: 'Apri la pagina di stato',
    manage: 'Scegli che cosa ricevere, o annulla l’iscrizione',
    copyLink: 'Se il pulsante non funziona, apri questo indirizzo:',
    footer: (product) => `Ricevi questa e-mail perché hai confermato che ${product} può scriverti quando qualcosa non funziona.`,
  },
};

export function renderAnnouncement(input: AnnouncementInput): { subject: string; text: string; html: string } {
  const { news, locale, statusPage, manageAddress } = input;
  const product = singleLine(input.productName);
  const text = announcementWords[locale];
  const [first] = news;
  const single = news.length === 1 ? first : undefined;
  const anchor = single ? `#${single.event.id}` : '';
  const mail: LaidOutMail = {
    locale,
    product,
    subject: single ? subjectOf(single.event, product, locale) : text.subject(product, news.length),
    heading: single ? singleLine(single.event.name[locale]) : text.heading(news.length),
    opening: news.flatMap((each) => describeNews(each, locale, single === undefined)),
    button: { label: text.button, address: `${statusPage}/${locale}/${anchor}` },
    copyLink: text.copyLink,
    secondLink: { label: text.manage, address: manageAddress },
    facts: single ? describeFacts(single.event, locale) : [],
    closing: [],
    footer: text.footer(product),
  };
  return { subject: mail.subject, text: layOutText(mail), html: layOutHtml(mail) };
}

function subjectOf(event: Incident | Maintenance, product: string, locale: Locale): string {
  const prefix = locale === 'it' ? `[Stato di ${product}]` : `[${product} status]`;
  return singleLine(`${prefix} ${words[locale].updates[event.status]}: ${event.name[locale]}`);
}

/** The newest first, as on the page. A text that was written in lines stays in lines. */
function describeNews({ event, from, to }: AnnouncementInput['news'][number], locale: Locale, isNamed: boolean): string[] {
  const updates = event.updates.slice(from, to).reverse();
  const said = updates.flatMap(({ status, at, body }) => [
    `${words[locale].updates[status]} · ${describeInstant(at, locale)}`,
    ...body[locale].split(/\n+/).filter((line) => line.trim() !== ''),
  ]);
  return isNamed ? [`— ${singleLine(event.name[locale])} —`, ...said] : said;
}

function describeFacts(event: Incident | Maintenance, locale: Locale): LaidOutMail['facts'] {
  const { affects, from, until } = words[locale];
  const affected = affectedBy(event).map((id) => definitions[id].name[locale]);
  return [
    ...(affected.length > 0 ? [{ name: affects, value: affected.join(', ') }] : []),
    ...(event.kind === 'maintenance'
      ? [
          { name: from, value: describeInstant(event.scheduledFor, locale) },
          { name: until, value: describeInstant(event.scheduledUntil, locale) },
        ]
      : []),
  ];
}

/** A line break in a subject would begin another header. */
function singleLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}
