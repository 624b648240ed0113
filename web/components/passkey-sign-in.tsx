import { useEffect, useRef, useState } from 'preact/hooks';
import { securityPolicy } from '../../contract/security-policy.ts';
import { Abandoned, api } from '../api.ts';
import { useSpeech } from '../language.tsx';
import { type Assertion, awaitSuggestedPasskey, dismissPasskeyQuestion, showPasskey, supportsPasskeys } from '../passkey.ts';
import { Divider } from './divider.tsx';
import { Form } from './form.tsx';
import { useForm } from './use-form.ts';

/** When options are renewed: a little before the server would refuse them. */
const freshMilliseconds = (securityPolicy.passkeys.ceremonySeconds - 30) * 1000;

const askOptions = () => api['sign-in.passkey.options']({});

/** Signing in with a passkey alone: by a button, and where the browser can, in the suggestions of the address field. */
export function PasskeySignIn({ onSignedIn }: { onSignedIn: () => void }) {
  const { text } = useSpeech();
  const chosen = useRef<Assertion>(undefined);
  const offeredAt = useRef(0);
  const [round, setRound] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const form = useForm({
    validate: () => ({}),
    send: async () => {
      const suggested = chosen.current;
      chosen.current = undefined;
      try {
        await api['sign-in.passkey']({ credential: suggested ?? (await showPasskey(askOptions)) });
      } catch (error) {
        // The browser's suggestions end with every question of another kind.
        if (!(error instanceof Abandoned)) setRound((before) => before + 1);
        throw error;
      }
      onSignedIn();
    },
    describe: ({ code }) => {
      if (code === 'invalid_credentials' || code === 'invalid_code') return text.passkey.unknown;
      return code === 'challenge_expired' ? text.passkey.expired : undefined;
    },
  });

  useEffect(() => {
    let isCurrent = true;
    offeredAt.current = Date.now();
    void awaitSuggestedPasskey(askOptions).then((assertion) => {
      if (assertion === undefined || !isCurrent) return;
      chosen.current = assertion;
      box.current?.querySelector('form')?.requestSubmit();
    });
    // Whoever comes back to the page after minutes is offered what the server still takes.
    const renew = (event: FocusEvent) => {
      const isAddress = event.target instanceof HTMLInputElement && event.target.name === 'email';
      if (isAddress && Date.now() - offeredAt.current > freshMilliseconds) setRound((before) => before + 1);
    };
    addEventListener('focusin', renew);
    return () => {
      isCurrent = false;
      removeEventListener('focusin', renew);
    };
  }, [round]);
  useEffect(() => dismissPasskeyQuestion, []);

  if (!supportsPasskeys()) return null;
  return (
    <div class="alternative" ref={box}>
      <Divider label={text.signIn.or} />
      <Form form={form} label={text.signIn.passkey} submit={text.signIn.passkey} busy={text.passkey.busy} isQuiet>
        {null}
      </Form>
    </div>
  );
}
