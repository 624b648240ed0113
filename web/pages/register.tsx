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
import { useSpeech } from '../language.tsx';
import { memory } from '../memory.ts';

const verificationHours = securityPolicy.tokens.verificationSeconds / 3600;

export function RegisterPage() {
  const { text, language } = useSpeech();
  const [sentTo, setSentTo] = useState<string>();
  const [returned, setReturned] = useState(false);
  const password = useChosenPassword('password');
  const form = useForm({
    validate: (values) => ({ ...checkEmail(values, text.fields), ...password.check(values) }),
    send: async (values) => {
      const email = String(values.get('email')).trim();
      await api['accounts.register']({ email, password: String(values.get('password')), locale: language });
      setSentTo(email);
    },
    locate: password.locate,
  });

  if (sentTo !== undefined) {
    return (
      <Sent
        heading={text.register.sentHeading}
        lead={text.register.sent}
        email={sentTo}
        hint={text.register.sentHint(verificationHours)}
        nothing={text.register.nothing}
        again={text.register.again}
        onAgain={() => {
          setReturned(true);
          setSentTo(undefined);
        }}
      />
    );
  }
  return (
    <Doorway>
      <Heading moved={returned}>{text.register.heading}</Heading>
      <Form form={form} submit={text.register.submit} busy={text.register.busy}>
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
          autoComplete="new-password"
          error={form.errors.password}
          busy={form.busy}
          minimum={password.minimum}
        />
      </Form>
      <p class="closing">
        {text.register.haveAccount} <a href="/">{text.register.signIn}</a>
      </p>
    </Doorway>
  );
}
