import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { securityPolicy } from '../../contract/security-policy.ts';
import { Abandoned, api, confirmBy } from '../api.ts';
import type { Failure } from '../failure.ts';
import { showPasskey, supportsPasskeys } from '../passkey.ts';
import { useHallSpeech } from '../text/hall.ts';
import { findWays, isCodeMethod, type Way } from '../ways.ts';
import { CodeField } from './code-field.tsx';
import { Form } from './form.tsx';
import { OtherWays } from './other-ways.tsx';
import { PasswordField } from './password-field.tsx';
import { useCode } from './use-code.ts';
import { type FieldErrors, useForm } from './use-form.ts';

const { stepUpSeconds } = securityPolicy.sessions;

interface Person {
  readonly email: string;
  readonly secondFactor: { readonly enabled: boolean; readonly methods: readonly Way[] };
}

interface QuestionProps {
  readonly onConfirmed: () => void;
  readonly onCancel: () => void;
  readonly onSignedOut: (error: unknown) => void;
}

/** The password again, and a code where the account has them. */
function PasswordQuestion({
  person,
  onPasskey,
  onConfirmed,
  onCancel,
  onSignedOut,
}: QuestionProps & { readonly person: Person; readonly onPasskey: (() => void) | undefined }) {
  const { text } = useHallSpeech();
  const codeMethods = findWays(person.secondFactor.methods, false).filter(isCodeMethod);
  const [asksCode, setAsksCode] = useState(person.secondFactor.enabled);
  const code = useCode(codeMethods[0] ?? 'totp');
  const form = useForm({
    validate: (values) => ({
      ...(values.get('password') === '' && { password: text.fields.passwordMissing }),
      ...(asksCode && code.check(values)),
    }),
    send: async (values) => {
      await api['session.step-up']({ password: String(values.get('password')), ...(asksCode && { code: code.read(values) }) });
      onConfirmed();
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

  useEffect(() => document.getElementById('step-up-password')?.focus(), []);

  const others = codeMethods.length < 2 ? [] : codeMethods.filter((method) => method !== code.method);
  return (
    <Form
      form={form}
      submit={text.stepUp.submit}
      busy={text.stepUp.busy}
      cancel={{ label: text.stepUp.cancel, onCancel }}
      after={
        onPasskey !== undefined && (
          <div class="ways">
            <OtherWays ways={['passkey']} onChoose={onPasskey} />
          </div>
        )
      }
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
          others={asksCode && codeMethods.length === 0 ? ['recovery_code'] : others}
          onChoose={(way) => {
            form.forget();
            if (isCodeMethod(way)) code.setMethod(way);
          }}
        />
      )}
    </Form>
  );
}

const passkeyFormId = 'step-up-passkey';

/** A passkey, which is the password and the code in one. */
function PasskeyQuestion({
  onPassword,
  onConfirmed,
  onCancel,
  onSignedOut,
}: QuestionProps & { readonly onPassword: (() => void) | undefined }) {
  const { text } = useHallSpeech();
  const form = useForm({
    validate: () => ({}),
    send: async () => {
      const credential = await showPasskey(() => api['session.step-up.passkey.options']());
      await api['session.step-up.passkey']({ credential });
      onConfirmed();
    },
    describe: ({ code }) => {
      if (code === 'invalid_credentials' || code === 'invalid_code') return text.passkey.foreign;
      if (code === 'challenge_expired') return text.passkey.expired;
      return code === 'not_found' ? text.stepUp.noPasskey : undefined;
    },
    onSignedOut,
  });
  useEffect(() => document.querySelector<HTMLButtonElement>(`#${passkeyFormId} [type=submit]`)?.focus(), []);

  return (
    <Form
      id={passkeyFormId}
      form={form}
      submit={text.passkey.use}
      busy={text.passkey.busy}
      cancel={{ label: text.stepUp.cancel, onCancel }}
      after={
        onPassword !== undefined && (
          <div class="ways">
            <button class="link" type="button" onClick={onPassword}>
              {text.stepUp.usePassword}
            </button>
          </div>
        )
      }
    >
      {null}
    </Form>
  );
}

interface StepUpDialogProps {
  readonly person: Person;
  /** Called once, when the dialog has closed and the focus is back where it was. */
  readonly onClose: (confirmed: boolean) => void;
  readonly onSignedOut: (error: unknown) => void;
}

function StepUpDialog({ person, onClose, onSignedOut }: StepUpDialogProps) {
  const { text } = useHallSpeech();
  const dialog = useRef<HTMLDialogElement>(null);
  const confirmed = useRef(false);
  const hasPasskey = findWays(person.secondFactor.methods, supportsPasskeys()).includes('passkey');
  const [byPasskey, setByPasskey] = useState(hasPasskey);
  // Before the effects of what is in it: what is not shown takes no focus.
  useLayoutEffect(() => dialog.current?.showModal(), []);

  const question: QuestionProps = {
    onConfirmed: () => {
      confirmed.current = true;
      dialog.current?.close();
    },
    onCancel: () => dialog.current?.close(),
    onSignedOut,
  };
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
      {byPasskey ? (
        <PasskeyQuestion {...question} onPassword={() => setByPasskey(false)} />
      ) : (
        <PasswordQuestion {...question} person={person} onPasskey={hasPasskey ? () => setByPasskey(true) : undefined} />
      )}
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
