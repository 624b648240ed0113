import { useEffect, useState } from 'preact/hooks';
import { api } from '../api.ts';
import { Field } from '../components/field.tsx';
import { Form } from '../components/form.tsx';
import { Doorway, Heading } from '../components/frame.tsx';
import { Notice } from '../components/notice.tsx';
import { PasskeySignIn } from '../components/passkey-sign-in.tsx';
import { PasswordField } from '../components/password-field.tsx';
import { type Challenge, SecondStep } from '../components/second-step.tsx';
import { checkEmail, useForm } from '../components/use-form.ts';
import { useSpeech } from '../language.tsx';
import { memory } from '../memory.ts';

/** Where a person comes back from who was at the second step already. */
interface Returned {
  readonly email: string;
  readonly reason: 'expired' | 'asked';
}

interface PasswordStepProps {
  readonly returned: Returned | undefined;
  readonly onChallenge: (email: string, challenge: Challenge) => void;
  readonly onSignedIn: () => void;
}

function focusPassword(): void {
  const password = document.getElementById('password');
  if (!(password instanceof HTMLInputElement)) return;
  password.focus();
  password.select();
}

function PasswordStep({ returned, onChallenge, onSignedIn }: PasswordStepProps) {
  const { text } = useSpeech();
  const [note] = useState(memory.takeNotice);
  const form = useForm({
    validate: (values) => ({
      ...checkEmail(values, text.fields),
      ...(values.get('password') === '' && { password: text.fields.passwordMissing }),
    }),
    send: async (values) => {
      const email = String(values.get('email'));
      const answer = await api['sign-in']({ email, password: String(values.get('password')) });
      if (answer.status === 'second_factor_required') onChallenge(email, answer);
      else onSignedIn();
    },
  });

  // A wrong pair is retyped from the password on; nothing tells which of the two was wrong.
  const refused = form.failure?.code === 'invalid_credentials';
  useEffect(() => {
    if (refused || returned !== undefined) focusPassword();
  }, [refused, returned]);

  return (
    <>
      <Heading>{text.signIn.heading}</Heading>
      {note === 'signed_out' && <Notice tone="neutral">{text.signIn.signedOut}</Notice>}
      {note === 'erasing' && <Notice tone="neutral">{text.signIn.erasing}</Notice>}
      {note === 'session_ended' && <Notice tone="neutral">{text.signIn.sessionEnded}</Notice>}
      {note === 'password_set' && <Notice tone="success">{text.signIn.passwordSet}</Notice>}
      {returned?.reason === 'expired' && form.failure === undefined && <Notice tone="problem">{text.problems.challenge_expired}</Notice>}
      <Form form={form} submit={text.signIn.submit} busy={text.signIn.busy}>
        <Field
          name="email"
          label={text.fields.email}
          type="email"
          // The token of WebAuthn comes last: passkeys are then offered among the field's suggestions.
          autoComplete="username webauthn"
          error={form.errors.email}
          initial={returned?.email ?? memory.readEmail()}
          onValue={memory.keepEmail}
        />
        <PasswordField
          name="password"
          label={text.fields.password}
          autoComplete="current-password"
          error={form.errors.password}
          busy={form.busy}
          aside={
            <a class="aside" href="/reset">
              {text.signIn.forgot}
            </a>
          }
        />
      </Form>
      <PasskeySignIn onSignedIn={onSignedIn} />
      <p class="closing">
        {text.signIn.noAccount} <a href="/register">{text.signIn.register}</a>
      </p>
    </>
  );
}

/** The password, and the second step where the account has one: in place, so that nothing of it is in an address or a history. */
export function SignInPage() {
  const [open, setOpen] = useState<{ readonly email: string; readonly challenge: Challenge }>();
  const [returned, setReturned] = useState<Returned>();

  function enter(): void {
    memory.forgetEmail();
    location.assign(memory.takeDestination());
  }

  return (
    <Doorway>
      {open === undefined ? (
        <PasswordStep returned={returned} onChallenge={(email, challenge) => setOpen({ email, challenge })} onSignedIn={enter} />
      ) : (
        <SecondStep
          email={open.email}
          challenge={open.challenge}
          onSignedIn={enter}
          onBack={(reason) => {
            setReturned({ email: open.email, reason });
            setOpen(undefined);
          }}
        />
      )}
    </Doorway>
  );
}
