/** The documents of the pages that need no script, in every language. */
import type { ComponentChild } from 'preact';
import { renderToStaticMarkup } from 'preact-render-to-string';
import type { SecurityDocument } from '../../contract/evidence.ts';
import { dictionaries, type Language, languages } from '../text/dictionary.ts';
import { type SecurityLinks, SecurityPage } from './page.tsx';
import { ReportsPage } from './reports.tsx';
import { securityTexts } from './text.ts';

export interface PublicAssets {
  readonly style: string;
  readonly font: string;
  readonly icon: string;
  readonly notices: string;
  /** Notices when the results have grown old. */
  readonly fresh: string;
}

interface PublicPage {
  readonly name: string;
  readonly title: (language: Language) => string;
  readonly render: (language: Language) => ComponentChild;
}

function renderDocument(language: Language, { name, title, render }: PublicPage, assets: PublicAssets): string {
  const markup = renderToStaticMarkup(
    <html lang={language} data-page={name}>
      <head>
        <meta charset="utf-8" />
        <title>{`${title(language)} · ${dictionaries[language].product}`}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="description" content={securityTexts[language].description} />
        <meta name="color-scheme" content="light dark" />
        <meta name="theme-color" media="(prefers-color-scheme: light)" content="#f2f3ef" />
        <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#0e1311" />
        <link rel="stylesheet" href={assets.style} />
        <link rel="preload" href={assets.font} as="font" type="font/woff2" crossorigin="anonymous" />
        <script type="module" src={assets.notices} />
        <script type="module" src={assets.fresh} />
        <link rel="icon" href={assets.icon} type="image/svg+xml" />
        {languages.map((other) => (
          <link key={other} rel="alternate" hreflang={other} href={`/${name}?lang=${other}`} />
        ))}
      </head>
      <body>
        <portiere-notices />
        {render(language)}
      </body>
    </html>,
  );
  return `<!doctype html>\n${markup}\n`;
}

/** @returns the text of each document by its path under the web root: `it/security.html` */
export function renderPublicDocuments(assets: PublicAssets, security: SecurityDocument, links: SecurityLinks): Record<string, string> {
  const pages: readonly PublicPage[] = [
    {
      name: 'security',
      title: (language) => securityTexts[language].title,
      render: (language) => <SecurityPage language={language} text={securityTexts[language]} security={security} links={links} />,
    },
    {
      name: 'security-reports',
      title: (language) => securityTexts[language].reports.title,
      render: (language) => <ReportsPage language={language} text={securityTexts[language]} reports={security.reports} />,
    },
  ];
  return Object.fromEntries(
    languages.flatMap((language) => pages.map((page) => [`${language}/${page.name}.html`, renderDocument(language, page, assets)])),
  );
}
