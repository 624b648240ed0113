/** The frame of the pages that need no script: everything is in the document, in the language that it is served in. */
import type { ComponentChildren } from 'preact';
import { Mark, Wordmark } from '../components/brand.tsx';
import { dictionaries, type Language, languages } from '../text/dictionary.ts';
import type { SecurityText } from './text.ts';

export interface PublicPageProps {
  readonly language: Language;
  readonly text: SecurityText;
}

export function PublicFrame({ language, text, children }: PublicPageProps & { children: ComponentChildren }) {
  const other = languages.find((candidate) => candidate !== language) ?? language;
  return (
    <div class="hall">
      <a class="skip" href="#content">
        {dictionaries[language].skip}
      </a>
      <header class="hall-head">
        <a class="brand" href={`/?lang=${language}`} aria-label={dictionaries[language].product}>
          <Mark />
          <Wordmark />
        </a>
        <nav class="hall-actions" aria-label={dictionaries[language].product}>
          <a class="language" href={`?lang=${other}`} lang={other} hreflang={other}>
            {text.otherLanguage}
          </a>
          <a class="language" href={`/?lang=${language}`}>
            {text.home}
          </a>
        </nav>
      </header>
      <main class="hall-main" id="content" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

/** Results are of machines in many places: their day is that of UTC everywhere. */
export function formatDay(instant: string, language: Language): string {
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(instant));
}
