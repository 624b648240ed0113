import { useState } from 'preact/hooks';
import { api } from '../api.ts';
import { leaveBy } from '../leave.ts';
import { useHallSpeech } from '../text/hall.ts';

/** The button that every page behind the door has. */
export function useSignOut(refuse: (error: unknown) => void) {
  const { text } = useHallSpeech();
  const [leaving, setLeaving] = useState(false);

  async function signOut(): Promise<void> {
    if (leaving) return;
    setLeaving(true);
    try {
      await leaveBy(api['sign-out']);
    } catch (error) {
      refuse(error);
      setLeaving(false);
    }
  }

  return (
    <button class="button button-quiet" type="button" aria-disabled={leaving} onClick={signOut}>
      {leaving ? text.account.signingOut : text.account.signOut}
    </button>
  );
}
