interface CheckProps {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

/** A box to tick; the whole line is its target. */
export function Check({ name, label, hint, checked, onChange }: CheckProps) {
  return (
    <label class="check">
      <input
        type="checkbox"
        name={name}
        checked={checked}
        aria-describedby={`${name}-hint`}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span>{label}</span>
      <span class="check-hint" id={`${name}-hint`}>
        {hint}
      </span>
    </label>
  );
}
