import { useEffect, useState } from 'preact/hooks';
import { api } from '../api.ts';
import { Field } from '../components/field.tsx';
import { Form } from '../components/form.tsx';
import { Doorway, Heading } from '../components/frame.tsx';
import { Notice } from '../components/notice.tsx';
import { PasswordField } from '../components/password-field.tsx';
import { checkEmail, useForm } from '../components/use-form.ts';
import { useSpeech } from '../language.tsx';
import { memory } from '../memory.ts';

export function SignInPage() {
  const { text } = useSpeech();
  const [note] = useState(memory.takeNotice);
  const [needsSecondFactor, setNeedsSecondFactor] = useState(false);
  const form = useForm({
    validate: (values) => ({
      ...checkEmail(values, text.fields),
      ...(values.get('password') === '' && { password: text.fields.passwordMissing }),
    }),
    send: async (values) => {
      setNeedsSecondFactor(false);
      const answer = await api['sign-in']({ email: String(values.get('email')), password: String(values.get('password')) });
      if (answer.status === 'second_factor_required') {
        setNeedsSecondFactor(true);
        return;
      }
      memory.forgetEmail();
      location.assign('/account');
    },
  });

  // A wrong pair is retyped from the password on; nothing tells which of the two was wrong.
  const refused = form.failure?.code === 'invalid_credentials' ? form.failure : undefined;
  useEffect(() => {
    if (refused === undefined) return;
    const password = document.getElementById('password');
    if (password instanceof HTMLInputElement) {
      password.focus();
      password.select();
    }
  }, [refused === undefined]);

  return (
    <Doorway>
      <Heading>{text.signIn.heading}</Heading>
      {note === 'signed_out' && <Notice tone="neutral">{text.signIn.signedOut}</Notice>}
      {note === 'session_ended' && <Notice tone="neutral">{text.signIn.sessionEnded}</Notice>}
      {note === 'password_set' && <Notice tone="success">{text.signIn.passwordSet}</Notice>}
      {needsSecondFactor && <Notice tone="neutral">{text.signIn.secondFactor}</Notice>}
      <Form form={form} submit={text.signIn.submit} busy={text.signIn.busy}>
        <Field
          name="email"
          label={text.fields.email}
          type="email"
          autoComplete="username"
          error={form.errors.email}
          initial={memory.readEmail()}
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
      <p class="closing">
        {text.signIn.noAccount} <a href="/register">{text.signIn.register}</a>
      </p>
    </Doorway>
  );
}
