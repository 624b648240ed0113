import type { ComponentChildren } from 'preact';
import { Notice } from './notice.tsx';
import type { FormState } from './use-form.ts';
import { Wait } from './wait.tsx';

interface FormProps {
  readonly form: FormState;
  readonly id?: string;
  /** Not the first thing that the page is for. */
  readonly isQuiet?: boolean;
  /** What it does can't be taken back. */
  readonly isGrave?: boolean;
  readonly submit: string;
  readonly busy: string;
  /** Names the form where a page has more than one. */
  readonly label?: string;
  readonly children: ComponentChildren;
  /** Shown below the message of a failed try: a way out of it. */
  readonly remedy?: ComponentChildren;
  /** A second button, for going back without sending. */
  readonly cancel?: { readonly label: string; readonly onCancel: () => void };
  /** Stands below the buttons. */
  readonly after?: ComponentChildren;
}

/** Fields, what went wrong, and the button. `method="post"` so that no browser ever puts a password into an address. */
export function Form({ form, id, isQuiet = false, isGrave = false, submit, busy, label, children, remedy, cancel, after }: FormProps) {
  const waits = form.waitUntil !== undefined;
  return (
    <form class="form" id={id} method="post" noValidate aria-label={label} onSubmit={form.onSubmit} onInput={form.onInput}>
      {form.failure !== undefined && (
        <Notice tone="problem">
          <p>{form.failure.message}</p>
          {form.waitUntil !== undefined && <Wait until={form.waitUntil} onEnd={form.endWait} />}
          {remedy}
        </Notice>
      )}
      {children}
      <div class="form-actions">
        {/* Not `disabled`: that would drop the focus of whoever just pressed it. */}
        <button
          class={`button ${isQuiet ? 'button-quiet' : ''} ${isGrave ? 'button-danger' : ''}`}
          type="submit"
          aria-disabled={form.busy || waits}
          data-busy={form.busy}
        >
          {form.busy ? busy : submit}
        </button>
        {cancel !== undefined && (
          <button class="button button-quiet" type="button" onClick={cancel.onCancel}>
            {cancel.label}
          </button>
        )}
      </div>
      {after}
    </form>
  );
}
