import { useEffect, useRef, useState } from 'preact/hooks';
import type { AnswerOf } from '../../client/index.ts';
import { api } from '../api.ts';
import { formatAgo, formatDate, formatMoment } from '../format.ts';
import { supportsPasskeys } from '../passkey.ts';
import { useHallSpeech } from '../text/hall.ts';
import { AddPasskey } from './add-passkey.tsx';
import { Notice } from './notice.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';
import { Section } from './section.tsx';
import { useWork } from './use-work.ts';
import { WorkButton } from './work-button.tsx';

type Passkey = AnswerOf<'account.passkeys.list'>['passkeys'][number];

interface PasskeysProps {
  readonly account: AnswerOf<'session.read'>['account'];
  /** undefined while they are being fetched. */
  readonly passkeys: readonly Passkey[] | undefined;
  readonly beConfirmed: () => Promise<void>;
  readonly onDone: (sentence: string) => Promise<void>;
  readonly onSignedOut: (error: unknown) => void;
}

type Stage =
  | { readonly name: 'resting' | 'adding' }
  | { readonly name: 'removing'; readonly passkey: Passkey }
  | { readonly name: 'saving'; readonly codes: readonly string[]; readonly sentence: string };

const headingId = 'passkeys';

function PasskeyRow({ passkey, waits, onRemove }: { passkey: Passkey; waits: boolean; onRemove: () => void }) {
  const { text, language } = useHallSpeech();
  return (
    <li class="row">
      <div class="row-main">
        <p class="row-title">
          <span class="row-name">{passkey.name}</span>
          {passkey.synced && <span class="badge">{text.passkeys.synced}</span>}
        </p>
        <p class="row-detail">
          <time dateTime={passkey.createdAt}>{text.passkeys.created(formatDate(passkey.createdAt, language))}</time>
          {passkey.lastUsedAt === null ? (
            <span>{text.passkeys.neverUsed}</span>
          ) : (
            <time dateTime={passkey.lastUsedAt} title={formatMoment(passkey.lastUsedAt, language)}>
              {text.passkeys.used(formatAgo(passkey.lastUsedAt, Date.now(), language))}
            </time>
          )}
        </p>
      </div>
      <WorkButton label={text.passkeys.removeLabel(passkey.name)} busy={false} waits={waits} onClick={onRemove}>
        {text.passkeys.remove}
      </WorkButton>
    </li>
  );
}

interface RemovalProps {
  readonly passkey: Passkey;
  readonly isLast: boolean;
  readonly busy: boolean;
  readonly onRemove: () => void;
  readonly onCancel: () => void;
}

function Removal({ passkey, isLast, busy, onRemove, onCancel }: RemovalProps) {
  const { text } = useHallSpeech();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div class="steps">
      <div class="step-head">
        <h3 ref={heading} tabIndex={-1}>
          {text.passkeys.removeHeading(passkey.name)}
        </h3>
        <p class="quiet">{text.passkeys.removeLead}</p>
      </div>
      {isLast && (
        <Notice tone="neutral">
          <p>{text.passkeys.removeLast}</p>
        </Notice>
      )}
      <div class="form-actions">
        <WorkButton kind="danger" busy={busy} waits={false} onClick={onRemove}>
          {busy ? text.passkeys.removing : text.passkeys.remove}
        </WorkButton>
        <button class="button button-quiet" type="button" onClick={onCancel}>
          {text.passkeys.cancel}
        </button>
      </div>
    </div>
  );
}

export function Passkeys({ account, passkeys, beConfirmed, onDone, onSignedOut }: PasskeysProps) {
  const { text } = useHallSpeech();
  const [stage, setStage] = useState<Stage>({ name: 'resting' });
  const { running, failure, run } = useWork<'add' | 'remove'>(onSignedOut);
  const { enabled, methods } = account.secondFactor;
  const isLast = enabled && passkeys?.length === 1 && !methods.includes('totp');

  function rest(): void {
    setStage({ name: 'resting' });
    document.getElementById(headingId)?.focus();
  }

  async function finish(sentence: string): Promise<void> {
    await onDone(sentence);
    rest();
  }

  // Confirmed first: the button that makes the passkey is then pressed right before the device is asked, as browsers want it.
  const add = () =>
    run('add', async () => {
      await beConfirmed();
      setStage({ name: 'adding' });
    });
  const remove = ({ id, name }: Passkey) =>
    run(
      'remove',
      async () => {
        await api['account.passkeys.remove']({ id });
        await finish(text.passkeys.removed(name));
      },
      async ({ code }) => {
        if (code !== 'not_found') return false;
        await finish(text.passkeys.gone);
        return true;
      },
    );

  function keepCodes({ passkey, recoveryCodes = [] }: AnswerOf<'account.passkeys.register'>): void {
    const sentence = text.passkeys.added(passkey.name);
    if (recoveryCodes.length === 0) void finish(sentence);
    else setStage({ name: 'saving', codes: recoveryCodes, sentence });
  }

  return (
    <Section id={headingId} title={text.passkeys.title} lead={text.passkeys.lead}>
      {failure !== undefined && (
        <div class="panel-note">
          <Notice tone="problem">
            <p>{failure.code === 'forbidden' ? text.passkeys.needed : failure.message}</p>
          </Notice>
        </div>
      )}
      {stage.name === 'resting' && (
        <>
          {passkeys === undefined && <p class="quiet">{text.account.loading}</p>}
          {passkeys?.length === 0 && <p class="quiet">{text.passkeys.none}</p>}
          {passkeys !== undefined && passkeys.length > 0 && (
            <ul class="rows">
              {passkeys.map((passkey) => (
                <PasskeyRow
                  key={passkey.id}
                  passkey={passkey}
                  waits={running !== undefined}
                  onRemove={() => setStage({ name: 'removing', passkey })}
                />
              ))}
            </ul>
          )}
          <div class="panel-foot tools">
            {supportsPasskeys() ? (
              <WorkButton busy={running === 'add'} waits={running !== undefined} onClick={add}>
                {text.passkeys.add}
              </WorkButton>
            ) : (
              <p class="quiet">{text.passkeys.unsupported}</p>
            )}
          </div>
        </>
      )}
      {stage.name === 'adding' && (
        <AddPasskey onAdded={keepCodes} cancel={{ label: text.passkeys.cancel, onCancel: rest }} onSignedOut={onSignedOut} />
      )}
      {stage.name === 'removing' && (
        <Removal
          passkey={stage.passkey}
          isLast={isLast}
          busy={running === 'remove'}
          onRemove={() => remove(stage.passkey)}
          onCancel={rest}
        />
      )}
      {stage.name === 'saving' && <RecoveryCodes email={account.email} codes={stage.codes} onSaved={() => void finish(stage.sentence)} />}
    </Section>
  );
}
