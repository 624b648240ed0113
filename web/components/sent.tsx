import { useSpeech } from '../language.tsx';
import { Doorway, Heading } from './frame.tsx';

interface SentProps {
  readonly heading: string;
  readonly lead: string;
  readonly email: string;
  readonly hint: string;
  readonly nothing: string;
  readonly again: string;
  readonly onAgain: () => void;
}

/** The same for every address, known or not: it says what happens if, never whether. */
export function Sent({ heading, lead, email, hint, nothing, again, onAgain }: SentProps) {
  const { text } = useSpeech();
  return (
    <Doorway>
      <Heading moved>{heading}</Heading>
      <p class="lead">
        {lead} <strong class="address">{email}</strong>
      </p>
      <p class="lead">{hint}</p>
      <p class="quiet">
        {nothing}{' '}
        <button class="link" type="button" onClick={onAgain}>
          {again}
        </button>
        .
      </p>
      <p class="closing">
        <a href="/">{text.reset.back}</a>
      </p>
    </Doorway>
  );
}
