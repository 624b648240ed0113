import { api } from '../api.ts';
import { LinkPage } from '../components/link-page.tsx';
import { PasswordField } from '../components/password-field.tsx';
import { useSpeech } from '../language.tsx';

const registerAgain = '/register';

/**
 * The link of the registration mail. Whoever opens it may not be who registered: a stranger can register any address with a
 * password of his own, so the page asks for that password before the link counts.
 */
export function VerifyPage() {
  const { text } = useSpeech();
  const words = text.verify;
  return (
    <LinkPage
      words={{ ...words, keeps: words.notMe }}
      send={(token, values) => api['accounts.verify']({ token, password: String(values.get('password')) })}
      question={{
        validate: (values) => (values.get('password') === '' ? { password: text.fields.passwordMissing } : {}),
        locate: ({ code }) => (code === 'invalid_credentials' ? { password: words.wrong } : undefined),
        describe: ({ code }) => (code === 'account_locked' ? words.locked : undefined),
        fields: ({ errors, busy }) => (
          <PasswordField name="password" label={words.password} autoComplete="current-password" error={errors.password} busy={busy} />
        ),
        after: (
          <p class="closing">
            {words.forgotten} <a href={registerAgain}>{words.remedy}</a>
          </p>
        ),
      }}
      doneAddress="/"
      remedyAddress={registerAgain}
    />
  );
}
