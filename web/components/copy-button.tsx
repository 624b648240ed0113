import { useState } from 'preact/hooks';
import { useHallSpeech } from '../text/hall.ts';

export function CopyButton({ value, label }: { value: string; label: string }) {
  const { text } = useHallSpeech();
  const [outcome, setOutcome] = useState('');

  async function copy(): Promise<void> {
    setOutcome('');
    try {
      await navigator.clipboard.writeText(value);
      setOutcome(text.copy.done);
    } catch {
      // Refused by the browser or its owner: the text stays there to be selected.
      setOutcome(text.copy.failed);
    }
  }

  return (
    <>
      <button class="button button-quiet" type="button" onClick={copy}>
        {label}
      </button>
      <span class="copy-outcome" role="status">
        {outcome}
      </span>
    </>
  );
}
