import { useState } from 'preact/hooks';
import { api } from '../api.ts';
import { Form } from '../components/form.tsx';
import { Doorway, Heading } from '../components/frame.tsx';
import { useForm } from '../components/use-form.ts';
import { useLinkToken } from '../fragment.ts';
import { useSpeech } from '../language.tsx';

function Confirm({ token }: { token: string }) {
  const { text } = useSpeech();
  const [done, setDone] = useState(false);
  const form = useForm({
    validate: () => ({}),
    send: async () => {
      await api['accounts.verify']({ token });
      setDone(true);
    },
  });

  if (done) {
    return (
      <Doorway>
        <Heading moved>{text.verify.doneHeading}</Heading>
        <p class="lead">{text.verify.done}</p>
        <a class="button" href="/">
          {text.verify.signIn}
        </a>
      </Doorway>
    );
  }
  const remedy = form.failure?.code === 'invalid_token' && <a href="/register">{text.verify.register}</a>;
  return (
    <Doorway>
      <Heading>{text.verify.heading}</Heading>
      <p class="lead">{text.verify.lead}</p>
      <Form form={form} submit={text.verify.submit} busy={text.verify.busy} remedy={remedy}>
        {null}
      </Form>
    </Doorway>
  );
}

/**
 * The link of the registration mail. It asks for a click: scanners that open every link of a mail in a real browser
 * would otherwise spend the token before its owner sees it.
 */
export function VerifyPage() {
  const { text } = useSpeech();
  const { token } = useLinkToken();
  if (token !== undefined) return <Confirm key={token} token={token} />;
  return (
    <Doorway>
      <Heading>{text.verify.missingHeading}</Heading>
      <p class="lead">{text.verify.missing}</p>
      <a class="button" href="/register">
        {text.verify.register}
      </a>
      <p class="closing">
        <a href="/">{text.reset.back}</a>
      </p>
    </Doorway>
  );
}
