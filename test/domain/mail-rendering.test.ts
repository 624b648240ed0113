import type { MailMessage } from '../../contract/schemas.ts';
import { html } from '../../lambda/domain/html.ts';
import type { NoticeKind } from '../../lambda/domain/mail/budget.ts';
import type { DueMail } from '../../lambda/domain/mail/decide-mail.ts';
import { describeClient } from '../../lambda/domain/mail/describe-client.ts';
import { encodeDisplayName } from '../../lambda/domain/mail/display-name.ts';
import { renderMail } from '../../lambda/domain/mail/render-mail.ts';
import type { MailToken } from '../../lambda/domain/ports.ts';
import { firefoxOnWindows, MailWorld } from '../support/mail-world.ts';

const token = 'T0ken_-'.repeat(7).slice(0, 43);
const expiresAt = Date.parse('2026-11-06T14:03:20Z');
const disavow: MailToken = { purpose: 'disavow', emailKey: 'k', accountId: 'a', mintedAt: 0, expiresAt };
const undo: MailToken = { purpose: 'address_undo', emailKey: 'k', accountId: 'a', mintedAt: 0, expiresAt };
const notice = (content: NoticeKind, token: MailToken = disavow): DueMail => ({ content, repeated: false, token });
const everyMail: readonly DueMail[] = [
  { content: 'verification', token: { purpose: 'verification', emailKey: 'k', registrationId: 'r', expiresAt } },
  { content: 'password_reset', token: { purpose: 'password_reset', emailKey: 'k', accountId: 'a', credentialVersion: 1, expiresAt } },
  { content: 'existing_account' },
  { content: 'address_confirmation', token: { purpose: 'address_change', emailKey: 'k', accountId: 'a', changeId: 'c', expiresAt } },
  { content: 'address_taken' },
  { content: 'address_reserved', reservedUntil: expiresAt },
  notice('account_locked'),
  notice('password_changed'),
  { content: 'new_device', repeated: true, token: disavow },
  notice('second_factor_enabled'),
  notice('second_factor_disabled'),
  notice('recovery_codes_renewed'),
  notice('recovery_code_used'),
  notice('authenticator_removed'),
  notice('passkey_added'),
  notice('passkey_removed'),
  notice('address_change_requested', undo),
  notice('address_changed', undo),
  notice('account_secured', { purpose: 'password_reset', emailKey: 'k', accountId: 'a', credentialVersion: 1, expiresAt }),
];
const byStaff = (['factor_recovery_requested', 'factor_recovery_approved', 'account_disabled', 'account_enabled'] as const).map((content) =>
  notice(content),
);

/** Where the mail is called by another name than the message that it comes from. */
const kinds = { existing_account: 'verification', address_reserved: 'verification', address_taken: 'address_confirmation' } as const;

function render(mail: DueMail, locale: 'en' | 'it' = 'en', more: Partial<MailMessage> = {}, productName = 'Portiere') {
  const kind = kinds[mail.content as keyof typeof kinds] ?? mail.content;
  const message = new MailWorld().message(kind, 'anna', more);
  return renderMail({ mail, message, locale, productName, ...('token' in mail && { token }) });
}

