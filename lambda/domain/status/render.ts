/** From a snapshot to the files that are published. Pure: the same snapshot gives the same bytes. */
import { securityPolicy } from '../../../contract/security-policy.ts';
import { type StatusFile, type StatusSnapshot, statusFiles } from '../../../contract/status.ts';
import { renderFeed } from './feed.ts';
import { renderPage } from './page.ts';
import { renderApi } from './statuspage.ts';

export interface PublishedFile {
  readonly key: StatusFile;
  readonly body: string;
  readonly contentType: string;
  readonly cacheControl: string;
}

/** Everything that is published, in the order in which it is written: what other files are made from comes last. */
export function renderFiles(snapshot: StatusSnapshot): PublishedFile[] {
  const documents = renderApi(snapshot);
  const bodies: Readonly<Record<StatusFile, string>> = {
    'en/index.html': renderPage(snapshot, 'en'),
    'it/index.html': renderPage(snapshot, 'it'),
    ...(Object.fromEntries(Object.entries(documents).map(([key, document]) => [key, inertJson(document)])) as Record<
      keyof typeof documents,
      string
    >),
    'history.atom': renderFeed(snapshot),
    'snapshot.json': inertJson(snapshot),
  };
  const { cacheSeconds } = securityPolicy.status;
  return statusFiles.map((key) => ({
    key,
    body: bodies[key],
    contentType: contentTypeOf(key),
    cacheControl: `public, max-age=${cacheSeconds}, stale-if-error=86400`,
  }));
}

/** Also where somebody pastes it into a page: no text in it can end a script or begin an element. */
function inertJson(document: unknown): string {
  return JSON.stringify(document).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function contentTypeOf(key: StatusFile): string {
  if (key.endsWith('.html')) return 'text/html; charset=utf-8';
  return key.endsWith('.atom') ? 'application/atom+xml; charset=utf-8' : 'application/json; charset=utf-8';
}
