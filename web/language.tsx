/** The language of the page: what the edge chose, unless the person chose otherwise here before. */
import { type ComponentChildren, createContext } from 'preact';
import { useContext, useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks';
import { memory } from './memory.ts';
import { type Dictionary, dictionaries, isLanguage, type Language } from './text/dictionary.ts';

export type PageId = keyof Dictionary['titles'];

interface Speech {
  readonly language: Language;
  readonly text: Dictionary;
  readonly choose: (language: Language) => void;
}

const SpeechContext = createContext<Speech>({ language: 'en', text: dictionaries.en, choose: () => {} });

/** `?lang=` wins and is remembered; then what was remembered; then the language that the page was served in. */
export function initialLanguage(search: string, remembered: string | null | undefined, served: string): Language {
  const asked = new URLSearchParams(search).get('lang');
  if (isLanguage(asked)) return asked;
  if (isLanguage(remembered)) return remembered;
  return isLanguage(served) ? served : 'en';
}

export function SpeechProvider({ page, children }: { page: PageId; children: ComponentChildren }) {
  const [language, setLanguage] = useState(() => initialLanguage(location.search, memory.readLanguage(), document.documentElement.lang));

  useEffect(() => {
    const asked = new URLSearchParams(location.search).get('lang');
    if (isLanguage(asked)) memory.keepLanguage(asked);
  }, []);

  useLayoutEffect(() => {
    document.documentElement.lang = language;
    document.title = `${dictionaries[language].titles[page]} · ${dictionaries[language].product}`;
  }, [language, page]);

  const speech = useMemo<Speech>(
    () => ({
      language,
      text: dictionaries[language],
      // In place, not by loading the page again: what was typed stays, and so does a link's token.
      choose: (chosen) => {
        memory.keepLanguage(chosen);
        history.replaceState(null, '', `?lang=${chosen}`);
        setLanguage(chosen);
      },
    }),
    [language],
  );
  return <SpeechContext.Provider value={speech}>{children}</SpeechContext.Provider>;
}

export function useSpeech(): Speech {
  return useContext(SpeechContext);
}
