import { useEffect, useRef } from 'preact/hooks';
import { ProblemError } from '../../client/index.ts';
import { api } from '../api.ts';
import { useSpeech } from '../language.tsx';
import { adminDictionaries } from '../text/admin.ts';
import { Field } from './field.tsx';
import { Form } from './form.tsx';
import { useForm } from './use-form.ts';

export type Act = keyof (typeof adminDictionaries)['en']['acts'];

const calls: Record<Act, (input: { id: string; reason: string }) => Promise<unknown>> = {
  unlock: api['admin.accounts.unlock'],
  'end-sessions': api['admin.accounts.end-sessions'],
  disable: api['admin.accounts.disable'],
  enable: api['admin.accounts.enable'],
  request: api['admin.factor-recovery.request'],
  approve: api['admin.factor-recovery.approve'],
  complete: api['admin.factor-recovery.complete'],
  cancel: api['admin.factor-recovery.cancel'],
};

const reasonCharacters = { minimum: 3, maximum: 300 };
const grave = new Set<Act>(['disable', 'complete']);

interface StaffActProps {
  readonly act: Act;
  readonly accountId: string;
  /** Called when it is done, or when the page turned out to be old; with what to say. */
  readonly onDone: (sentence: string) => Promise<void>;
  readonly onCancel: () => void;
  readonly onSignedOut: (error: unknown) => void;
}

/** One act of staff: what it does, and why it is done. */
export function StaffAct({ act, accountId, onDone, onCancel, onSignedOut }: StaffActProps) {
  const { language } = useSpeech();
  const text = adminDictionaries[language];
  const words = text.acts[act];
  const heading = useRef<HTMLHeadingElement>(null);
  const readReason = (values: FormData) => String(values.get('reason') ?? '').trim();
  const form = useForm({
    validate: (values): { reason?: string } => {
      const { length } = [...readReason(values)];
      if (length < reasonCharacters.minimum) return { reason: text.reasonMissing };
      return length > reasonCharacters.maximum ? { reason: text.reasonTooLong(reasonCharacters.maximum) } : {};
    },
    send: async (values) => {
      try {
        await calls[act]({ id: accountId, reason: readReason(values) });
      } catch (error) {
        if (!(error instanceof ProblemError && error.code === 'conflict')) throw error;
        await onDone(text.changed);
        return;
      }
      await onDone(words.done);
    },
    describe: ({ code }) => (code === 'forbidden' ? text.refused : undefined),
    onSignedOut,
  });
  useEffect(() => heading.current?.focus(), []);

  return (
    <div class="steps">
      <div class="step-head">
        <h3 ref={heading} tabIndex={-1}>
          {words.heading}
        </h3>
        <p class="quiet">{words.lead}</p>
      </div>
      <Form
        form={form}
        label={words.heading}
        submit={words.button}
        busy={text.busy}
        isGrave={grave.has(act)}
        cancel={{ label: text.back, onCancel }}
      >
        <Field name="reason" label={text.reason} type="text" autoComplete="off" hint={text.reasonHint} error={form.errors.reason} />
      </Form>
    </div>
  );
}
