import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { AnswerOf } from '../../client/index.ts';
import { api } from '../api.ts';
import { supportsPasskeys } from '../passkey.ts';
import { useHallSpeech } from '../text/hall.ts';
import { AddPasskey } from './add-passkey.tsx';
import { Enrolment } from './enrolment.tsx';
import { Heading } from './frame.tsx';
import { Notice } from './notice.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';
import { useWork } from './use-work.ts';
import { WorkButton } from './work-button.tsx';

interface RequiredFactorProps {
  readonly account: AnswerOf<'session.read'>['account'];
  readonly beConfirmed: () => Promise<void>;
  readonly onDone: () => void;
  /** Where there is time left. */
  readonly onLater: (() => void) | undefined;
  readonly onSignedOut: (error: unknown) => void;
}

type Stage =
  | { readonly name: 'confirming' | 'choosing' | 'passkey' | 'done' }
  | { readonly name: 'app'; readonly secret: AnswerOf<'account.totp.enrol'> }
  | { readonly name: 'saving'; readonly codes: readonly string[] };

/** What a step says first. It takes the focus when it replaces another step, so that a listener hears where they are. */
function StepHead({ heading, lead, moved }: { heading: string; lead: string; moved: boolean }) {
  const element = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (moved) element.current?.focus();
  }, [moved]);
  return (
    <div class="step-head">
      <h3 ref={element} tabIndex={-1}>
        {heading}
      </h3>
      <p class="quiet">{lead}</p>
    </div>
  );
}

function Choice({ title, lead, children }: { title: string; lead: string; children: ComponentChildren }) {
  return (
    <li class="row">
      <div class="row-main">
        <p class="row-title">{title}</p>
        <p class="row-detail">{lead}</p>
      </div>
      {children}
    </li>
  );
}

/** The way to a second factor that the service asks for, step by step, and nothing beside it. */
export function RequiredFactor({ account, beConfirmed, onDone, onLater, onSignedOut }: RequiredFactorProps) {
  const { text } = useHallSpeech();
  const [stage, setStage] = useState<Stage>({ name: 'confirming' });
  const { running, failure, run } = useWork<'confirm' | 'app' | 'passkey'>(onSignedOut);
  const onlyPasskey = account.secondFactor.required === 'passkey';
  // With only one way there is nothing to choose.
  const steps: readonly (readonly Stage['name'][])[] = onlyPasskey
    ? [['confirming'], ['passkey'], ['saving', 'done']]
    : [['confirming'], ['choosing'], ['app', 'passkey'], ['saving', 'done']];
  const step = steps.findIndex((names) => names.includes(stage.name)) + 1;
  const back = onlyPasskey ? undefined : { label: text.required.back, onCancel: () => setStage({ name: 'choosing' }) };
  const waits = running !== undefined;

  const confirm = () =>
    run('confirm', async () => {
      await beConfirmed();
      setStage({ name: onlyPasskey ? 'passkey' : 'choosing' });
    });
  const chooseApp = () => run('app', async () => setStage({ name: 'app', secret: await api['account.totp.enrol']() }));
  const choosePasskey = () =>
    run('passkey', async () => {
      await beConfirmed();
      setStage({ name: 'passkey' });
    });
  const keepCodes = (codes: readonly string[]) => setStage(codes.length === 0 ? { name: 'done' } : { name: 'saving', codes });

  return (
    <>
      <div class="lead-in">
        <Heading>{onlyPasskey ? text.required.titlePasskey : text.required.title}</Heading>
        <p class="lead">{onlyPasskey ? text.required.leadPasskey : text.required.lead}</p>
      </div>
      {onlyPasskey && !supportsPasskeys() && <Notice tone="problem">{text.required.noPasskeys}</Notice>}
      {failure !== undefined && (
        <Notice tone="problem">
          <p>{failure.message}</p>
        </Notice>
      )}
      <div class="guide">
        <h2 class="step-count figures on-screen">{text.required.step(step, steps.length)}</h2>
        <div class="panel">
          {stage.name === 'confirming' && (
            <div class="steps">
              <StepHead heading={text.required.confirmHeading} lead={text.required.confirmLead} moved={false} />
              <div class="form-actions">
                <WorkButton kind="plain" busy={running === 'confirm'} waits={waits} onClick={confirm}>
                  {text.required.confirm}
                </WorkButton>
                {onLater !== undefined && (
                  <button class="button button-quiet" type="button" onClick={onLater}>
                    {text.required.later}
                  </button>
                )}
              </div>
            </div>
          )}
          {stage.name === 'choosing' && (
            <>
              <div class="steps">
                <StepHead heading={text.required.chooseHeading} lead={text.twoStep.lead} moved />
              </div>
              <ul class="rows">
                {supportsPasskeys() && (
                  <Choice title={text.required.passkey} lead={text.required.passkeyLead}>
                    <WorkButton kind="plain" busy={running === 'passkey'} waits={waits} onClick={choosePasskey}>
                      {text.required.choosePasskey}
                    </WorkButton>
                  </Choice>
                )}
                <Choice title={text.twoStep.app} lead={text.required.appLead}>
                  <WorkButton busy={running === 'app'} waits={waits} onClick={chooseApp}>
                    {text.required.chooseApp}
                  </WorkButton>
                </Choice>
              </ul>
            </>
          )}
          {stage.name === 'passkey' && (
            <AddPasskey onAdded={({ recoveryCodes = [] }) => keepCodes(recoveryCodes)} cancel={back} onSignedOut={onSignedOut} />
          )}
          {stage.name === 'app' && (
            <Enrolment
              key={stage.secret.uri}
              secret={stage.secret}
              replaces={false}
              onEnabled={keepCodes}
              onAgain={chooseApp}
              onCancel={() => setStage({ name: 'choosing' })}
              onSignedOut={onSignedOut}
            />
          )}
          {stage.name === 'saving' && (
            <RecoveryCodes email={account.email} codes={stage.codes} onSaved={() => setStage({ name: 'done' })} />
          )}
          {stage.name === 'done' && (
            <div class="steps">
              <StepHead heading={text.required.doneHeading} lead={text.required.done} moved />
              <div class="form-actions">
                <button class="button" type="button" onClick={onDone}>
                  {text.required.enter}
                </button>
              </div>
            </div>
          )}
        </div>
      </div>
    </>
  );
}

/** While there is time: until when, and the way to it. */
export function DueNotice({ account, date, onStart }: { account: RequiredFactorProps['account']; date: string; onStart: () => void }) {
  const { text } = useHallSpeech();
  const onlyPasskey = account.secondFactor.required === 'passkey';
  return (
    <Notice tone="neutral">
      <p>{onlyPasskey ? text.required.noticePasskey(date) : text.required.notice(date)}</p>
      <button class="link" type="button" onClick={onStart}>
        {onlyPasskey ? text.required.startPasskey : text.required.start}
      </button>
    </Notice>
  );
}
