import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { type AnswerOf, ProblemError } from '../../client/index.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { api } from '../api.ts';
import type { CodeMethod } from '../code.ts';
import { useSpeech } from '../language.tsx';
import { showPasskey, supportsPasskeys } from '../passkey.ts';
import { findWays, isCodeMethod, type Way } from '../ways.ts';
import { Check } from './check.tsx';
import { CodeField } from './code-field.tsx';
import { Form } from './form.tsx';
import { Heading } from './frame.tsx';
import { Notice } from './notice.tsx';
import { OtherWays } from './other-ways.tsx';
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

interface WayProps {
  readonly others: readonly Way[];
  readonly onChoose: (way: Way) => void;
  /** Sends the proof; what a spent challenge means is seen to. */
  readonly send: (proof: () => Promise<unknown>) => Promise<void>;
  readonly challengeId: string;
  readonly rememberDevice: true | undefined;
  /** The box to tick, where there is one. */
  readonly children: ComponentChildren;
}

const rememberedDays = securityPolicy.devices.rememberedSeconds / 86_400;
const fieldId = 'code';

function CodeWay({ method, others, onChoose, send, challengeId, rememberDevice, children }: WayProps & { readonly method: CodeMethod }) {
  const { text } = useSpeech();
  const code = useCode(method);
  const form = useForm({
    validate: code.check,
    send: (values) =>
      send(() =>
        api['sign-in.second-factor']({
          challengeId,
          method,
          code: code.read(values),
          ...(rememberDevice !== undefined && { rememberDevice }),
        }),
      ),
    locate: code.locate,
  });
  // The step opens, and another way is chosen, to type: the field's label and hint are read with it.
  useLayoutEffect(() => document.getElementById(fieldId)?.focus(), []);

  return (
    <Form form={form} label={text.signIn.stepHeading} submit={text.signIn.stepSubmit} busy={text.signIn.stepBusy}>
      <CodeField id={fieldId} method={method} error={form.errors.code} others={others} onChoose={onChoose} />
      {children}
    </Form>
  );
}

const passkeyFormId = 'passkey-step';

function PasskeyWay({ others, onChoose, send, challengeId, rememberDevice, children }: WayProps) {
  const { text } = useSpeech();
  const form = useForm({
    validate: () => ({}),
    send: async () => {
      const credential = await showPasskey(() => api['sign-in.passkey.options']({ challengeId }));
      await send(() => api['sign-in.passkey']({ challengeId, credential, ...(rememberDevice !== undefined && { rememberDevice }) }));
    },
    // A passkey of another account, or one that was removed.
    describe: ({ code }) => (code === 'invalid_code' || code === 'invalid_credentials' ? text.passkey.foreign : undefined),
  });
  useEffect(() => document.querySelector<HTMLButtonElement>(`#${passkeyFormId} [type=submit]`)?.focus(), []);

  return (
    <Form
      id={passkeyFormId}
      form={form}
      label={text.signIn.stepHeading}
      submit={text.passkey.use}
      busy={text.passkey.busy}
      after={
        others.length > 0 && (
          <div class="ways">
            <OtherWays ways={others} onChoose={onChoose} />
          </div>
        )
      }
    >
      <p class="quiet">{text.passkey.lead}</p>
      {children}
    </Form>
  );
}

export function SecondStep({ email, challenge, onSignedIn, onBack }: SecondStepProps) {
  const { text } = useSpeech();
  const ways = findWays(challenge.methods, supportsPasskeys());
  const [way, setWay] = useState(ways[0]);
  const [remember, setRemember] = useState(false);
  const { challengeId } = challenge;

  async function send(proof: () => Promise<unknown>): Promise<void> {
    try {
      await proof();
    } catch (error) {
      if (error instanceof ProblemError && error.code === 'challenge_expired') onBack('expired');
      throw error;
    }
    onSignedIn();
  }

  const given = {
    challengeId,
    send,
    others: ways.filter((other) => other !== way),
    onChoose: setWay,
    rememberDevice: challenge.deviceMayBeRemembered && remember ? (true as const) : undefined,
    children: challenge.deviceMayBeRemembered && (
      <Check
        name="rememberDevice"
        label={text.signIn.remember(rememberedDays)}
        hint={text.signIn.rememberHint}
        checked={remember}
        onChange={setRemember}
      />
    ),
  };
  return (
    <>
      <Heading>{text.signIn.stepHeading}</Heading>
      <p class="lead">
        {text.signIn.stepLead} <strong class="address">{email}</strong>
      </p>
      {way === undefined && <Notice tone="problem">{text.passkey.onlyPasskey}</Notice>}
      {way === 'passkey' && <PasskeyWay {...given} />}
      {way !== undefined && isCodeMethod(way) && <CodeWay key={way} method={way} {...given} />}
      <p class="closing">
        <button class="link" type="button" onClick={() => onBack('asked')}>
          {text.signIn.stepBack}
        </button>
      </p>
    </>
  );
}
