import { useEffect } from 'preact/hooks';
import { ProblemError } from '../../client/index.ts';
import { api } from '../api.ts';
import { useSpeech } from '../language.tsx';
import { CodeField } from './code-field.tsx';
import { Form } from './form.tsx';
import { useCode } from './use-code.ts';
import { useForm } from './use-form.ts';

interface TurnOffProps {
  readonly onDone: (sentence: string) => void;
  readonly onCancel: () => void;
  readonly onSignedOut: (error: unknown) => void;
}

const fieldId = 'turn-off-code';

export function TurnOff({ onDone, onCancel, onSignedOut }: TurnOffProps) {
  const { text } = useSpeech();
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
      onDone(text.twoStep.turnedOff);
    },
    locate: code.locate,
    describe: code.describe,
    onSignedOut,
  });
  useEffect(() => document.getElementById(fieldId)?.focus(), [code.method]);

  return (
    <div class="steps">
      <div class="step-head">
        <h3>{text.twoStep.offHeading}</h3>
        <p class="quiet">{text.twoStep.offLead}</p>
      </div>
      <Form
        form={form}
        label={text.twoStep.offHeading}
        submit={text.twoStep.turnOff}
        busy={text.twoStep.offBusy}
        cancel={{ label: text.twoStep.cancel, onCancel }}
      >
        <CodeField
          id={fieldId}
          method={code.method}
          error={form.errors.code}
          {...(code.method === 'totp' && { hint: text.codes.hintFresh })}
          onSwitch={(method) => {
            form.forget();
            code.setMethod(method);
          }}
        />
      </Form>
    </div>
  );
}
