import { useEffect } from 'preact/hooks';
import { ProblemError } from '../../client/index.ts';
import { api } from '../api.ts';
import { useHallSpeech } from '../text/hall.ts';
import { isCodeMethod } from '../ways.ts';
import { CodeField } from './code-field.tsx';
import { Form } from './form.tsx';
import { useCode } from './use-code.ts';
import { useForm } from './use-form.ts';

interface TurnOffProps {
  /** There are passkeys as well: only the authenticator goes. */
  readonly staysOn: boolean;
  readonly onDone: (sentence: string) => void;
  readonly onCancel: () => void;
  readonly onSignedOut: (error: unknown) => void;
}

const fieldId = 'turn-off-code';

export function TurnOff({ staysOn, onDone, onCancel, onSignedOut }: TurnOffProps) {
  const { text } = useHallSpeech();
  const code = useCode();
  const form = useForm({
    validate: code.check,
    send: async (values) => {
      try {
        await api['account.totp.remove']({ code: code.read(values) });
      } catch (error) {
        // Somebody did it elsewhere in the meantime: what was wanted is so.
        if (!(error instanceof ProblemError && error.code === 'not_found')) throw error;
        onDone(text.twoStep.alreadyOff);
        return;
      }
      onDone(staysOn ? text.twoStep.disconnected : text.twoStep.turnedOff);
    },
    locate: code.locate,
    describe: (failure) => (failure.code === 'forbidden' ? text.twoStep.needed : code.describe(failure)),
    onSignedOut,
  });
  useEffect(() => document.getElementById(fieldId)?.focus(), [code.method]);

  const heading = staysOn ? text.twoStep.disconnectHeading : text.twoStep.offHeading;
  return (
    <div class="steps">
      <div class="step-head">
        <h3>{heading}</h3>
        <p class="quiet">{staysOn ? text.twoStep.disconnectLead : text.twoStep.offLead}</p>
      </div>
      <Form
        form={form}
        label={heading}
        submit={staysOn ? text.twoStep.disconnect : text.twoStep.turnOff}
        busy={text.twoStep.offBusy}
        cancel={{ label: text.twoStep.cancel, onCancel }}
      >
        <CodeField
          id={fieldId}
          method={code.method}
          error={form.errors.code}
          {...(code.method === 'totp' && { hint: text.codes.hintFresh })}
          others={[code.method === 'totp' ? 'recovery_code' : 'totp']}
          onChoose={(way) => {
            form.forget();
            if (isCodeMethod(way)) code.setMethod(way);
          }}
        />
      </Form>
    </div>
  );
}
