import { useEffect, useRef, useState } from 'preact/hooks';
import type { AnswerOf } from '../../client/index.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { api } from '../api.ts';
import { useHallSpeech } from '../text/hall.ts';
import { Enrolment } from './enrolment.tsx';
import { Notice } from './notice.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';
import { Section } from './section.tsx';
import { TurnOff } from './turn-off.tsx';
import { useWork } from './use-work.ts';
import { WorkButton } from './work-button.tsx';

type SecondFactor = AnswerOf<'session.read'>['account']['secondFactor'];

interface TwoStepProps {
  readonly account: AnswerOf<'session.read'>['account'];
  readonly beConfirmed: () => Promise<void>;
  readonly onDone: (sentence: string) => Promise<void>;
  readonly onSignedOut: (error: unknown) => void;
}

type Stage =
  | { readonly name: 'resting' | 'turning off' | 'renewing' }
  | { readonly name: 'enrolling'; readonly secret: AnswerOf<'account.totp.enrol'> }
  /** `sentence` is said when they are put away. */
  | { readonly name: 'saving'; readonly codes: readonly string[]; readonly sentence: string };

type Action = 'enrol' | 'renew' | 'turn off';

const headingId = 'two-step';

/** What is asked before the codes are replaced: they stop working at once. */
function Renewal({ busy, onRenew, onCancel }: { busy: boolean; onRenew: () => void; onCancel: () => void }) {
  const { text } = useHallSpeech();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div class="steps">
      <div class="step-head">
        <h3 ref={heading} tabIndex={-1}>
          {text.twoStep.renewHeading}
        </h3>
        <p class="quiet">{text.twoStep.renewLead}</p>
      </div>
      <div class="form-actions">
        <WorkButton kind="plain" busy={busy} waits={false} onClick={onRenew}>
          {busy ? text.twoStep.busy : text.twoStep.renewSubmit}
        </WorkButton>
        <button class="button button-quiet" type="button" onClick={onCancel}>
          {text.twoStep.cancel}
        </button>
      </div>
    </div>
  );
}

function State({ secondFactor }: { secondFactor: SecondFactor }) {
  const { text } = useHallSpeech();
  const { enabled, methods, recoveryCodesLeft } = secondFactor;
  return (
    <>
      <dl class="facts">
        <div>
          <dt>{text.twoStep.state}</dt>
          <dd>
            <span class="badge" data-tone={enabled ? 'good' : 'open'}>
              {enabled ? text.twoStep.on : text.twoStep.off}
            </span>
          </dd>
        </div>
        {enabled && (
          <>
            <div>
              <dt>{text.twoStep.app}</dt>
              <dd>{methods.includes('totp') ? text.twoStep.appOn : text.twoStep.appOff}</dd>
            </div>
            <div>
              <dt>{text.twoStep.codesLeft}</dt>
              <dd class="figures">{recoveryCodesLeft}</dd>
            </div>
          </>
        )}
      </dl>
      {enabled && recoveryCodesLeft <= securityPolicy.secondFactor.fewRecoveryCodes && (
        <div class="panel-note">
          <Notice tone={recoveryCodesLeft === 0 ? 'problem' : 'neutral'}>
            <p>{text.twoStep.few(recoveryCodesLeft)}</p>
          </Notice>
        </div>
      )}
    </>
  );
}

/** The authenticator and the recovery codes. */
export function TwoStep({ account, beConfirmed, onDone, onSignedOut }: TwoStepProps) {
  const { text } = useHallSpeech();
  const [stage, setStage] = useState<Stage>({ name: 'resting' });
  const { running, failure, run: work } = useWork<Action>(onSignedOut);
  const { enabled, methods } = account.secondFactor;
  const hasApp = methods.includes('totp');
  const staysOn = methods.includes('passkey');

  function rest(): void {
    setStage({ name: 'resting' });
    // What had the focus is gone.
    document.getElementById(headingId)?.focus();
  }

  async function finish(sentence: string): Promise<void> {
    await onDone(sentence);
    rest();
  }

  const run = (action: Action, next: () => Promise<Stage>) =>
    work(
      action,
      async () => setStage(await next()),
      async ({ code }) => {
        // The page was not up to date: somebody turned it on or off elsewhere.
        if (code === 'not_found') await finish(text.twoStep.alreadyOff);
        else if (code === 'conflict') await finish(text.twoStep.alreadyOn);
        else return false;
        return true;
      },
    );

  const enrol = () => run('enrol', async () => ({ name: 'enrolling', secret: await api['account.totp.enrol']() }));
  const renew = () =>
    run('renew', async () => {
      const { recoveryCodes } = await api['account.recovery-codes.renew']();
      return { name: 'saving', codes: recoveryCodes, sentence: text.twoStep.renewed };
    });
  // The password first: the code that is asked for then is not the one that the confirmation has just used up.
  const turnOff = () =>
    run('turn off', async () => {
      await beConfirmed();
      return { name: 'turning off' };
    });

  function button(action: Action, label: string, kind: 'quiet' | 'danger', onClick: () => void) {
    return (
      <WorkButton kind={kind} busy={running === action} waits={running !== undefined} onClick={onClick}>
        {running === action ? text.twoStep.busy : label}
      </WorkButton>
    );
  }

  function keepCodes(codes: readonly string[]): void {
    const sentence = hasApp ? text.twoStep.replaced : enabled ? text.twoStep.connected : text.twoStep.turnedOn;
    if (codes.length === 0) void finish(sentence);
    else setStage({ name: 'saving', codes, sentence });
  }

  return (
    <Section id={headingId} title={text.twoStep.title} lead={text.twoStep.lead}>
      {failure !== undefined && (
        <div class="panel-note">
          <Notice tone="problem">
            <p>{failure.message}</p>
          </Notice>
        </div>
      )}
      {stage.name === 'resting' && (
        <>
          <State secondFactor={account.secondFactor} />
          <div class="panel-foot tools">
            {!hasApp && button('enrol', enabled ? text.twoStep.connect : text.twoStep.turnOn, 'quiet', enrol)}
            {enabled && button('renew', text.twoStep.renew, 'quiet', () => setStage({ name: 'renewing' }))}
            {hasApp && button('enrol', text.twoStep.replace, 'quiet', enrol)}
            {hasApp && button('turn off', staysOn ? text.twoStep.disconnect : text.twoStep.turnOff, 'danger', turnOff)}
          </div>
        </>
      )}
      {stage.name === 'enrolling' && (
        <Enrolment
          key={stage.secret.uri}
          secret={stage.secret}
          replaces={hasApp}
          onEnabled={keepCodes}
          onAgain={enrol}
          onCancel={rest}
          onSignedOut={onSignedOut}
        />
      )}
      {stage.name === 'renewing' && <Renewal busy={running === 'renew'} onRenew={renew} onCancel={rest} />}
      {stage.name === 'saving' && <RecoveryCodes email={account.email} codes={stage.codes} onSaved={() => void finish(stage.sentence)} />}
      {stage.name === 'turning off' && (
        <TurnOff staysOn={staysOn} onDone={(sentence) => void finish(sentence)} onCancel={rest} onSignedOut={onSignedOut} />
      )}
    </Section>
  );
}
