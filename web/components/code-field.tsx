import type { CodeMethod } from '../code.ts';
import { useSpeech } from '../language.tsx';
import { Field } from './field.tsx';

interface CodeFieldProps {
  readonly id: string;
  readonly method: CodeMethod;
  readonly error: string | undefined;
  readonly hint?: string;
  /** Where there is another way: called with it when it is chosen. */
  readonly onSwitch?: ((method: CodeMethod) => void) | undefined;
}

/** One field for the whole code, not one for each digit: paste, autofill and screen readers take it as it is. */
export function CodeField({ id, method, error, hint, onSwitch }: CodeFieldProps) {
  const { text } = useSpeech();
  const isApp = method === 'totp';
  return (
    <div class="code-field">
      <Field
        key={method}
        id={id}
        name="code"
        label={isApp ? text.codes.label : text.codes.recoveryLabel}
        type="text"
        inputMode={isApp ? 'numeric' : 'text'}
        autoComplete={isApp ? 'one-time-code' : 'off'}
        error={error}
        hint={hint ?? (isApp ? text.codes.hint : text.codes.recoveryHint)}
      />
      {onSwitch !== undefined && (
        <button class="link" type="button" onClick={() => onSwitch(isApp ? 'recovery_code' : 'totp')}>
          {isApp ? text.codes.useRecovery : text.codes.useApp}
        </button>
      )}
    </div>
  );
}
