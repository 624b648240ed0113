import { useState } from 'preact/hooks';
import { securityPolicy } from '../../contract/security-policy.ts';
import { api } from '../api.ts';
import { Field } from '../components/field.tsx';
import { Form } from '../components/form.tsx';
import { Doorway, Heading } from '../components/frame.tsx';
import { PasswordField } from '../components/password-field.tsx';
import { Sent } from '../components/sent.tsx';
import { useChosenPassword } from '../components/use-chosen-password.ts';
import { checkEmail, useForm } from '../components/use-form.ts';
import { useLinkToken } from '../fragment.ts';
import { useSpeech } from '../language.tsx';
import { memory } from '../memory.ts';

const resetMinutes = securityPolicy.tokens.passwordResetSeconds / 60;

function RequestReset({ moved }: { moved: boolean }) {
  const { text } = useSpeech();
  const [sentTo, setSentTo] = useState<string>();
  const [returned, setReturned] = useState(moved);
  const form = useForm({
    validate: (values) => checkEmail(values, text.fields),
    send: async (values) => {
      const email = String(values.get('email')).trim();
      await api['password-reset.request']({ email });
      setSentTo(email);
    },
  });

  if (sentTo !== undefined) {
    return (
      <Sent
        heading={text.reset.sentHeading}
        lead={text.reset.sent}
        email={sentTo}
        hint={text.reset.sentHint(resetMinutes)}
        nothing={text.reset.nothing}
        again={text.reset.again}
        onAgain={() => {
          setReturned(true);
          setSentTo(undefined);
        }}
      />
    );
  }
  return (
    <Doorway>
      <Heading moved={returned}>{text.reset.heading}</Heading>
      <p class="lead">{text.reset.lead}</p>
      <Form form={form} submit={text.reset.submit} busy={text.reset.busy}>
        <Field
          name="email"
          label={text.fields.email}
          type="email"
          autoComplete="username"
          error={form.errors.email}
          initial={memory.readEmail()}
          onValue={memory.keepEmail}
        />
      </Form>
      <p class="closing">
        <a href="/">{text.reset.back}</a>
      </p>
    </Doorway>
  );
}

function ChoosePassword({ token, onExpired }: { token: string; onExpired: () => void }) {
  const { text } = useSpeech();
  const password = useChosenPassword('newPassword');
  const form = useForm({
    validate: password.check,
    send: async (values) => {
      await api['password-reset.confirm']({ token, newPassword: String(values.get('newPassword')) });
      memory.leaveNotice('password_set');
      location.assign('/');
    },
    locate: password.locate,
  });
  const remedy = form.failure?.code === 'invalid_token' && (
    <button class="link" type="button" onClick={onExpired}>
      {text.reset.expired}
    </button>
  );

  return (
    <Doorway>
      <Heading>{text.reset.chooseHeading}</Heading>
      <p class="lead">{text.reset.chooseLead}</p>
      <Form form={form} submit={text.reset.chooseSubmit} busy={text.reset.chooseBusy} remedy={remedy}>
        <PasswordField
          name="newPassword"
          label={text.fields.newPassword}
          autoComplete="new-password"
          error={form.errors.newPassword}
          busy={form.busy}
          minimum={password.minimum}
        />
      </Form>
      <p class="closing">
        <a href="/">{text.reset.back}</a>
      </p>
    </Doorway>
  );
}

/** Without a token it asks for the address; with the mail's token it sets the new password. It never signs in. */
export function ResetPage() {
  const { token, forget } = useLinkToken();
  const [expired, setExpired] = useState(false);
  if (token === undefined) return <RequestReset moved={expired} />;
  return (
    <ChoosePassword
      key={token}
      token={token}
      onExpired={() => {
        setExpired(true);
        forget();
      }}
    />
  );
}
