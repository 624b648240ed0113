import { Doorway, Heading } from '../components/frame.tsx';
import { useSpeech } from '../language.tsx';

/** Where a page's own script did not arrive: a line that was cut, or a release while the page was being fetched. */
export function LostPage() {
  const { text } = useSpeech();
  return (
    <Doorway>
      <Heading>{text.lost.heading}</Heading>
      <p class="lead">{text.lost.lead}</p>
      <button class="button" type="button" onClick={() => location.reload()}>
        {text.lost.again}
      </button>
    </Doorway>
  );
}
