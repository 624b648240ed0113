/**
 * The shape of every mail, as text and as HTML. Mail clients drop much of a style sheet, so what matters stands inline;
 * the dark colours are an extra for those that keep it. No images, no remote parts, nothing that tells us it was read.
 */
import type { Locale } from '../../../contract/schemas.ts';
import { html } from '../html.ts';

export interface MailLink {
  readonly label: string;
  readonly address: string;
}

export interface LaidOutMail {
  readonly locale: Locale;
  readonly product: string;
  readonly subject: string;
  readonly heading: string;
  readonly opening: readonly string[];
  readonly button: MailLink;
  readonly copyLink: string;
  readonly secondLink?: MailLink;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  readonly closing: readonly string[];
  readonly footer: string;
}

/** Each link on a line of its own, so that every client and terminal can open it. */
export function layOutText(mail: LaidOutMail): string {
  const parts = [
    mail.heading,
    ...mail.opening,
    `${mail.button.label}:\n${mail.button.address}`,
    ...(mail.secondLink ? [`${mail.secondLink.label}:\n${mail.secondLink.address}`] : []),
    mail.facts.map(({ name, value }) => `${name}: ${value}`).join('\n'),
    ...mail.closing,
    `-- \n${mail.product}\n${mail.footer}`,
  ];
  return `${parts.join('\n\n')}\n`;
}

export function layOutHtml(mail: LaidOutMail): string {
  const paragraph = (text: string) => html`<p style="margin:0 0 16px">${text}</p>`;
  return html`<!doctype html>
<html lang="${mail.locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${mail.subject}</title>
<style>
:root{color-scheme:light dark}
@media (prefers-color-scheme:dark){
.page{background:#15191c!important;color:#e6e9eb!important}
.card{background:#1e2428!important;border-color:#333c42!important}
.quiet{color:#a3adb4!important}
.facts{background:#272e33!important}
.link{color:#8fc7ff!important}
.button{background:#8fc7ff!important;color:#0c1a26!important}
}
</style>
</head>
<body class="page" style="margin:0;padding:24px 12px;background:#f3f5f6;color:#1b2328;font:16px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif">
<div style="max-width:560px;margin:0 auto">
<p class="quiet" style="margin:0 0 12px;padding:0 4px;font-size:14px;font-weight:600;color:#56626a">${mail.product}</p>
<div class="card" style="padding:28px 24px 12px;background:#ffffff;border:1px solid #dde3e6;border-radius:12px">
<h1 style="margin:0 0 16px;font-size:22px;line-height:1.3;font-weight:650">${mail.heading}</h1>
${mail.opening.map(paragraph)}
<p style="margin:24px 0"><a class="button" href="${mail.button.address}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#0b5394;color:#ffffff;font-weight:600;text-decoration:none">${mail.button.label}</a></p>
<p class="quiet" style="margin:0 0 16px;font-size:14px;color:#56626a">${mail.copyLink}<br><a class="link" href="${mail.button.address}" style="color:#0b5394;word-break:break-all">${mail.button.address}</a></p>
${mail.secondLink ? html`<p style="margin:0 0 16px"><a class="link" href="${mail.secondLink.address}" style="color:#0b5394">${mail.secondLink.label}</a></p>` : ''}
<div class="facts" style="margin:20px 0;padding:12px 16px;border-radius:8px;background:#f3f5f6;font-size:15px">
${mail.facts.map(({ name, value }) => html`<div><strong style="font-weight:600">${name}:</strong> ${value}</div>`)}
</div>
${mail.closing.map(paragraph)}
</div>
<p class="quiet" style="margin:16px 0 0;padding:0 4px;font-size:13px;color:#56626a">${mail.footer}</p>
</div>
</body>
</html>
`.source;
}
