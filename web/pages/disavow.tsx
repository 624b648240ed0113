import { api } from '../api.ts';
import { LinkPage } from '../components/link-page.tsx';
import { useSpeech } from '../language.tsx';

/** "This wasn't me", from any security mail. */
export function DisavowPage() {
  const { text } = useSpeech();
  return <LinkPage words={text.disavow} send={(token) => api['account.disavow']({ token })} doneAddress="/reset" remedyAddress="/reset" />;
}
