import { useHallSpeech } from '../text/hall.ts';

/** A part of the page that could not be loaded, and the button that tries it again. */
export function LoadFailed({ sentence, onRetry }: { sentence: string; onRetry: () => unknown }) {
  const { text } = useHallSpeech();
  return (
    <p class="quiet">
      {sentence}{' '}
      <button class="link" type="button" onClick={() => void onRetry()}>
        {text.account.retry}
      </button>
    </p>
  );
}
