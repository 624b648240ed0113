import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { SecurityDocument } from '../../contract/evidence.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { markPaths, wordPath } from '../../web/components/brand.tsx';
import { sampleSecurityDocument } from '../support/security-document.ts';
import { sharedStage } from './stage.ts';

const sources = join(import.meta.dirname, '../../web');
const pages = [
  'account',
  'admin',
  'confirm-email',
  'disavow',
  'index',
  'keep',
  'not-found',
  'register',
  'report',
  'reset',
  'undo',
  'verify',
];
/** Those that say everything without a script. */
const openPages = ['security', 'security-reports'];

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** WCAG 2.2 contrast ratio of two `#rrggbb` colours. */
function contrast(one: string, other: string): number {
  const [high, low] = [one, other].map(luminance).sort((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.03928 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function readTokens(theme: 'light' | 'dark'): Record<string, string> {
  const css = readFileSync(join(sources, 'tokens.css'), 'utf8');
  const dark = css.indexOf('@media (prefers-color-scheme: dark)');
  const tokens = (part: string) =>
    Object.fromEntries([...part.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((match) => [match[1], match[2]]));
  return theme === 'light' ? tokens(css.slice(0, dark)) : { ...tokens(css.slice(0, dark)), ...tokens(css.slice(dark)) };
}

describe('the built pages', () => {
  let folder: string;
  let files: string[];
  beforeAll(async () => {
    folder = await sharedStage();
    files = listFiles(folder).map((file) => file.slice(folder.length));
  });

  const read = (file: string) => readFileSync(join(folder, file));
  const asset = (ending: string) => files.filter((file) => file.startsWith('/assets/') && file.endsWith(ending));

  test('are one static document for each page and language, and what they name is there', () => {
    const documents = files.filter((file) => file.endsWith('.html')).sort();
    const named = documents.flatMap((file) =>
      [
        ...read(file)
          .toString()
          .matchAll(/(?:href|src)="([^"]+)"/g),
      ].map((match) => match[1]),
    );

    expect(documents).toEqual(
      ['en', 'it'].flatMap((language) => [...pages, ...openPages].map((page) => `/${language}/${page}.html`).sort()),
    );
    expect(
      [...new Set(named)].filter((file) => !/^[?#]|^https:|^\/[\w-]*(?:\?lang=|$)/.test(file ?? '') && !files.includes(file ?? '')),
    ).toEqual([]);
    expect(read('/it/index.html').toString()).toContain('<html lang="it" data-page="index">');
    expect(files).toContain('/robots.txt');
    // The trap that is linked nowhere.
    const forbidden = securityPolicy.honeypot.forbidden.replace('*', '');
    expect(read('/robots.txt').toString()).toContain(`Disallow: ${forbidden}\n`);
  });

  test('weigh less than was promised: what every page has, what one page needs, what is loaded when it is asked for', () => {
    const [scripts, styles, fonts] = [asset('.js').sort(), asset('.css'), asset('.woff2')];

    const named = [...new Set(scripts.map((file) => file.replace(/-\w{8}\.js$/, '')))];
    const weigh = (page: string) =>
      [
        ...read(`/en/${page}.html`)
          .toString()
          .matchAll(/"(\/assets\/[^"]+\.js)"/g),
      ].reduce((sum, [, file]) => sum + gzipSync(read(file ?? '')).length, 0);

    expect(named).toEqual([
      '/assets/account',
      '/assets/admin',
      '/assets/app',
      '/assets/chunk',
      '/assets/fresh',
      '/assets/notices',
      '/assets/qr',
      '/assets/report',
      '/assets/webauthn',
    ]);
    expect([styles.length, fonts.length]).toEqual([1, 1]);
    // Apps carry the banner, and so do our own pages.
    expect(gzipSync(read(scripts.find((file) => file.includes('/notices-')) ?? '')).length).toBeLessThan(4 * 1024);
    expect(weigh('index')).toBeLessThan(31 * 1024);
    expect(weigh('account')).toBeLessThan(48 * 1024);
    // Of all pages, staff's included: nobody loads all of it.
    expect(scripts.reduce((sum, file) => sum + gzipSync(read(file)).length, 0)).toBeLessThan(82 * 1024);
    expect(gzipSync(read(styles[0] ?? '')).length).toBeLessThan(12 * 1024);
    expect(read(fonts[0] ?? '').length).toBeLessThan(60 * 1024);
  });

  test('carry a hash of their content in the name of every asset, so that they may be cached for ever', () => {
    const unhashed = asset('').filter((file) => !/-[A-Za-z0-9]{8}\.\w+$/.test(file));

    expect(unhashed).toEqual(['/assets/licences.txt']);
  });

  test('[P18] are files of known kinds alone, and none is hidden', () => {
    const kinds = new Set(files.map((file) => file.split('.').at(-1)));

    expect([...kinds].sort()).toEqual(['css', 'html', 'js', 'json', 'svg', 'txt', 'webmanifest', 'woff2']);
    expect(files.filter((file) => file.includes('/.'))).toEqual([]);
  });

  test('[P21] hold no inline script, no inline style, no event attribute and no foreign address', () => {
    const markup = files.filter((file) => file.endsWith('.html')).map((file) => read(file).toString());

    for (const document of markup) {
      // A link leads somewhere when it is followed, and loads nothing before.
      expect(document.replaceAll(/<a [^>]*>/g, '')).not.toMatch(/<style|\sstyle=|\son\w+=|https?:\/\//);
      expect(
        [...document.matchAll(/<script([^>]*)>([^<]*)/g)].every(([, attributes, body]) => attributes?.includes('src=') && body === ''),
      ).toBe(true);
    }
    expect(read(asset('.css')[0] ?? '').toString()).not.toMatch(/https?:\/\//);
  });

  test('[P08] [P23] the security page and its data are there without a script: every promise, the reports, the last attacks', () => {
    const shown = JSON.parse(read('/security.json').toString()) as SecurityDocument;

    for (const language of ['en', 'it'] as const) {
      const page = read(`/${language}/security.html`).toString();
      const reports = read(`/${language}/security-reports.html`).toString();
      for (const { id, text } of shown.promises) {
        expect(page).toContain(`<li class="promise" id="${id}">`);
        expect(page).toContain(`<h3>${text[language].replaceAll('&', '&amp;')}</h3>`);
      }
      for (const { id, text } of shown.asvs.requirements) {
        expect(page).toContain(`<tr id="${id}">`);
        expect(page).toContain(text[language].replaceAll('&', '&amp;'));
      }
      for (const { tool } of shown.reports) {
        expect(page).toContain(`href="/security-reports?lang=${language}#${tool}"`);
        expect(reports).toContain(`<h2 id="${tool}">`);
      }
      expect(page).toContain('href="#content"');
    }
    expect(shown).toEqual(JSON.parse(JSON.stringify(sampleSecurityDocument())));
  });

  test('[P17] titles of tests and words of tools are text on the security page, whatever is in them', () => {
    const page = read('/en/security.html').toString() + read('/en/security-reports.html').toString();

    expect(page).toContain('whatever &lt;script>alert(1)&lt;/script> says');
    expect(page).toContain('a remark with &lt;b>markup&lt;/b>');
    expect(page).not.toMatch(/<script>|<b>/);
  });

  test('carry no schema library', () => {
    const script = asset('.js')
      .map((file) => read(file).toString())
      .join('\n');

    expect(script).not.toMatch(/ZodMini|invalid_type/);
  });
});

describe('the sources of the pages', () => {
  const code = listFiles(sources).filter((file) => /\.tsx?$/.test(file));

  test('[P17] escape by construction: nothing sets HTML from a string', () => {
    const forbidden = /dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc/;

    expect(code.filter((file) => forbidden.test(readFileSync(file, 'utf8')))).toEqual([]);
  });

  test('[P21] style by class alone', () => {
    expect(code.filter((file) => /\bstyle=/.test(readFileSync(file, 'utf8')))).toEqual([]);
  });

  test('draw the same mark and wordmark as the picture files', () => {
    const [mark, icon, wordmark] = ['mark', 'icon', 'wordmark'].map((name) => readFileSync(join(sources, `assets/${name}.svg`), 'utf8'));

    for (const path of Object.values(markPaths)) {
      expect(mark).toContain(path);
      expect(icon).toContain(path);
    }
    expect(wordmark).toContain(wordPath);
  });
});

describe.each(['light', 'dark'] as const)('the colours of the %s theme', (theme) => {
  const tokens = readTokens(theme);
  const ratio = (one: string, other: string) => contrast(tokens[one] ?? '', tokens[other] ?? '');

  test.each([
    ['ink', 'ground'],
    ['ink', 'surface'],
    ['ink-soft', 'ground'],
    ['ink-soft', 'surface'],
    ['accent', 'ground'],
    ['accent', 'surface'],
    ['accent', 'accent-wash'],
    ['on-accent', 'accent'],
    ['on-accent', 'accent-strong'],
    ['problem', 'surface'],
    ['problem', 'problem-wash'],
    ['ink', 'problem-wash'],
    ['ink', 'success-wash'],
  ])('hold 4.5:1 for %s on %s', (text, ground) => {
    expect(ratio(text, ground)).toBeGreaterThanOrEqual(4.5);
  });

  test.each([
    ['line-control', 'surface'],
    ['focus', 'surface'],
    ['focus', 'ground'],
    ['brass', 'surface'],
  ])('hold 3:1 for %s on %s', (line, ground) => {
    expect(ratio(line, ground)).toBeGreaterThanOrEqual(3);
  });
});
