import { useEffect } from 'preact/hooks';
import { type AnswerOf, ProblemError } from '../../client/index.ts';
import { api } from '../api.ts';
import { useSpeech } from '../language.tsx';
import { CodeField } from './code-field.tsx';
import { Form } from './form.tsx';
import { Heading } from './frame.tsx';
import { useCode } from './use-code.ts';
import { useForm } from './use-form.ts';

export type Challenge = Extract<AnswerOf<'sign-in'>, { status: 'second_factor_required' }>;

interface SecondStepProps {
  readonly email: string;
  readonly challenge: Challenge;
  readonly onSignedIn: () => void;
  /** Back to the password: the challenge is spent or too old, or the person wants to. */
  readonly onBack: (reason: 'expired' | 'asked') => void;
}

const fieldId = 'code';

export function SecondStep({ email, challenge, onSignedIn, onBack }: SecondStepProps) {
  const { text } = useSpeech();
  const code = useCode(challenge.methods.includes('totp') ? 'totp' : 'recovery_code');
  const form = useForm({
    validate: code.check,
    send: async (values) => {
      try {
        await api['sign-in.second-factor']({ challengeId: challenge.challengeId, method: code.method, code: code.read(values) });
      } catch (error) {
        if (error instanceof ProblemError && error.code === 'challenge_expired') onBack('expired');
        throw error;
      }
      onSignedIn();
    },
    locate: code.locate,
  });
  // The step opens, and another way is chosen, to type: the field's label and hint are read with it.
  useEffect(() => document.getElementById(fieldId)?.focus(), [code.method]);

  return (
    <>
      <Heading>{text.signIn.stepHeading}</Heading>
      <p class="lead">
        {text.signIn.stepLead} <strong class="address">{email}</strong>
      </p>
      <Form form={form} label={text.signIn.stepHeading} submit={text.signIn.stepSubmit} busy={text.signIn.stepBusy}>
        <CodeField
          id={fieldId}
          method={code.method}
          error={form.errors.code}
          onSwitch={
            challenge.methods.length < 2
              ? undefined
              : (method) => {
                  form.forget();
                  code.setMethod(method);
                }
          }
        />
      </Form>
      <p class="closing">
        <button class="link" type="button" onClick={() => onBack('asked')}>
          {text.signIn.stepBack}
        </button>
      </p>
    </>
  );
}
