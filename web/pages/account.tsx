import { useCallback, useEffect, useState } from 'preact/hooks';
import { type AnswerOf, ProblemError } from '../../client/index.ts';
import { Abandoned, api } from '../api.ts';
import { Announcement } from '../components/announcement.tsx';
import { ChangePassword } from '../components/change-password.tsx';
import { Devices } from '../components/devices.tsx';
import { Hall, Heading } from '../components/frame.tsx';
import { History } from '../components/history.tsx';
import { Notice } from '../components/notice.tsx';
import { OwnData } from '../components/own-data.tsx';
import { Passkeys } from '../components/passkeys.tsx';
import { Profile } from '../components/profile.tsx';
import { DueNotice, RequiredFactor } from '../components/required-factor.tsx';
import { Sessions } from '../components/sessions.tsx';
import { useStepUp } from '../components/step-up.tsx';
import { TwoStep } from '../components/two-step.tsx';
import { useSignOut } from '../components/use-sign-out.tsx';
import { describeFailure } from '../failure.ts';
import { formatDate } from '../format.ts';
import { isSignedOut, leave } from '../leave.ts';
import { useHallSpeech } from '../text/hall.ts';

interface Loaded {
  readonly account: AnswerOf<'session.read'>['account'];
  readonly session: AnswerOf<'session.read'>['session'];
  /** undefined: nothing but enrolling is possible, for a second factor is overdue. */
  readonly inside:
    | { readonly sessions: AnswerOf<'sessions.list'>['sessions']; readonly events: AnswerOf<'account.events'>['events'] }
    | undefined;
}

/** What only some accounts have, fetched after the rest: nobody else waits for the functions that know it. */
interface More {
  readonly passkeys: AnswerOf<'account.passkeys.list'>['passkeys'];
  readonly devices: AnswerOf<'devices.list'>['devices'];
}

async function load(): Promise<Loaded> {
  const inside = Promise.all([api['sessions.list'](), api['account.events']()]).then(
    ([{ sessions }, { events }]) => ({ sessions, events }),
    (error: unknown) => {
      if (error instanceof ProblemError && error.code === 'enrolment_required') return undefined;
      throw error;
    },
  );
  // Whether there is a session at all comes before what else may be wrong.
  inside.catch(() => undefined);
  const { account, session } = await api['session.read']();
  return { account, session, inside: await inside };
}

async function loadMore({ secondFactor }: Loaded['account']): Promise<More> {
  const [{ passkeys }, { devices }] = await Promise.all([
    secondFactor.methods.includes('passkey') ? api['account.passkeys.list']() : { passkeys: [] },
    secondFactor.enabled && secondFactor.devicesMayBeRemembered ? api['devices.list']() : { devices: [] },
  ]);
  return { passkeys, devices };
}

export function AccountPage() {
  const { text, language } = useHallSpeech();
  const [loaded, setLoaded] = useState<Loaded>();
  const [more, setMore] = useState<More>();
  const [problem, setProblem] = useState<unknown>();
  const [said, setSaid] = useState('');
  const [guided, setGuided] = useState(false);

  const refuse = useCallback((error: unknown) => {
    if (error instanceof Abandoned) return;
    if (isSignedOut(error)) leave('session_ended');
    else setProblem(error);
  }, []);
  const reload = useCallback(async () => {
    try {
      const found = await load();
      setLoaded(found);
      setProblem(undefined);
      if (found.inside !== undefined) setMore(await loadMore(found.account));
    } catch (error) {
      refuse(error);
    }
  }, [refuse]);
  useEffect(() => void reload(), [reload]);
  const stepUp = useStepUp(loaded?.account, loaded?.session.steppedUpUntil, refuse);
  const signOut = useSignOut(refuse);

  /** Says what was done, and shows what is true after it. */
  function done(sentence: string): Promise<void> {
    setSaid(sentence);
    return reload();
  }

  const failed = problem !== undefined && (
    <Notice tone="problem">
      <p>{describeFailure(problem, text, navigator.onLine).message}</p>
      <button class="link" type="button" onClick={() => void reload()}>
        {text.account.retry}
      </button>
    </Notice>
  );

  if (loaded !== undefined && (guided || loaded.inside === undefined)) {
    return (
      <Hall actions={signOut}>
        {failed}
        <RequiredFactor
          account={loaded.account}
          beConfirmed={stepUp.beConfirmed}
          onDone={() => void reload().then(() => setGuided(false))}
          onLater={loaded.inside === undefined ? undefined : () => setGuided(false)}
          onSignedOut={refuse}
        />
        {stepUp.dialog}
      </Hall>
    );
  }

  const actions = (
    <>
      {loaded?.account.isStaff && (
        <a class="language" href="/admin">
          {text.hall.support}
        </a>
      )}
      {signOut}
    </>
  );
  return (
    <Hall actions={actions}>
      <Heading>{text.account.heading}</Heading>
      <Announcement>{said}</Announcement>
      {failed}
      {loaded?.inside === undefined ? (
        problem === undefined && <p class="quiet loading">{text.account.loading}</p>
      ) : (
        <>
          {loaded.account.secondFactor.dueAt !== null && (
            <DueNotice
              account={loaded.account}
              date={formatDate(loaded.account.secondFactor.dueAt, language)}
              onStart={() => setGuided(true)}
            />
          )}
          <Profile account={loaded.account} onDone={done} onSignedOut={refuse} />
          <TwoStep account={loaded.account} beConfirmed={stepUp.beConfirmed} onDone={done} onSignedOut={refuse} />
          <Passkeys
            account={loaded.account}
            passkeys={more?.passkeys}
            beConfirmed={stepUp.beConfirmed}
            onDone={done}
            onSignedOut={refuse}
          />
          {loaded.account.secondFactor.enabled && loaded.account.secondFactor.devicesMayBeRemembered && (
            <Devices devices={more?.devices} onDone={done} onSignedOut={refuse} />
          )}
          <Sessions sessions={loaded.inside.sessions} onDone={done} onRefused={refuse} />
          <ChangePassword email={loaded.account.email} onDone={done} onRefused={refuse} />
          <History events={loaded.inside.events} />
          <OwnData beConfirmed={stepUp.beConfirmed} onDone={done} onErased={() => leave('erasing')} onSignedOut={refuse} />
        </>
      )}
      {stepUp.dialog}
    </Hall>
  );
}
