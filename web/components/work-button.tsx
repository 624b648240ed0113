import type { ComponentChildren } from 'preact';

interface WorkButtonProps {
  readonly kind?: 'quiet' | 'danger' | 'plain';
  readonly label?: string | undefined;
  /** This one is at work. */
  readonly busy: boolean;
  /** Something else is: one thing at a time. */
  readonly waits: boolean;
  readonly onClick: () => void;
  readonly children: ComponentChildren;
}

/** Not `disabled` while something is at work: that would drop the focus of whoever just pressed it. */
export function WorkButton({ kind = 'quiet', label, busy, waits, onClick, children }: WorkButtonProps) {
  return (
    <button
      class={kind === 'plain' ? 'button' : `button button-${kind}`}
      type="button"
      aria-label={label}
      aria-disabled={busy || waits}
      data-busy={busy}
      onClick={() => !busy && !waits && onClick()}
    >
      {children}
    </button>
  );
}
