import { Doorway, Heading } from '../components/frame.tsx';
import { useSpeech } from '../language.tsx';

export function NotFoundPage() {
  const { text } = useSpeech();
  return (
    <Doorway>
      <Heading>{text.notFound.heading}</Heading>
      <p class="lead">{text.notFound.lead}</p>
      <a class="button" href="/">
        {text.notFound.home}
      </a>
    </Doorway>
  );
}
