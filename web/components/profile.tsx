import { useEffect, useState } from 'preact/hooks';
import type { AnswerOf } from '../../client/index.ts';
import { api } from '../api.ts';
import { formatDate } from '../format.ts';
import { useHallSpeech } from '../text/hall.ts';
import { Field } from './field.tsx';
import { Form } from './form.tsx';
import { Notice } from './notice.tsx';
import { Section } from './section.tsx';
import { checkEmail, useForm } from './use-form.ts';

interface ProfileProps {
  readonly account: AnswerOf<'session.read'>['account'];
  readonly onDone: (sentence: string) => Promise<void>;
  readonly onSignedOut: (error: unknown) => void;
}

const headingId = 'profile';
const fieldId = 'new-email';

function ChangeAddress({ account, onDone, onCancel, onSignedOut }: ProfileProps & { readonly onCancel: () => void }) {
  const { text } = useHallSpeech();
  const form = useForm({
    validate: (values) => {
      const mistake = checkEmail(values, text.fields, 'newEmail');
      const isSame = String(values.get('newEmail')).trim().toLowerCase() === account.email.toLowerCase();
      return isSame ? { newEmail: text.address.same } : mistake;
    },
    send: async (values) => {
      const newEmail = String(values.get('newEmail')).trim();
      await api['account.change-email']({ newEmail });
      await onDone(text.address.sent(newEmail));
    },
    locate: ({ code, fields }) =>
      code === 'invalid_request' && fields.some(({ path }) => path === 'newEmail') ? { newEmail: text.fields.emailInvalid } : undefined,
    describe: ({ code }) => (code === 'rate_limited' ? text.address.tooMany : undefined),
    onSignedOut,
  });
  useEffect(() => document.getElementById(fieldId)?.focus(), []);

  return (
    <div class="steps">
      <div class="step-head">
        <h3>{text.address.heading}</h3>
        <p class="quiet">{text.address.lead}</p>
      </div>
      <Form
        form={form}
        label={text.address.heading}
        submit={text.address.submit}
        busy={text.address.busy}
        cancel={{ label: text.address.cancel, onCancel }}
      >
        <Field id={fieldId} name="newEmail" label={text.address.field} type="email" autoComplete="email" error={form.errors.newEmail} />
      </Form>
    </div>
  );
}

/** Who one is here, and the way to another address. */
export function Profile({ account, onDone, onSignedOut }: ProfileProps) {
  const { text, language } = useHallSpeech();
  const [changing, setChanging] = useState(false);

  function rest(): void {
    setChanging(false);
    document.getElementById(headingId)?.focus();
  }

  return (
    <Section title={text.account.profile} id={headingId}>
      <dl class="facts">
        <div>
          <dt>{text.account.email}</dt>
          <dd class="address">{account.email}</dd>
        </div>
        <div>
          <dt>{text.account.since}</dt>
          <dd>{formatDate(account.createdAt, language)}</dd>
        </div>
      </dl>
      {account.pendingEmail !== null && (
        <div class="panel-note">
          <Notice tone="neutral">
            <p>{text.address.pending(account.pendingEmail)}</p>
          </Notice>
        </div>
      )}
      {changing ? (
        <ChangeAddress
          account={account}
          onDone={async (sentence) => {
            await onDone(sentence);
            rest();
          }}
          onCancel={rest}
          onSignedOut={onSignedOut}
        />
      ) : (
        <div class="panel-foot">
          <button class="button button-quiet" type="button" onClick={() => setChanging(true)}>
            {text.address.changeLabel}
          </button>
        </div>
      )}
    </Section>
  );
}