describe.each(['en', 'it'] as const)('Each mail in %s', (locale) => {
  it.each(everyMail)('says what happened, when, from where, and what to do, alike in text and HTML: $content', (mail) => {
    const { subject, text, html: markup } = render(mail, locale);

    expect(subject).toMatch(/Portiere/);
    expect(subject.length).toBeLessThan(75);
    const when = locale === 'en' ? '5 November 2026 at 14:03 UTC' : '5 novembre 2026, ore 14:03 UTC';
    const client = locale === 'en' ? 'Firefox on Windows' : 'Firefox su Windows';
    for (const part of [when, '203.0.113.7', client, 'https://www.example.com/', 'Portiere']) {
      expect(text).toContain(part);
      expect(markup).toContain(part);
    }
    expect(text).not.toMatch(/undefined|\[object|<[a-z]|&#/);
    expect(markup).not.toMatch(/undefined|\[object/);
    expect(markup).toContain(`<html lang="${locale}">`);
  });

  it.each(everyMail)('loads nothing and tells nobody that it was read: $content', (mail) => {
    const { html: markup } = render(mail, locale);

    expect(markup).not.toMatch(/<(img|script|link|iframe|object|form|input|table|base)\b|url\(|@import|\bsrc=|\bon\w+=/i);
    const addresses = [...markup.matchAll(/href="([^"]*)"/g)].map(([, address]) => address ?? '');
    expect(addresses.length).toBeGreaterThan(0);
    for (const address of addresses) expect(address).toMatch(/^https:\/\/www\.example\.com\/[a-z-]*(#token=[\w-]{43})?$/);
  });
});

describe('The mail about a registration', () => {
  it.each([
    ['en', 'You’ll be asked for the password you chose.', 'If you didn’t register, ignore this mail'],
    ['it', 'Ti chiederemo la password che hai scelto.', 'Se non ti sei registrato tu, ignora questa email'],
  ] as const)('[P13] says in %s that its page asks for the password, and who should not go there', (locale, asks, ignore) => {
    const [mail] = everyMail;

    const { text, html: markup } = render(mail as DueMail, locale);

    for (const part of [text, markup]) {
      expect(part).toContain(asks);
      expect(part).toContain(ignore);
    }
  });
});

describe('"It wasn\u2019t me"', () => {
  const addressOf = (page: string) => `https://www.example.com${page}#token=${token}`;
  const securityMails = [...everyMail, ...byStaff].filter((mail) => 'repeated' in mail);

  it.each(securityMails)('[P13] [P14] is a link in every security mail, and the only one with the token: $content', (mail) => {
    const pages = { address_undo: '/undo', password_reset: '/reset' } as Record<string, string>;
    const page = pages['token' in mail ? mail.token.purpose : ''] ?? '/disavow';

    for (const locale of ['en', 'it'] as const) {
      const { text, html: markup } = render(mail, locale);
      expect(text.split('\n').filter((line) => line.includes('#token='))).toEqual([addressOf(page)]);
      expect(new Set([...markup.matchAll(/href="([^"]*#token=[^"]*)"/g)].map(([, address]) => address))).toEqual(
        new Set([addressOf(page)]),
      );
    }
  });

  it.each(byStaff)('a mail about what staff did says nothing of where they sit: $content', (mail) => {
    const { text, html: markup } = render(mail, 'en', { address: '198.51.100.23' });

    expect(text).toContain('When: 5 November 2026');
    for (const part of [text, markup]) expect(part).not.toMatch(/198\.51\.100\.23|Firefox/);
  });
});

describe('Hostile text', () => {
  const hostile = '<img src=x onerror=alert(1)>"\'&\r\nBcc: victim@example.com Call +1 555 0100 now https://evil.example';

  it.each(everyMail)('[P17] a user agent with markup is text in the mail at most; none of its words get there: $content', (mail) => {
    const { subject, text, html: markup } = render(mail, 'en', { userAgent: `${hostile} ${firefoxOnWindows}`, address: hostile });

    for (const part of [subject, text, markup]) expect(part).not.toMatch(/onerror|evil\.example|Bcc|555 0100/);
    expect(text).toContain('From: an unknown address');
    expect(text).toContain('With: Firefox on Windows');
  });

  it('[P17] a product name with markup is shown as it is written', () => {
    const { subject, text, html: markup } = render(notice('password_changed'), 'en', {}, 'A&B <b>"Co"</b>');

    expect(subject).toBe('Your A&B <b>"Co"</b> password was changed');
    expect(text).toContain('A&B <b>"Co"</b>');
    expect(markup).toContain('A&#38;B &#60;b&#62;&#34;Co&#34;&#60;/b&#62;');
    expect(markup).not.toContain('<b>');
  });

  it('a line break in a product name does not begin another header', () => {
    const { subject } = render(notice('new_device'), 'en', {}, 'Port\r\nBcc: all@example.com\u2028');

    expect(subject).toBe('New sign-in to your Port Bcc: all@example.com account');
  });

  it('a site without encryption is not linked to', () => {
    expect(() => render({ content: 'existing_account' }, 'en', { siteOrigin: 'http://www.example.com' })).toThrow('https');
    expect(() => render({ content: 'existing_account' }, 'en', { siteOrigin: 'javascript:alert(1)' })).toThrow('https');
  });

  it('[P17] whatever is put into a template is text, unless a template made it', () => {
    const forged = { source: '<script>' };

    const markup = html`<p title="${'"><script>'}">${"a<b>&'c'"}${html`<i>${'<'}</i>`}${[html`<br>`, html`<hr>`]}</p>`;

    expect(markup.source).toBe('<p title="&#34;&#62;&#60;script&#62;">a&#60;b&#62;&#38;&#39;c&#39;<i>&#60;</i><br><hr></p>');
    // @ts-expect-error An object that only looks like markup is refused by type, and makes no markup if it gets through.
    expect(() => html`${forged}`).toThrow(TypeError);
  });
});

describe('The client in words', () => {
  it.each([
    [firefoxOnWindows, 'Firefox', 'Windows'],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0',
      'Edge',
      'Windows',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
      'Safari',
      'macOS',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0 Mobile/15E148 Safari/604.1',
      'Chrome',
      'iPhone',
    ],
    [
      'Mozilla/5.0 (Linux; Android 15; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 Chrome/125.0 Mobile Safari/537.36',
      'Samsung Internet',
      'Android',
    ],
    ['curl/8.14.1', 'curl', undefined],
    ['', undefined, undefined],
  ])('%s', (userAgent, browser, system) => {
    expect(describeClient(userAgent)).toEqual({ browser, system });
  });
});

describe('The name before the sender', () => {
  it.each([
    ['Portiere', '"Portiere"'],
    ['A "B" \\ C, Inc.', '"A \\"B\\" \\\\ C, Inc."'],
    ['Port\r\nBcc: x', '"Port Bcc: x"'],
    ['Città', '=?UTF-8?B?Q2l0dMOg?='],
  ])('is one token of a header: %j', (name, encoded) => {
    expect(encodeDisplayName(name)).toBe(encoded);
  });

  it('is split into encoded-words of 75 characters at most, never within a character', () => {
    const name = '🛎️é'.repeat(20);

    const words = encodeDisplayName(name).split(' ');

    expect(Math.max(...words.map((word) => word.length))).toBeLessThanOrEqual(75);
    expect(words.map((word) => Buffer.from(word.slice(10, -2), 'base64').toString()).join('')).toBe(name);
    expect(words.every((word) => Buffer.from(word.slice(10, -2), 'base64').toString().isWellFormed())).toBe(true);
  });
});
