/**
 * A constructed style sheet: a content security policy without `unsafe-inline` lets it in, for no markup carries it. An app gives it
 * its own looks by custom properties on the element, `--portiere-notices-*`.
 */
const css = `
:host { display: block; color-scheme: light dark; font: var(--portiere-notices-font, 1rem/1.5 system-ui, sans-serif); }
:host([hidden]) { display: none; }
.notice {
  --edge: #4a5a55; --ground: #eef1ef; --ink: #14201c;
  display: flex; gap: 1rem; align-items: flex-start; justify-content: space-between;
  padding: 0.75rem 1rem; border-inline-start: 0.375rem solid var(--portiere-notices-edge, var(--edge));
  border-block-end: 1px solid var(--portiere-notices-edge, var(--edge));
  background: var(--portiere-notices-ground, var(--ground)); color: var(--portiere-notices-ink, var(--ink));
}
.notice[data-impact='minor'] { --edge: #8a5a00; --ground: #fdf3dc; --ink: #3a2700; }
.notice[data-impact='major'] { --edge: #b23a00; --ground: #fdebe0; --ink: #451700; }
.notice[data-impact='critical'] { --edge: #b3001b; --ground: #fde7e9; --ink: #48000b; }
.notice[data-impact='maintenance'] { --edge: #1f5fa8; --ground: #e8f1fb; --ink: #0b2545; }
.words { min-width: 0; max-width: 70ch; overflow-wrap: anywhere; }
p { margin: 0; }
.state { font-size: 0.875em; }
.name { font-weight: 600; }
.body { white-space: pre-line; }
.when { font-size: 0.875em; }
a { color: inherit; }
button {
  flex: none; min-height: 2.75rem; padding: 0.25rem 0.875rem; font: inherit; color: inherit; background: transparent;
  border: 1px solid currentcolor; border-radius: 0.5rem; cursor: pointer;
}
button:hover { text-decoration: underline; }
a:focus-visible, button:focus-visible { outline: 3px solid currentcolor; outline-offset: 2px; }
@media (max-width: 30rem) { .notice { flex-direction: column; gap: 0.5rem; } }
@media (prefers-color-scheme: dark) {
  .notice { --edge: #9fb3ac; --ground: #18211e; --ink: #e8efec; }
  .notice[data-impact='minor'] { --edge: #e0a83a; --ground: #2a2008; --ink: #fbe9c4; }
  .notice[data-impact='major'] { --edge: #f08a4b; --ground: #2e1608; --ink: #fde0cf; }
  .notice[data-impact='critical'] { --edge: #ff7b88; --ground: #330a10; --ink: #ffdfe2; }
  .notice[data-impact='maintenance'] { --edge: #7db3f0; --ground: #0c1d33; --ink: #dbeafc; }
}
`;

let sheet: CSSStyleSheet | undefined;

export function bannerStyle(): CSSStyleSheet {
  if (sheet === undefined) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
  }
  return sheet;
}
