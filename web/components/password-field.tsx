import { useEffect, useState } from 'preact/hooks';
import { useSpeech } from '../language.tsx';
import { computeStrength, describeStrength } from '../password.ts';
import { Field } from './field.tsx';

interface PasswordFieldProps {
  readonly name: string;
  readonly id?: string;
  readonly label: string;
  readonly autoComplete: 'current-password' | 'new-password';
  readonly error?: string | undefined;
  /** While the form is being sent the text is hidden again, so that managers see a password field to save from. */
  readonly busy: boolean;
  /** Code points; with it the field gives advice on a password that is being chosen. */
  readonly minimum?: number;
  readonly aside?: preact.ComponentChildren;
}

export function PasswordField({ name, id = name, label, autoComplete, error, busy, minimum, aside }: PasswordFieldProps) {
  const { text } = useSpeech();
  const [shown, setShown] = useState(false);
  const [value, setValue] = useState('');
  useEffect(() => {
    if (busy) setShown(false);
  }, [busy]);

  return (
    <Field
      name={name}
      id={id}
      label={label}
      type={shown ? 'text' : 'password'}
      autoComplete={autoComplete}
      error={error}
      onValue={setValue}
      aside={aside}
      hint={
        minimum === undefined ? undefined : (
          <>
            <span class="strength" data-strength={computeStrength(value, minimum)} aria-hidden="true">
              <span />
              <span />
              <span />
              <span />
            </span>
            {describeStrength(value, minimum, text)}
          </>
        )
      }
    >
      <button
        class="reveal"
        type="button"
        aria-pressed={shown}
        aria-controls={id}
        aria-label={text.fields.showPassword}
        onClick={() => setShown(!shown)}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M2.5 12C4.6 8.2 8 6 12 6s7.4 2.2 9.5 6c-2.1 3.8-5.5 6-9.5 6s-7.4-2.2-9.5-6Z" />
          <circle cx="12" cy="12" r="2.8" />
          {shown && <path d="M4.5 19.5 19.5 4.5" />}
        </svg>
      </button>
    </Field>
  );
}
