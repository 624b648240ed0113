import { useCallback, useEffect, useState } from 'preact/hooks';
import { type AnswerOf, ProblemError } from '../../client/index.ts';
import { Abandoned, api } from '../api.ts';
import { ChangePassword } from '../components/change-password.tsx';
import { Hall, Heading } from '../components/frame.tsx';
import { History } from '../components/history.tsx';
import { Notice } from '../components/notice.tsx';
import { Section } from '../components/section.tsx';
import { Sessions } from '../components/sessions.tsx';
import { useStepUp } from '../components/step-up.tsx';
import { TwoStep } from '../components/two-step.tsx';
import { describeFailure } from '../failure.ts';
import { formatDate } from '../format.ts';
import { useSpeech } from '../language.tsx';
import { memory } from '../memory.ts';

interface Loaded {
  readonly account: AnswerOf<'session.read'>['account'];
  readonly session: AnswerOf<'session.read'>['session'];
  readonly sessions: AnswerOf<'sessions.list'>['sessions'];
  readonly events: AnswerOf<'account.events'>['events'];
}

/** Back to the door: there is no session, or there is none any more. */
function leave(notice: 'signed_out' | 'session_ended'): void {
  memory.forgetEmail();
  memory.leaveNotice(notice);
  location.replace('/');
}

function isSignedOut(error: unknown): boolean {
  return error instanceof ProblemError && error.code === 'unauthenticated';
}

async function load(): Promise<Loaded> {
  const [{ account, session }, { sessions }, { events }] = await Promise.all([
    api['session.read'](),
    api['sessions.list'](),
    api['account.events'](),
  ]);
  return { account, session, sessions, events };
}

function Profile({ account }: { account: Loaded['account'] }) {
  const { text, language } = useSpeech();
  return (
    <Section title={text.account.profile} id="profile">
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
    </Section>
  );
}

export function AccountPage() {
  const { text } = useSpeech();
  const [loaded, setLoaded] = useState<Loaded>();
  const [problem, setProblem] = useState<unknown>();
  const [said, setSaid] = useState('');
  const [leaving, setLeaving] = useState(false);

  const refuse = useCallback((error: unknown) => {
    if (error instanceof Abandoned) return;
    if (isSignedOut(error)) leave('session_ended');
    else setProblem(error);
  }, []);
  const reload = useCallback(async () => {
    try {
      setLoaded(await load());
      setProblem(undefined);
    } catch (error) {
      refuse(error);
    }
  }, [refuse]);
  useEffect(() => void reload(), [reload]);
  const stepUp = useStepUp(loaded?.account, loaded?.session.steppedUpUntil, refuse);

  async function signOut(): Promise<void> {
    if (leaving) return;
    setLeaving(true);
    try {
      await api['sign-out']();
      leave('signed_out');
    } catch (error) {
      refuse(error);
      setLeaving(false);
    }
  }

  /** Says what was done, and shows what is true after it. */
  function done(sentence: string): Promise<void> {
    setSaid(sentence);
    return reload();
  }

  const actions = (
    <button class="button button-quiet" type="button" aria-disabled={leaving} onClick={signOut}>
      {leaving ? text.account.signingOut : text.account.signOut}
    </button>
  );
  return (
    <Hall actions={actions}>
      <Heading>{text.account.heading}</Heading>
      <div class="announcer" role="status">
        {said !== '' && (
          <div class="notice" data-tone="success">
            <svg class="notice-icon" viewBox="0 0 20 20" aria-hidden="true">
              <path d="M4.5 10.5 8.5 14.5 15.5 6" />
            </svg>
            <div class="notice-body">{said}</div>
          </div>
        )}
      </div>
      {problem !== undefined && (
        <Notice tone="problem">
          <p>{describeFailure(problem, text, navigator.onLine).message}</p>
          <button class="link" type="button" onClick={() => void reload()}>
            {text.account.retry}
          </button>
        </Notice>
      )}
      {loaded === undefined ? (
        problem === undefined && <p class="quiet loading">{text.account.loading}</p>
      ) : (
        <>
          <Profile account={loaded.account} />
          <TwoStep account={loaded.account} beConfirmed={stepUp.beConfirmed} onDone={done} onSignedOut={refuse} />
          <Sessions sessions={loaded.sessions} onDone={done} onRefused={refuse} />
          <ChangePassword email={loaded.account.email} onDone={done} onRefused={refuse} />
          <History events={loaded.events} />
        </>
      )}
      {stepUp.dialog}
    </Hall>
  );
}
