import { useCallback, useEffect, useState } from 'preact/hooks';
import { type AnswerOf, ProblemError } from '../../client/index.ts';
import { Abandoned, api } from '../api.ts';
import { Announcement } from '../components/announcement.tsx';
import { Audit } from '../components/audit.tsx';
import { Field } from '../components/field.tsx';
import { Form } from '../components/form.tsx';
import { Doorway, Hall, Heading } from '../components/frame.tsx';
import { Incidents } from '../components/incidents.tsx';
import { IpBlocks } from '../components/ip-blocks.tsx';
import { Notice } from '../components/notice.tsx';
import { Reports } from '../components/reports.tsx';
import { Section } from '../components/section.tsx';
import { StaffAccount, type StaffView } from '../components/staff-account.tsx';
import { useStepUp } from '../components/step-up.tsx';
import { checkEmail, useForm } from '../components/use-form.ts';
import { useSignOut } from '../components/use-sign-out.tsx';
import { describeFailure } from '../failure.ts';
import { isSignedOut, leave } from '../leave.ts';
import { memory } from '../memory.ts';
import { adminDictionaries } from '../text/admin.ts';
import { useHallSpeech } from '../text/hall.ts';

type Who = AnswerOf<'session.read'>;

/** Somebody who comes here without a session is led back here after signing in. */
function leaveToSignIn(): void {
  memory.leaveDestination('/admin');
  leave('session_ended');
}

function NotForYou({ heading, lead }: { heading: string; lead: string }) {
  const { language } = useHallSpeech();
  return (
    <Doorway>
      <Heading moved>{heading}</Heading>
      <p class="lead">{lead}</p>
      <a class="button" href="/account">
        {adminDictionaries[language].account}
      </a>
    </Doorway>
  );
}

function Find({ onFound, onSignedOut }: { onFound: (view: StaffView) => void; onSignedOut: (error: unknown) => void }) {
  const { text: common, language } = useHallSpeech();
  const text = adminDictionaries[language];
  const form = useForm({
    validate: (values) => checkEmail(values, common.fields),
    send: async (values) => onFound(await api['admin.accounts.find']({ email: String(values.get('email')).trim() })),
    locate: ({ code }) => (code === 'not_found' ? { email: text.notFound } : undefined),
    onSignedOut,
  });
  return (
    <Section id="find" title={text.find} lead={text.findLead}>
      <Form form={form} label={text.find} submit={text.findSubmit} busy={text.findBusy}>
        <Field name="email" label={common.fields.email} type="email" autoComplete="off" error={form.errors.email} />
      </Form>
    </Section>
  );
}

/** For staff: find an account, see its state, act on it. Who may is decided by the server, on every call. */
export function AdminPage() {
  const { text: common, language } = useHallSpeech();
  const text = adminDictionaries[language];
  const [who, setWho] = useState<Who>();
  const [view, setView] = useState<StaffView>();
  const [refused, setRefused] = useState<'forbidden' | 'factor'>();
  const [problem, setProblem] = useState<unknown>();
  const [said, setSaid] = useState('');

  const refuse = useCallback((error: unknown) => {
    if (error instanceof Abandoned) return;
    if (isSignedOut(error)) leaveToSignIn();
    else if (error instanceof ProblemError && error.code === 'enrolment_required') setRefused('factor');
    else setProblem(error);
  }, []);
  const begin = useCallback(async () => {
    setProblem(undefined);
    try {
      const found = await api['session.read']();
      setWho(found);
      const { isStaff, secondFactor } = found.account;
      if (!isStaff) setRefused('forbidden');
      // The server would refuse it all: better said before anything is typed.
      else if (!secondFactor.enabled || (secondFactor.required === 'passkey' && !secondFactor.methods.includes('passkey')))
        setRefused('factor');
    } catch (error) {
      refuse(error);
    }
  }, [refuse]);
  useEffect(() => void begin(), [begin]);
  const stepUp = useStepUp(who?.account, who?.session.steppedUpUntil, refuse);
  const signOut = useSignOut(refuse);

  async function done(sentence: string): Promise<void> {
    setSaid(sentence);
    if (view === undefined) return;
    try {
      setView(await api['admin.accounts.read']({ id: view.id }));
      setProblem(undefined);
    } catch (error) {
      refuse(error);
    }
  }

  if (refused === 'forbidden') return <NotForYou heading={text.notForYou} lead={text.notForYouLead} />;
  if (refused === 'factor') return <NotForYou heading={text.factorFirst} lead={text.factorFirstLead} />;
  const actions = (
    <>
      <a class="language" href="/account">
        {text.account}
      </a>
      {signOut}
    </>
  );
  return (
    <Hall actions={actions}>
      <div class="lead-in">
        <Heading>{text.heading}</Heading>
        <p class="quiet">{text.lead}</p>
      </div>
      <Announcement>{said}</Announcement>
      {problem !== undefined && (
        <Notice tone="problem">
          <p>{describeFailure(problem, common, navigator.onLine).message}</p>
          <button class="link" type="button" onClick={() => void begin()}>
            {common.account.retry}
          </button>
        </Notice>
      )}
      {who === undefined ? (
        problem === undefined && <p class="quiet loading">{common.account.loading}</p>
      ) : (
        <Find
          onFound={(found) => {
            setView(found);
            setSaid(text.found(found.email));
          }}
          onSignedOut={refuse}
        />
      )}
      {who !== undefined && view !== undefined && (
        <StaffAccount key={view.id} view={view} me={who.account} onDone={done} onSignedOut={refuse} />
      )}
      {who !== undefined && <Incidents onDone={setSaid} onSignedOut={refuse} />}
      {who !== undefined && <Reports me={who.account} onDone={setSaid} onSignedOut={refuse} />}
      {who !== undefined && <IpBlocks me={who.account} onDone={setSaid} onSignedOut={refuse} />}
      {who !== undefined && <Audit me={who.account} onDone={setSaid} onSignedOut={refuse} />}
      {stepUp.dialog}
    </Hall>
  );
}
