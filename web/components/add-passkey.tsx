import { useEffect, useRef } from 'preact/hooks';
import type { AnswerOf } from '../../client/index.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { api } from '../api.ts';
import { describeDevice } from '../format.ts';
import { makePasskey } from '../passkey.ts';
import { useHallSpeech } from '../text/hall.ts';
import { Field } from './field.tsx';
import { Form } from './form.tsx';
import { useForm } from './use-form.ts';

interface AddPasskeyProps {
  readonly onAdded: (answer: AnswerOf<'account.passkeys.register'>) => void;
  readonly cancel: { readonly label: string; readonly onCancel: () => void } | undefined;
  readonly onSignedOut: (error: unknown) => void;
}

const { nameCodePoints } = securityPolicy.passkeys;

/** The name first: once the device has made a passkey, nothing but the server's answer stands between the person and the end. */
export function AddPasskey({ onAdded, cancel, onSignedOut }: AddPasskeyProps) {
  const { text } = useHallSpeech();
  const heading = useRef<HTMLHeadingElement>(null);
  const readName = (values: FormData) => String(values.get('name') ?? '').trim();
  const form = useForm({
    validate: (values): { name?: string } => {
      const name = readName(values);
      if (name === '') return { name: text.passkeys.nameMissing };
      return [...name].length > nameCodePoints ? { name: text.passkeys.nameTooLong(nameCodePoints) } : {};
    },
    send: async (values) => {
      const credential = await makePasskey(() => api['account.passkeys.options']());
      onAdded(await api['account.passkeys.register']({ name: readName(values), credential }));
    },
    describe: ({ code }) => {
      if (code === 'invalid_credentials' || code === 'invalid_request') return text.passkeys.refused;
      if (code === 'challenge_expired') return text.passkey.expired;
      return code === 'conflict' ? text.passkeys.full : undefined;
    },
    onSignedOut,
  });
  useEffect(() => heading.current?.focus(), []);

  return (
    <div class="steps">
      <div class="step-head">
        <h3 ref={heading} tabIndex={-1}>
          {text.passkeys.addHeading}
        </h3>
        <p class="quiet">{text.passkeys.addLead}</p>
      </div>
      <Form
        form={form}
        label={text.passkeys.addHeading}
        submit={text.passkeys.create}
        busy={text.passkeys.creating}
        {...(cancel !== undefined && { cancel })}
      >
        <Field
          id="passkey-name"
          name="name"
          label={text.passkeys.name}
          type="text"
          autoComplete="off"
          error={form.errors.name}
          initial={describeDevice(navigator.userAgent, text)}
        />
      </Form>
    </div>
  );
}
