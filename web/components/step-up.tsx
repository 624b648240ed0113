import { useEffect, useRef, useState } from 'preact/hooks';
import { securityPolicy } from '../../contract/security-policy.ts';
import { Abandoned, api, confirmBy } from '../api.ts';
import type { Failure } from '../failure.ts';
import { useSpeech } from '../language.tsx';
import { CodeField } from './code-field.tsx';
import { Form } from './form.tsx';
import { PasswordField } from './password-field.tsx';
import { useCode } from './use-code.ts';
import { type FieldErrors, useForm } from './use-form.ts';

const { stepUpSeconds } = securityPolicy.sessions;

interface Person {
  readonly email: string;
  readonly secondFactor: { readonly enabled: boolean };
}

interface StepUpDialogProps {
  readonly person: Person;
  /** Called once, when the dialog has closed and the focus is back where it was. */
  readonly onClose: (confirmed: boolean) => void;
  readonly onSignedOut: (error: unknown) => void;
}

/** Asks for the password again, and for a code where the account has them. */
function StepUpDialog({ person, onClose, onSignedOut }: StepUpDialogProps) {
  const { text } = useSpeech();
  const dialog = useRef<HTMLDialogElement>(null);
  const confirmed = useRef(false);
  const [asksCode, setAsksCode] = useState(person.secondFactor.enabled);
  const code = useCode();
  const form = useForm({
    validate: (values) => ({
      ...(values.get('password') === '' && { password: text.fields.passwordMissing }),
      ...(asksCode && code.check(values)),
    }),
    send: async (values) => {
      await api['session.step-up']({ password: String(values.get('password')), ...(asksCode && { code: code.read(values) }) });
      confirmed.current = true;
      dialog.current?.close();
    },
    locate,
    describe: code.describe,
    onSignedOut,
  });

  function locate(failure: Failure): FieldErrors | undefined {
    if (failure.code === 'invalid_credentials') return { password: text.stepUp.wrong };
    if (failure.code === 'invalid_code' && !asksCode) {
      // Turned on elsewhere since this page was loaded.
      setAsksCode(true);
      return { code: text.codes.missing };
    }
    return code.locate(failure);
  }

  useEffect(() => {
    dialog.current?.showModal();
    document.getElementById('step-up-password')?.focus();
  }, []);

  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby="step-up"
      aria-describedby="step-up-lead"
      onClose={() => onClose(confirmed.current)}
    >
      <h2 id="step-up">{text.stepUp.heading}</h2>
      <p class="quiet" id="step-up-lead">
        {text.stepUp.lead(stepUpSeconds / 60)}
      </p>
      <Form
        form={form}
        submit={text.stepUp.submit}
        busy={text.stepUp.busy}
        cancel={{ label: text.stepUp.cancel, onCancel: () => dialog.current?.close() }}
      >
        <input
          class="visually-hidden"
          type="email"
          name="email"
          autoComplete="username"
          value={person.email}
          readOnly
          tabIndex={-1}
          aria-hidden="true"
        />
        <PasswordField
          id="step-up-password"
          name="password"
          label={text.fields.password}
          autoComplete="current-password"
          error={form.errors.password}
          busy={form.busy}
        />
        {asksCode && (
          <CodeField
            id="step-up-code"
            method={code.method}
            error={form.errors.code}
            onSwitch={(method) => {
              form.forget();
              code.setMethod(method);
            }}
          />
        )}
      </Form>
    </dialog>
  );
}

interface Question {
  readonly answer: Promise<void>;
  readonly settle: (confirmed: boolean) => void;
}

/**
 * How the pages behind the door ask for the password again, whoever needs it: several that need it at once are
 * answered by one question.
 *
 * @param steppedUpUntil what the server said when the page was loaded; null if the session isn't confirmed.
 */
export function useStepUp(person: Person | undefined, steppedUpUntil: string | null | undefined, onSignedOut: (error: unknown) => void) {
  const [question, setQuestion] = useState<Question>();
  const asked = useRef<Question>(undefined);
  const goodUntil = useRef(0);
  const until = Math.max(goodUntil.current, steppedUpUntil == null ? 0 : Date.parse(steppedUpUntil));

  function ask(): Promise<void> {
    if (asked.current === undefined) {
      let settle: Question['settle'] = () => {};
      const answer = new Promise<void>((resolve, reject) => {
        settle = (confirmed) => {
          asked.current = undefined;
          setQuestion(undefined);
          if (confirmed) goodUntil.current = Date.now() + stepUpSeconds * 1000;
          if (confirmed) resolve();
          else reject(new Abandoned());
        };
      });
      asked.current = { answer, settle };
      setQuestion(asked.current);
    }
    return asked.current.answer;
  }

  useEffect(() => confirmBy(ask), []);

  return {
    /** Resolves at once where the session is confirmed already; otherwise asks. Rejects with `Abandoned`. */
    beConfirmed: () => (Date.now() < until ? Promise.resolve() : ask()),
    dialog: question !== undefined && person !== undefined && (
      <StepUpDialog person={person} onClose={question.settle} onSignedOut={onSignedOut} />
    ),
  };
}
