import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useSpeech } from '../language.tsx';
import { dictionaries, languages } from '../text/dictionary.ts';
import { Mark, Wordmark } from './brand.tsx';

function LanguageSwitch() {
  const { language, choose } = useSpeech();
  const other = languages.find((candidate) => candidate !== language) ?? language;
  return (
    <a
      class="language"
      href={`?lang=${other}`}
      lang={other}
      hreflang={other}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        choose(other);
      }}
    >
      {dictionaries[other].languageName}
    </a>
  );
}

/** The heading takes the focus when it replaces what was there before, not when the page first opens. */
export function Heading({ children, moved = false }: { children: ComponentChildren; moved?: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (moved) heading.current?.focus();
  }, [moved]);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}

/** The pages before the door: one arch, one question. */
export function Doorway({ children }: { children: ComponentChildren }) {
  return (
    <div class="threshold">
      <main class="doorway">
        <Mark />
        {children}
      </main>
      <footer class="plinth">
        <Wordmark />
        <LanguageSwitch />
      </footer>
    </div>
  );
}

/** The pages behind the door. */
export function Hall({ actions, children }: { actions: ComponentChildren; children: ComponentChildren }) {
  const { text } = useSpeech();
  return (
    <div class="hall">
      <a class="skip" href="#content">
        {text.skip}
      </a>
      <header class="hall-head">
        {/* Named by itself: where there is little room the wordmark is not there. */}
        <a class="brand" href="/account" aria-label={text.product}>
          <Mark />
          <Wordmark />
        </a>
        <div class="hall-actions">
          <LanguageSwitch />
          {actions}
        </div>
      </header>
      <main class="hall-main" id="content" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
