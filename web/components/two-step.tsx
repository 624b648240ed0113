import { useEffect, useRef, useState } from 'preact/hooks';
import type { AnswerOf } from '../../client/index.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { Abandoned, api } from '../api.ts';
import { describeFailure } from '../failure.ts';
import { useSpeech } from '../language.tsx';
import { Enrolment } from './enrolment.tsx';
import { Notice } from './notice.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';
import { Section } from './section.tsx';
import { TurnOff } from './turn-off.tsx';

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
  const { text } = useSpeech();
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
        <button class="button" type="button" aria-disabled={busy} data-busy={busy} onClick={onRenew}>
          {busy ? text.twoStep.busy : text.twoStep.renewSubmit}
        </button>
        <button class="button button-quiet" type="button" onClick={onCancel}>
          {text.twoStep.cancel}
        </button>
      </div>
    </div>
  );
}

function State({ secondFactor }: { secondFactor: TwoStepProps['account']['secondFactor'] }) {
  const { text } = useSpeech();
  const { enabled, recoveryCodesLeft } = secondFactor;
  return (
    <>
      <dl class="facts">
        <div>
          <dt>{text.twoStep.state}</dt>
          <dd>{enabled ? text.twoStep.on : text.twoStep.off}</dd>
        </div>
        {enabled && (
          <div>
            <dt>{text.twoStep.codesLeft}</dt>
            <dd class="figures">{recoveryCodesLeft}</dd>
          </div>
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

export function TwoStep({ account, beConfirmed, onDone, onSignedOut }: TwoStepProps) {
  const { text } = useSpeech();
  const [stage, setStage] = useState<Stage>({ name: 'resting' });
  const [running, setRunning] = useState<Action>();
  const [problem, setProblem] = useState<unknown>();
  const { enabled } = account.secondFactor;

  function rest(): void {
    setStage({ name: 'resting' });
    // What had the focus is gone.
    document.getElementById(headingId)?.focus();
  }

  async function finish(sentence: string): Promise<void> {
    await onDone(sentence);
    rest();
  }

  async function run(action: Action, work: () => Promise<Stage>): Promise<void> {
    if (running !== undefined) return;
    setRunning(action);
    setProblem(undefined);
    try {
      setStage(await work());
    } catch (error) {
      if (error instanceof Abandoned) return;
      const { code } = describeFailure(error, text);
      if (code === 'unauthenticated') onSignedOut(error);
      // The page was not up to date: somebody turned it on or off elsewhere.
      else if (code === 'not_found') await finish(text.twoStep.alreadyOff);
      else if (code === 'conflict') await finish(text.twoStep.alreadyOn);
      else setProblem(error);
    } finally {
      setRunning(undefined);
    }
  }

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

  function button(action: Action, label: string, kind: string, onClick: () => void) {
    return (
      <button class={`button ${kind}`} type="button" aria-disabled={running !== undefined} data-busy={running === action} onClick={onClick}>
        {running === action ? text.twoStep.busy : label}
      </button>
    );
  }

  return (
    <Section id={headingId} title={text.twoStep.title} lead={text.twoStep.lead}>
      {problem !== undefined && (
        <div class="panel-note">
          <Notice tone="problem">
            <p>{describeFailure(problem, text, navigator.onLine).message}</p>
          </Notice>
        </div>
      )}
      {stage.name === 'resting' && (
        <>
          <State secondFactor={account.secondFactor} />
          <div class="panel-foot tools">
            {enabled ? (
              <>
                {button('renew', text.twoStep.renew, 'button-quiet', () => setStage({ name: 'renewing' }))}
                {button('enrol', text.twoStep.replace, 'button-quiet', enrol)}
                {button('turn off', text.twoStep.turnOff, 'button-danger', turnOff)}
              </>
            ) : (
              button('enrol', text.twoStep.turnOn, 'button-quiet', enrol)
            )}
          </div>
        </>
      )}
      {stage.name === 'enrolling' && (
        <Enrolment
          key={stage.secret.uri}
          secret={stage.secret}
          replaces={enabled}
          onEnabled={(codes) => setStage({ name: 'saving', codes, sentence: enabled ? text.twoStep.replaced : text.twoStep.turnedOn })}
          onAgain={enrol}
          onCancel={rest}
          onSignedOut={onSignedOut}
        />
      )}
      {stage.name === 'renewing' && <Renewal busy={running === 'renew'} onRenew={renew} onCancel={rest} />}
      {stage.name === 'saving' && <RecoveryCodes email={account.email} codes={stage.codes} onSaved={() => void finish(stage.sentence)} />}
      {stage.name === 'turning off' && <TurnOff onDone={(sentence) => void finish(sentence)} onCancel={rest} onSignedOut={onSignedOut} />}
    </Section>
  );
}
