import type { ComponentChildren, InputHTMLAttributes } from 'preact';

interface FieldProps {
  /** `name` and `id`: password managers recognise a field by them. */
  readonly name: string;
  readonly id?: string;
  readonly label: string;
  readonly type: 'email' | 'password' | 'text';
  readonly inputMode?: 'numeric' | 'text';
  readonly autoComplete: InputHTMLAttributes<HTMLInputElement>['autoComplete'];
  readonly error?: string | undefined;
  readonly hint?: ComponentChildren;
  readonly initial?: string;
  readonly isOptional?: boolean;
  readonly onValue?: (value: string) => void;
  /** Stands at the end of the label's line: a link that belongs to the field. */
  readonly aside?: ComponentChildren;
  /** Stands inside the field, at its end. */
  readonly children?: ComponentChildren;
}

/**
 * A labelled input with its hint and its error, tied together for assistive technology. Uncontrolled: the browser
 * owns the text, so managers, paste and undo work as everywhere.
 */
export function Field({
  name,
  id = name,
  label,
  type,
  inputMode,
  autoComplete,
  error,
  hint,
  initial,
  isOptional = false,
  onValue,
  aside,
  children,
}: FieldProps) {
  const described = [error !== undefined && `${id}-error`, hint !== undefined && `${id}-hint`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <div class="field-head">
        <label for={id}>{label}</label>
        {aside}
      </div>
      <div class="field-box">
        <input
          id={id}
          name={name}
          // Preact's types tie the roles of an input to one literal type; this one is chosen at run time.
          type={type as 'text'}
          inputMode={inputMode}
          autoComplete={autoComplete}
          autoCapitalize="none"
          autocorrect="off"
          spellcheck={false}
          required={!isOptional}
          defaultValue={initial}
          aria-invalid={error !== undefined}
          aria-describedby={described === '' ? undefined : described}
          onInput={(event) => onValue?.(event.currentTarget.value)}
        />
        {children}
      </div>
      {error !== undefined && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
      {hint !== undefined && (
        <div class="field-hint" id={`${id}-hint`}>
          {hint}
        </div>
      )}
    </div>
  );
}
