/** The mark and the wordmark, as in `web/assets/*.svg`; drawn in the text's colour, the handle in brass. */
export const markPaths = {
  arch: 'M3.5 29V14a12.5 12.5 0 0 1 25 0v15h-4.5V14a8 8 0 0 0-16 0v15Z',
  leaf: 'M11 29V14a5 5 0 0 1 10 0v15Z',
  handle: 'M18.5 18a1.5 1.5 0 1 0 .01 0Z',
} as const;

export const wordPath =
  'M3 11V27.4M3 16a5 5 0 1 0 10 0a5 5 0 1 0-10 0M17.4 16a5 5 0 1 0 10 0a5 5 0 1 0-10 0M32.4 11V21M32.4 16a5 5 0 0 1 4.6-5M42 6.6V17.6a3.4 3.4 0 0 0 3.4 3.4M39.2 11H45.6M50.2 11V21M50.2 6.7V6.8M54.8 16H64.8a5 5 0 1 0-1.6 3.7M69.4 11V21M69.4 16a5 5 0 0 1 4.6-5M77 16H87a5 5 0 1 0-1.6 3.7';

export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path d={markPaths.arch} />
      <path class="mark-leaf" d={markPaths.leaf} />
      <path class="mark-handle" d={markPaths.handle} />
    </svg>
  );
}

export function Wordmark() {
  return (
    <svg class="wordmark" viewBox="0 0 89 30" role="img" aria-label="Portiere">
      <path d={wordPath} />
    </svg>
  );
}
