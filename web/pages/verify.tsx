import { api } from '../api.ts';
import { LinkPage } from '../components/link-page.tsx';
import { useSpeech } from '../language.tsx';

/** The link of the registration mail. */
export function VerifyPage() {
  const { text } = useSpeech();
  return <LinkPage words={text.verify} send={(token) => api['accounts.verify']({ token })} doneAddress="/" remedyAddress="/register" />;
}
