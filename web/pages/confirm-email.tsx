import { api } from '../api.ts';
import { LinkPage } from '../components/link-page.tsx';
import { useSpeech } from '../language.tsx';

/** The link to a new address. */
export function ConfirmEmailPage() {
  const { text } = useSpeech();
  return (
    <LinkPage
      words={text.confirmEmail}
      send={(token) => api['account.confirm-email']({ token })}
      doneAddress="/account"
      remedyAddress="/account"
    />
  );
}
