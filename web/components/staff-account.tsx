import { useState } from 'preact/hooks';
import type { AnswerOf } from '../../client/index.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { describeDevice, formatDate, formatMoment } from '../format.ts';
import { adminDictionaries } from '../text/admin.ts';
import { useHallSpeech } from '../text/hall.ts';
import { Notice } from './notice.tsx';
import { Section } from './section.tsx';
import { type Act, StaffAct } from './staff-act.tsx';

export type StaffView = AnswerOf<'admin.accounts.read'>;

interface StaffAccountProps {
  readonly view: StaffView;
  /** Who looks. */
  readonly me: { readonly id: string };
  /** Says what was done, and fetches what is true after it. */
  readonly onDone: (sentence: string) => Promise<void>;
  readonly onSignedOut: (error: unknown) => void;
}

const waitDays = securityPolicy.factorRecovery.waitSeconds / 86_400;

function useAdminText() {
  const { text, language } = useHallSpeech();
  return { text: adminDictionaries[language], common: text, language };
}

function Fact({ name, children }: { name: string; children: string | number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** A panel's buttons, or the one act that was chosen of them. */
function Acts({ headingId, acts, ...rest }: { headingId: string; acts: readonly Act[] } & StaffAccountProps) {
  const { text } = useAdminText();
  const [chosen, setChosen] = useState<Act>();
  if (acts.length === 0) return null;

  function goBack(): void {
    setChosen(undefined);
    document.getElementById(headingId)?.focus();
  }

  if (chosen !== undefined) {
    return (
      <div class="panel-part">
        <StaffAct
          key={chosen}
          act={chosen}
          accountId={rest.view.id}
          onDone={async (sentence) => {
            await rest.onDone(sentence);
            goBack();
          }}
          onCancel={goBack}
          onSignedOut={rest.onSignedOut}
        />
      </div>
    );
  }
  return (
    <div class="panel-foot tools">
      {acts.map((act) => (
        <button
          key={act}
          class={`button ${act === 'disable' || act === 'complete' ? 'button-danger' : 'button-quiet'}`}
          type="button"
          onClick={() => setChosen(act)}
        >
          {text.acts[act].button}
        </button>
      ))}
    </div>
  );
}

function State(props: StaffAccountProps) {
  const { text, common, language } = useAdminText();
  const { view, me } = props;
  const isOwn = view.id === me.id;
  return (
    <Section id="state" title={text.state}>
      <dl class="facts">
        <Fact name={common.account.email}>{view.email}</Fact>
        <div>
          <dt>{text.status}</dt>
          <dd>
            <span class="badge" data-tone={view.status === 'active' ? 'good' : 'bad'}>
              {text[view.status]}
            </span>
          </dd>
        </div>
        <Fact name={text.lock}>
          {view.lockedUntil === null ? text.unlocked : text.lockedUntil(formatMoment(view.lockedUntil, language))}
        </Fact>
        <Fact name={text.factor}>
          {view.secondFactor.enabled ? view.secondFactor.methods.map((method) => text.methods[method]).join(', ') : common.twoStep.off}
        </Fact>
        {view.secondFactor.enabled && <Fact name={text.codesLeft}>{view.secondFactor.recoveryCodesLeft}</Fact>}
        <Fact name={text.sessions}>{view.sessions}</Fact>
        <Fact name={text.signIns}>{view.signIns}</Fact>
        {view.lastSignInAt !== null && <Fact name={text.lastSignIn}>{formatMoment(view.lastSignInAt, language)}</Fact>}
        {view.erasesAt !== null && <Fact name={text.erasesAt}>{formatMoment(view.erasesAt, language)}</Fact>}
        <Fact name={text.created}>{formatDate(view.createdAt, language)}</Fact>
        <Fact name={text.language}>{new Intl.DisplayNames(language, { type: 'language' }).of(view.locale) ?? view.locale}</Fact>
        <Fact name={text.staff}>{view.isStaff ? text.yes : text.no}</Fact>
      </dl>
      {isOwn ? (
        <div class="panel-note">
          <Notice tone="neutral">
            <p>{text.own}</p>
          </Notice>
        </div>
      ) : (
        <Acts headingId="state" acts={['unlock', 'end-sessions', view.status === 'active' ? 'disable' : 'enable']} {...props} />
      )}
    </Section>
  );
}

function Recovery(props: StaffAccountProps) {
  const { text, language } = useAdminText();
  const { view, me } = props;
  const { factorRecovery: recovery } = view;
  const isOwn = view.id === me.id;
  const nameOf = (id: string) => (id === me.id ? text.you : text.colleague(id));

  if (recovery === null) {
    return (
      <Section id="recovery" title={text.recovery} lead={text.recoveryLead(waitDays)}>
        <p class="quiet">{view.secondFactor.enabled ? text.recoveryNone : text.recoveryNoFactor}</p>
        <Acts headingId="recovery" acts={view.secondFactor.enabled && !isOwn ? ['request'] : []} {...props} />
      </Section>
    );
  }
  const isDue = recovery.effectiveAt !== null && Date.parse(recovery.effectiveAt) <= Date.now();
  const isParty = recovery.requestedBy === me.id || recovery.approvedBy === me.id;
  const hint =
    recovery.effectiveAt === null
      ? recovery.requestedBy === me.id && text.mustBeOther
      : isDue
        ? !isParty && text.notYours
        : text.waiting(formatMoment(recovery.effectiveAt, language));
  const acts: Act[] = [
    ...(recovery.effectiveAt === null && recovery.requestedBy !== me.id ? (['approve'] as const) : []),
    ...(isDue && isParty ? (['complete'] as const) : []),
    'cancel',
  ];
  return (
    <Section id="recovery" title={text.recovery} lead={text.recoveryLead(waitDays)}>
      <dl class="facts">
        <Fact name={text.requestedBy}>{nameOf(recovery.requestedBy)}</Fact>
        <Fact name={text.reason}>{recovery.reason}</Fact>
        <Fact name={text.requestedAt}>{formatMoment(recovery.requestedAt, language)}</Fact>
        <Fact name={text.approvedBy}>{recovery.approvedBy === null ? text.notApproved : nameOf(recovery.approvedBy)}</Fact>
        {recovery.effectiveAt !== null && <Fact name={text.effectiveAt}>{formatMoment(recovery.effectiveAt, language)}</Fact>}
        <Fact name={text.expiresAt}>{formatMoment(recovery.expiresAt, language)}</Fact>
      </dl>
      {hint !== false && (
        <div class="panel-note">
          <Notice tone="neutral">
            <p>{hint}</p>
          </Notice>
        </div>
      )}
      <Acts headingId="recovery" acts={isOwn ? [] : acts} {...props} />
    </Section>
  );
}

function StaffHistory({ events }: Pick<StaffView, 'events'>) {
  const { text, common, language } = useAdminText();
  const names: Record<string, string> = common.events;
  const kinds: Record<string, string> = text.addressKinds;
  return (
    <Section id="history" title={text.history} lead={text.historyLead}>
      {events.length === 0 ? (
        <p class="quiet">{common.account.historyEmpty}</p>
      ) : (
        <ol class="rows">
          {events.map((event) => (
            <li class="row" key={event.id}>
              <div class="row-main">
                <p class="row-title">{names[event.type] ?? event.type}</p>
                <p class="row-detail">
                  <time class="figures" dateTime={event.at}>
                    {formatMoment(event.at, language)}
                  </time>
                  {event.userAgent !== '' && <span>{describeDevice(event.userAgent, common)}</span>}
                  {event.address !== '' && <span class="figures">{event.address}</span>}
                  {event.addressKind !== undefined && <span>{kinds[event.addressKind] ?? event.addressKind}</span>}
                </p>
                {event.reason !== '' && <p class="row-reason">{event.reason}</p>}
              </div>
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}

/** An account as staff see it, and what they may do about it. */
export function StaffAccount(props: StaffAccountProps) {
  return (
    <>
      <State {...props} />
      <Recovery {...props} />
      <StaffHistory events={props.view.events} />
    </>
  );
}
