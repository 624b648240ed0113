interface TextAreaProps {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly error: string | undefined;
  readonly isOptional?: boolean;
  readonly rows?: number;
}

/** Several lines of text with their hint and error, tied together as in `Field`. */
export function TextArea({ name, label, hint, error, isOptional = false, rows = 4 }: TextAreaProps) {
  return (
    <div class="field">
      <div class="field-head">
        <label for={name}>{label}</label>
      </div>
      <div class="field-box">
        <textarea
          id={name}
          name={name}
          rows={rows}
          required={!isOptional}
          aria-invalid={error !== undefined}
          aria-describedby={`${error === undefined ? '' : `${name}-error `}${name}-hint`}
        />
      </div>
      {error !== undefined && (
        <p class="field-error" id={`${name}-error`}>
          {error}
        </p>
      )}
      <div class="field-hint" id={`${name}-hint`}>
        {hint}
      </div>
    </div>
  );
}
