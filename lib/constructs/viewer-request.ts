import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { securityTxt } from '../../contract/policy/disclosure.ts';
import { locale } from '../../contract/schemas.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { readEdgeCode } from './edge-code.ts';

/** English first: what a viewer gets whose languages we don't speak. */
const languages = locale.options;
/** CloudFront's limit for a function's code. */
const maximumBytes = 10_240;

/**
 * The code of the function at the edge: `viewer-request.js` with what it must know of the built pages.
 *
 * Pages that don't exist are answered by the function, not by an error page of the distribution: those hold for
 * every path alike and would replace the API's own 404 documents.
 *
 * @param webDirectory the built pages: `<language>/<page>.html`, `assets/`, and files served as they are
 * @throws when a language lacks its pages or the code is too long for CloudFront
 */
export function viewerRequestCode(webDirectory: string): string {
  const pages = languages.map((language) => pagesIn(join(webDirectory, language)));
  const missing = pages[0]?.filter((page) => !pages.every((list) => list.includes(page))) ?? [];
  if (missing.length > 0 || !pages[0]?.includes('not-found')) {
    throw new Error(
      `${webDirectory} needs the same pages in ${languages.join(' and ')}, not-found among them; look at ${missing.join(', ') || 'not-found'}`,
    );
  }
  const portiere = {
    languages,
    pages: pages[0],
    files: [
      ...readdirSync(webDirectory, { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => `/${name}`),
      // Written by the function `disclosure`.
      `/${securityTxt.path}`,
    ],
    notFound: Object.fromEntries(
      languages.map((language) => [language, readFileSync(join(webDirectory, language, 'not-found.html'), 'utf8')]),
    ),
    headers: Object.fromEntries(Object.entries(securityPolicy.headers).map(([name, value]) => [name.toLowerCase(), { value }])),
  };
  const code = `const portiere = ${JSON.stringify(portiere)};\n${readEdgeCode('language-of.js', 'viewer-request.js')}`;
  if (Buffer.byteLength(code) > maximumBytes) {
    throw new Error(`the edge function has ${Buffer.byteLength(code)} bytes and may have ${maximumBytes}: shorten the not-found pages`);
  }
  return code;
}

/** What the function above does for paths of the API, and nothing else. */
export function trapRequestCode(): string {
  const header = JSON.stringify(securityPolicy.edgeHeaders.viewerOrigin);
  return [
    'function handler(event) {',
    `  event.request.headers[${header}] = { value: \`https://\${event.context.distributionDomainName}\` };`,
    '  return event.request;',
    '}',
  ].join('\n');
}

function pagesIn(directory: string): string[] {
  if (!existsSync(directory)) {
    throw new Error(`${directory} is missing: build the pages first`);
  }
  return readdirSync(directory)
    .filter((name) => name.endsWith('.html'))
    .map((name) => name.slice(0, -'.html'.length))
    .sort();
}
