/**
 * `<portiere-notices>`: shows what is going on inside an app. One file, no dependencies, no markup from strings, no inline style:
 * it works under a strict content security policy and Trusted Types.
 *
 * @example
 * <script type="module" src="/notices.js"></script>
 * <portiere-notices src="https://id.example.com/v1/notices" status-page="https://status.example.com"></portiere-notices>
 *
 * `src`: where the notices are, `/v1/notices` of the page's own origin if absent. `status-page`: where more is told, if anywhere.
 * Its language is that of the element around it. Whatever fails, it shows nothing, says nothing and throws nothing.
 */

import { type BannerNotice, readNotices } from './banner-notices.ts';
import { nextPollMilliseconds } from './banner-schedule.ts';
import { bannerStyle } from './banner-style.ts';
import { type BannerLanguage, bannerTexts } from './banner-texts.ts';

const dismissedKey = 'portiere-notices-dismissed';
const timeoutMilliseconds = 10_000;
const dismissedKept = 50;

export class PortiereNotices extends HTMLElement {
  static readonly observedAttributes = ['src', 'lang', 'status-page'];

  readonly #root = this.attachShadow({ mode: 'open' });
  #notices: readonly BannerNotice[] = [];
  #shown = '';
  #failures = 0;
  #dueAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #request: AbortController | undefined;
  /** Pages change their language without being loaded again. */
  readonly #languages = new MutationObserver(() => this.#show());

  connectedCallback(): void {
    this.#root.adoptedStyleSheets = [bannerStyle()];
    document.addEventListener('visibilitychange', this.#wake);
    this.#languages.observe(document.documentElement, { attributeFilter: ['lang'] });
    this.#wake();
  }

  disconnectedCallback(): void {
    document.removeEventListener('visibilitychange', this.#wake);
    this.#languages.disconnect();
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#request = undefined;
    this.#dueAt = 0;
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after || !this.isConnected) return;
    if (name === 'src') {
      this.#dueAt = 0;
      this.#wake();
    } else this.#show();
  }

  /** Asks when it is time. A page that nobody sees asks nothing. */
  readonly #wake = (): void => {
    clearTimeout(this.#timer);
    if (document.visibilityState === 'hidden') return;
    const wait = this.#dueAt - Date.now();
    if (wait > 0) this.#timer = setTimeout(this.#wake, wait);
    else void this.#poll();
  };

  async #poll(): Promise<void> {
    if (this.#request !== undefined) return;
    const request = new AbortController();
    this.#request = request;
    const timeout = setTimeout(() => request.abort(), timeoutMilliseconds);
    let cacheControl: string | null = null;
    let retryAfter: string | null = null;
    try {
      // The browser's cache keeps what is fresh, and asks by the entity tag when it is not. No cookie goes along.
      const response = await fetch(this.getAttribute('src') ?? '/v1/notices', { credentials: 'omit', signal: request.signal });
      cacheControl = response.headers.get('cache-control');
      retryAfter = response.headers.get('retry-after');
      if (!response.ok) throw new Error('no notices');
      this.#notices = readNotices(await response.text());
      this.#failures = 0;
    } catch {
      // What was shown may be over by now: old notices are worse than none.
      this.#failures += 1;
      if (this.#failures > 2) this.#notices = [];
    }
    clearTimeout(timeout);
    if (this.#request !== request) return;
    this.#request = undefined;
    this.#dueAt = Date.now() + nextPollMilliseconds({ failures: this.#failures, cacheControl, retryAfter }, Math.random());
    this.#show();
    this.#wake();
  }

  #show(): void {
    const language: BannerLanguage = /^it\b/i.test(this.closest('[lang]')?.getAttribute('lang') ?? navigator.language) ? 'it' : 'en';
    const dismissed = readDismissed();
    const wanted = this.#notices.filter((notice) => !dismissed.includes(dismissalOf(notice)));
    const statusPage = safeAddress(this.getAttribute('status-page'));
    const next = JSON.stringify([language, statusPage, wanted]);
    // Untouched as long as nothing changes: whoever listens to the page hears each thing once.
    if (next === this.#shown) return;
    this.#shown = next;
    const hadFocus = this.#root.activeElement !== null;
    this.#root.replaceChildren(...wanted.map((notice) => this.#render(notice, language, statusPage)));
    if (wanted.length > 0) {
      this.setAttribute('role', 'region');
      this.setAttribute('aria-label', bannerTexts[language].label);
    } else {
      this.removeAttribute('role');
      this.removeAttribute('aria-label');
    }
    if (hadFocus) this.#root.querySelector('button')?.focus();
  }

  #render(notice: BannerNotice, language: BannerLanguage, statusPage: string | undefined): HTMLElement {
    const texts = bannerTexts[language];
    const isUrgent = notice.impact === 'critical' || notice.impact === 'major';
    const item = element('section', { class: 'notice', 'data-impact': notice.impact });
    // Said at once where people can't work, at the next pause where they can.
    const words = element('div', { class: 'words', role: isUrgent ? 'alert' : 'status' });
    const state = element('p', { class: 'state' }, texts.states[notice.status] ?? notice.status);
    const name = element('p', { class: 'name' }, notice.name[language]);
    const body = element('p', { class: 'body' }, notice.body[language]);
    words.append(state, name, body, element('p', { class: 'when' }, texts.when(notice)));
    if (statusPage !== undefined) words.append(element('a', { href: statusPage, rel: 'noopener noreferrer' }, texts.more));
    const button = element('button', { type: 'button', 'aria-label': `${texts.dismiss}: ${notice.name[language]}` }, texts.dismiss);
    button.addEventListener('click', () => {
      rememberDismissed(dismissalOf(notice));
      this.#show();
    });
    item.append(words, button);
    return item;
  }
}

/** Text goes in as text: there is no way from here to markup. */
function element(tag: string, attributes: Readonly<Record<string, string>>, text = ''): HTMLElement {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = text;
  return made;
}

/** Who has put it away is told again only if it becomes worse, or begins. */
function dismissalOf({ id, impact, kind, status }: BannerNotice): string {
  return `${id} ${kind === 'maintenance' ? status : impact}`;
}

/** Storage may be full, forbidden, or somebody else's. */
function readDismissed(): string[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(dismissedKey) ?? '[]');
    return Array.isArray(kept) ? kept.filter((each) => typeof each === 'string') : [];
  } catch {
    return inMemory;
  }
}

const inMemory: string[] = [];

function rememberDismissed(dismissal: string): void {
  const kept = [...readDismissed(), dismissal].slice(-dismissedKept);
  inMemory.push(dismissal);
  try {
    sessionStorage.setItem(dismissedKey, JSON.stringify(kept));
  } catch {
    // Then it is back on the next page.
  }
}

/** An address that leads to a page and runs nothing. */
function safeAddress(text: string | null): string | undefined {
  if (text === null || !URL.canParse(text, document.baseURI)) return undefined;
  const { protocol, href } = new URL(text, document.baseURI);
  return protocol === 'https:' || protocol === 'http:' ? href : undefined;
}

if (customElements.get('portiere-notices') === undefined) customElements.define('portiere-notices', PortiereNotices);
