import { useEffect, useMemo, useRef } from 'preact/hooks';
import { formatDate } from '../format.ts';
import { useHallSpeech } from '../text/hall.ts';
import { CopyButton } from './copy-button.tsx';

interface RecoveryCodesProps {
  readonly email: string;
  readonly codes: readonly string[];
  readonly onSaved: () => void;
}

/** The recovery codes, this once: they are nowhere but in this component, and gone with it. */
export function RecoveryCodes({ email, codes, onSaved }: RecoveryCodesProps) {
  const { text, language } = useHallSpeech();
  const heading = useRef<HTMLHeadingElement>(null);
  const saved = useRef(false);
  const title = `${text.product}: ${text.recovery.sheet(email)}`;
  const date = formatDate(new Date().toISOString(), language);
  const file = useMemo(() => {
    const lines = [title, date, '', ...codes, '', text.recovery.note, ''];
    return URL.createObjectURL(new Blob([lines.join('\r\n')], { type: 'text/plain;charset=utf-8' }));
  }, [codes, title, date, text]);
  useEffect(() => () => URL.revokeObjectURL(file), [file]);

  useEffect(() => {
    heading.current?.focus();
    // Whoever closes the page now has lost them.
    const hold = (event: BeforeUnloadEvent) => {
      if (!saved.current) event.preventDefault();
    };
    addEventListener('beforeunload', hold);
    return () => removeEventListener('beforeunload', hold);
  }, []);

  return (
    <div class="steps recovery">
      <div class="step-head">
        <h3 ref={heading} tabIndex={-1} class="on-screen">
          {text.recovery.heading}
        </h3>
        <p class="quiet on-screen">{text.recovery.lead}</p>
        <p class="on-paper sheet-title">{title}</p>
        <p class="on-paper">{date}</p>
      </div>
      <ol class="codes" aria-label={text.recovery.list}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <p class="on-paper">{text.recovery.note}</p>
      <div class="tools on-screen">
        <a class="button button-quiet" href={file} download={`${text.product.toLowerCase()}-${text.recovery.file}.txt`}>
          {text.recovery.download}
        </a>
        <button class="button button-quiet" type="button" onClick={() => print()}>
          {text.recovery.print}
        </button>
        <CopyButton value={codes.join('\n')} label={text.copy.codes} />
      </div>
      <div class="form-actions on-screen">
        <button
          class="button"
          type="button"
          onClick={() => {
            saved.current = true;
            onSaved();
          }}
        >
          {text.recovery.saved}
        </button>
      </div>
    </div>
  );
}
