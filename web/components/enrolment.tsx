import { useEffect, useRef } from 'preact/hooks';
import type { AnswerOf } from '../../client/index.ts';
import { api } from '../api.ts';
import { groupKey } from '../code.ts';
import { useHallSpeech } from '../text/hall.ts';
import { CodeField } from './code-field.tsx';
import { CopyButton } from './copy-button.tsx';
import { Form } from './form.tsx';
import { QrCode } from './qr-code.tsx';
import { useCode } from './use-code.ts';
import { useForm } from './use-form.ts';

interface EnrolmentProps {
  readonly secret: AnswerOf<'account.totp.enrol'>;
  /** Another authenticator is on already, and stays on until this one is confirmed. */
  readonly replaces: boolean;
  readonly onEnabled: (recoveryCodes: readonly string[]) => void;
  readonly onAgain: () => void;
  readonly onCancel: () => void;
  readonly onSignedOut: (error: unknown) => void;
}

/** Key and first code. Left half way, nothing has changed: the key expires by itself. */
export function Enrolment({ secret, replaces, onEnabled, onAgain, onCancel, onSignedOut }: EnrolmentProps) {
  const { text } = useHallSpeech();
  const heading = useRef<HTMLHeadingElement>(null);
  const code = useCode();
  const form = useForm({
    validate: code.check,
    send: async (values) => {
      const { recoveryCodes } = await api['account.totp.confirm']({ code: code.read(values) });
      onEnabled(recoveryCodes);
    },
    locate: code.locate,
    describe: (failure) => {
      if (failure.code === 'challenge_expired') return text.twoStep.expired;
      return failure.code === 'conflict' ? text.twoStep.alreadyOn : undefined;
    },
    onSignedOut,
  });
  useEffect(() => heading.current?.focus(), [secret]);

  const remedy = form.failure?.code === 'challenge_expired' && (
    <button class="link" type="button" onClick={onAgain}>
      {text.twoStep.again}
    </button>
  );
  return (
    <div class="steps">
      <div class="step-head">
        <h3 ref={heading} tabIndex={-1}>
          {text.twoStep.enrolHeading}
        </h3>
        <p class="quiet">{replaces ? text.twoStep.replaceLead : text.twoStep.enrolLead}</p>
      </div>
      <ol class="step-list">
        <li>
          <p>{text.twoStep.scan}</p>
          <div class="scan">
            <QrCode content={secret.uri} />
            <div class="key">
              <p class="quiet">{text.twoStep.orType}</p>
              <code class="key-text">{groupKey(secret.secret)}</code>
              <div class="tools">
                <CopyButton value={secret.secret} label={text.copy.key} />
              </div>
              {secret.uri.startsWith('otpauth:') && (
                <a class="link" href={secret.uri}>
                  {text.twoStep.openApp}
                </a>
              )}
            </div>
          </div>
        </li>
        <li>
          <p>{text.twoStep.enter}</p>
          <Form
            form={form}
            label={text.twoStep.enrolHeading}
            submit={text.twoStep.confirm}
            busy={text.twoStep.confirmBusy}
            remedy={remedy}
            cancel={{ label: text.twoStep.cancel, onCancel }}
          >
            <CodeField id="first-code" method="totp" error={form.errors.code} />
          </Form>
        </li>
      </ol>
    </div>
  );
}
