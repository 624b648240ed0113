import { api } from '../api.ts';
import { LinkPage } from '../components/link-page.tsx';
import { useSpeech } from '../language.tsx';

/** Stops the erasure of an account. */
export function KeepPage() {
  const { text } = useSpeech();
  return <LinkPage words={text.keep} send={(token) => api['account.keep']({ token })} doneAddress="/reset" remedyAddress="/reset" />;
}
