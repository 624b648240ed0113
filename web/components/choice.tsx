interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  /** Labels by value, in order. */
  readonly options: Readonly<Record<string, string>>;
  readonly initial?: string;
}

/** A labelled list to choose one from. Uncontrolled, as `Field` is; something is always chosen. */
export function Choice({ name, label, options, initial }: ChoiceProps) {
  return (
    <div class="field">
      <div class="field-head">
        <label for={name}>{label}</label>
      </div>
      <div class="field-box">
        <select id={name} name={name} defaultValue={initial}>
          {Object.entries(options).map(([value, text]) => (
            <option key={value} value={value} selected={value === initial}>
              {text}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
}
