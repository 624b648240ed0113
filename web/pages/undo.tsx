import { api } from '../api.ts';
import { LinkPage } from '../components/link-page.tsx';
import { useSpeech } from '../language.tsx';

/** The old address takes the account back. */
export function UndoPage() {
  const { text } = useSpeech();
  return <LinkPage words={text.undo} send={(token) => api['account.undo-email']({ token })} doneAddress="/reset" remedyAddress="/reset" />;
}
