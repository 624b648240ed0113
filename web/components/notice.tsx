import type { ComponentChildren } from 'preact';

/** A message about what just happened. Problems interrupt a screen reader, the rest waits its turn. */
export function Notice({ tone, children }: { tone: 'problem' | 'success' | 'neutral'; children: ComponentChildren }) {
  return (
    <div class="notice" data-tone={tone} role={tone === 'problem' ? 'alert' : 'status'}>
      <svg class="notice-icon" viewBox="0 0 20 20" aria-hidden="true">
        {tone === 'success' ? <path d="M4.5 10.5 8.5 14.5 15.5 6" /> : <path d="M10 5.5V11M10 14.4V14.5" />}
      </svg>
      <div class="notice-body">{children}</div>
    </div>
  );
}
