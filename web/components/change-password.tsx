import { useState } from 'preact/hooks';
import { api } from '../api.ts';
import { useHallSpeech } from '../text/hall.ts';
import { Form } from './form.tsx';
import { PasswordField } from './password-field.tsx';
import { Section } from './section.tsx';
import { useChosenPassword } from './use-chosen-password.ts';
import { useForm } from './use-form.ts';

interface ChangePasswordProps {
  readonly email: string;
  readonly onDone: (sentence: string) => Promise<void>;
  readonly onRefused: (error: unknown) => void;
}

function ChangePasswordForm({ email, onDone, onRefused }: ChangePasswordProps) {
  const { text } = useHallSpeech();
  const chosen = useChosenPassword('newPassword');
  const form = useForm({
    validate: (values) => ({
      ...(values.get('currentPassword') === '' && { currentPassword: text.fields.passwordMissing }),
      ...chosen.check(values),
    }),
    send: async (values) => {
      await api['account.change-password']({
        currentPassword: String(values.get('currentPassword')),
        newPassword: String(values.get('newPassword')),
      });
      await onDone(text.account.changed);
    },
    locate: (failure) => (failure.code === 'invalid_credentials' ? { currentPassword: text.account.currentWrong } : chosen.locate(failure)),
    onSignedOut: onRefused,
  });

  return (
    <Form form={form} label={text.account.password} submit={text.account.changeSubmit} busy={text.account.changeBusy}>
      {/* Tells a password manager whose password this is; nobody else needs it. */}
      <input
        class="visually-hidden"
        type="email"
        name="email"
        autoComplete="username"
        value={email}
        readOnly
        tabIndex={-1}
        aria-hidden="true"
      />
      <PasswordField
        name="currentPassword"
        label={text.fields.currentPassword}
        autoComplete="current-password"
        error={form.errors.currentPassword}
        busy={form.busy}
      />
      <PasswordField
        name="newPassword"
        label={text.fields.newPassword}
        autoComplete="new-password"
        error={form.errors.newPassword}
        busy={form.busy}
        minimum={chosen.minimum}
      />
    </Form>
  );
}

/** A form of its own for each change: when one is done, its fields are gone with it. */
export function ChangePassword({ email, onDone, onRefused }: ChangePasswordProps) {
  const { text } = useHallSpeech();
  const [round, setRound] = useState(0);
  const finish = async (sentence: string) => {
    setRound(round + 1);
    await onDone(sentence);
    document.getElementById('change-password')?.focus();
  };
  return (
    <Section id="change-password" title={text.account.password} lead={text.account.passwordLead}>
      <ChangePasswordForm key={round} email={email} onDone={finish} onRefused={onRefused} />
    </Section>
  );
}
