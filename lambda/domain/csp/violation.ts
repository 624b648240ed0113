/**
 * What is kept of a browser's report: what was refused, from where, on which page. A report carries whole addresses, and with them
 * queries, tokens and names; and anybody may write one. So an address comes down to an origin or to a path of plain words.
 */
import type { CspReportsBody } from '../../../contract/schemas.ts';

export interface Violation {
  /** A directive of the policy, or `other`. */
  readonly directive: string;
  /** An origin, a scheme or a keyword. */
  readonly blocked: string;
  /** Path of the page. */
  readonly page: string;
  /** Where in our files it happened, or the origin of another site's. */
  readonly source: string;
}

interface Reported {
  readonly document: string;
  readonly directive: string;
  readonly blocked: string;
  readonly sourceFile: string;
  readonly line: number;
}

/** Fetch, document and navigation directives of CSP level 3, and those of Trusted Types. */
const directives = new Set([
  ...['default-src', 'child-src', 'connect-src', 'font-src', 'frame-src', 'img-src', 'manifest-src', 'media-src', 'object-src'],
  ...['prefetch-src', 'script-src', 'script-src-attr', 'script-src-elem', 'style-src', 'style-src-attr', 'style-src-elem', 'worker-src'],
  ...['base-uri', 'sandbox', 'form-action', 'frame-ancestors', 'fenced-frame-src', 'upgrade-insecure-requests'],
  ...['require-trusted-types-for', 'trusted-types'],
]);
/** What stands in the place of an address (CSP level 3, section 5.2), and schemes that say enough by themselves. */
const keywords = new Set([
  ...['inline', 'eval', 'wasm-eval', 'trusted-types-policy', 'trusted-types-sink', 'self'],
  ...['about', 'blob', 'data', 'file', 'filesystem', 'javascript', 'mediastream'],
]);
/** What a person has put into their browser breaks our policy all day, and is no business of ours. */
const extension = /^(?:chrome|moz|safari|safari-web|ms-browser|webkit-masked-url)(?:-extension)?(?::|$)/;

/** @returns the violations on pages of this site; what other sites and other software cause is left out */
export function readViolations(body: CspReportsBody, siteOrigin: string): Violation[] {
  return listReported(body)
    .filter(({ document, blocked, sourceFile }) => {
      return originOf(document) === siteOrigin && !extension.test(blocked) && !extension.test(sourceFile);
    })
    .map(({ document, directive, blocked, sourceFile, line }) => ({
      directive: reduceDirective(directive),
      blocked: reduceBlocked(blocked, siteOrigin),
      page: reducePath(new URL(document).pathname),
      source: reduceSource(sourceFile, line, siteOrigin),
    }));
}

function listReported(body: CspReportsBody): Reported[] {
  if (Array.isArray(body)) {
    return body.flatMap((report) => {
      if (report.type !== 'csp-violation' || typeof report.body !== 'object' || report.body === null) return [];
      const { documentURL, effectiveDirective, blockedURL, sourceFile, lineNumber } = report.body as Extract<
        typeof report,
        { type: 'csp-violation' }
      >['body'];
      return [
        {
          document: documentURL,
          directive: effectiveDirective,
          blocked: blockedURL ?? '',
          sourceFile: sourceFile ?? '',
          line: lineNumber ?? 0,
        },
      ];
    });
  }
  const report = body['csp-report'];
  return [
    {
      document: report['document-uri'],
      directive: report['effective-directive'] ?? report['violated-directive'] ?? '',
      blocked: report['blocked-uri'] ?? '',
      sourceFile: report['source-file'] ?? '',
      line: report['line-number'] ?? 0,
    },
  ];
}

/** Browsers of level 2 send the whole directive with its sources. */
function reduceDirective(text: string): string {
  const name = text.trim().split(/\s/, 1)[0]?.toLowerCase() ?? '';
  return directives.has(name) ? name : 'other';
}

function reduceBlocked(text: string, siteOrigin: string): string {
  if (keywords.has(text)) return text;
  const origin = originOf(text);
  if (origin === undefined) return 'other';
  if (origin === siteOrigin) return 'self';
  return keywords.has(origin) ? origin : reduceOrigin(origin);
}

function reduceSource(text: string, line: number, siteOrigin: string): string {
  const origin = originOf(text);
  if (origin === undefined) return 'unknown';
  if (origin !== siteOrigin) return keywords.has(origin) ? origin : reduceOrigin(origin);
  const suffix = Number.isSafeInteger(line) && line > 0 && line < 10_000_000 ? `:${line}` : '';
  return `${reducePath(new URL(text).pathname)}${suffix}`;
}

/** Of a web address its origin, of any other one its scheme. */
function originOf(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null) return undefined;
  return /^(?:https?|wss?):$/.test(url.protocol) ? `${url.protocol}//${url.host}` : url.protocol.slice(0, -1);
}

/** A long label in a name may be a secret on its way out: what an injected style sheet asks for looks like that. */
const longestLabel = 24;
const mostLabels = 5;

function reduceOrigin(origin: string): string {
  if (!origin.includes('//')) return 'other';
  const [scheme = '', host = ''] = origin.split('//');
  const labels = host.split('.').map((label) => (label.length > longestLabel ? '*' : label));
  return `${scheme}//${labels.length > mostLabels ? ['*', ...labels.slice(-mostLabels)].join('.') : labels.join('.')}`;
}

const plainSegment = /^[A-Za-z][A-Za-z_.-]{0,39}$|^[\w.-]{1,12}$/;
const mostSegments = 4;

/** Segments that could be an id, a token or an address of a person become `*`. */
function reducePath(path: string): string {
  const segments = path.split('/').slice(1);
  const kept = segments.slice(0, mostSegments).map((segment) => (segment === '' || plainSegment.test(segment) ? segment : '*'));
  return `/${kept.join('/')}${segments.length > mostSegments ? '/*' : ''}`;
}
