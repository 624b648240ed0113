/**
 * The HTML documents: one per page and language, with nothing in them but the frame that the script fills.
 * Rendered by the build through Preact, so every text and attribute is escaped by construction.
 */
import { renderToStaticMarkup } from 'preact-render-to-string';
import { dictionaries, type Language, languages } from './text/dictionary.ts';

/** Addresses of the hashed files, as a browser asks for them. */
export interface AssetAddresses {
  readonly script: string;
  /** Of the banner: on its own, so that it is there even when nothing else is. */
  readonly notices: string;
  /** What the script will load at once on a page: the browser is told, and fetches all of it at the same time. */
  readonly modules: (page: string) => readonly string[];
  readonly style: string;
  readonly font: string;
  readonly icon: string;
  readonly manifests: Readonly<Record<Language, string>>;
}

type PageId = keyof (typeof dictionaries)['en']['titles'];

/** Behind a token or a session there is nothing for a search engine. */
const indexed = new Set<PageId>(['index', 'register', 'report']);

function renderDocument(language: Language, page: PageId, assets: AssetAddresses): string {
  const text = dictionaries[language];
  const markup = renderToStaticMarkup(
    <html lang={language} data-page={page}>
      <head>
        <meta charset="utf-8" />
        <title>{`${text.titles[page]} · ${text.product}`}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="description" content={text.description} />
        <meta name="color-scheme" content="light dark" />
        <meta name="theme-color" media="(prefers-color-scheme: light)" content="#f2f3ef" />
        <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#0e1311" />
        {!indexed.has(page) && <meta name="robots" content="noindex" />}
        <link rel="stylesheet" href={assets.style} />
        <link rel="preload" href={assets.font} as="font" type="font/woff2" crossorigin="anonymous" />
        <script type="module" src={assets.script} />
        <script type="module" src={assets.notices} />
        {assets.modules(page).map((address) => (
          <link key={address} rel="modulepreload" href={address} />
        ))}
        <link rel="icon" href={assets.icon} type="image/svg+xml" />
        <link rel="manifest" href={assets.manifests[language]} />
      </head>
      <body>
        <portiere-notices />
        <div id="root" />
        <noscript>
          <p>{text.noScript}</p>
        </noscript>
      </body>
    </html>,
  );
  return `<!doctype html>\n${markup}\n`;
}

export function renderManifest(language: Language, icon: string): string {
  return JSON.stringify({
    name: dictionaries[language].product,
    lang: language,
    start_url: '/',
    display: 'browser',
    background_color: '#f2f3ef',
    theme_color: '#f2f3ef',
    icons: [{ src: icon, sizes: 'any', type: 'image/svg+xml' }],
  });
}

/** @returns the text of each document by its path under the web root: `it/register.html`. */
export function renderDocuments(assets: AssetAddresses): Record<string, string> {
  const documents: Record<string, string> = {};
  for (const language of languages) {
    for (const page of Object.keys(dictionaries[language].titles) as PageId[]) {
      documents[`${language}/${page}.html`] = renderDocument(language, page, assets);
    }
  }
  return documents;
}

export { renderPublicDocuments } from './security/documents.tsx';
export { languages };
