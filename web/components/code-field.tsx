import type { CodeMethod } from '../code.ts';
import { useSpeech } from '../language.tsx';
import type { Way } from '../ways.ts';
import { Field } from './field.tsx';
import { OtherWays } from './other-ways.tsx';

interface CodeFieldProps {
  readonly id: string;
  readonly method: CodeMethod;
  readonly error: string | undefined;
  readonly hint?: string;
  /** What could be used instead, and what is called when it is chosen. */
  readonly others?: readonly Way[];
  readonly onChoose?: (way: Way) => void;
}

/** One field for the whole code, not one for each digit: paste, autofill and screen readers take it as it is. */
export function CodeField({ id, method, error, hint, others = [], onChoose = () => {} }: CodeFieldProps) {
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
      <OtherWays ways={others} onChoose={onChoose} />
    </div>
  );
}
