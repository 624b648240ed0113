import { useEffect, useState } from 'preact/hooks';
import { type AnswerOf, ProblemError } from '../../client/index.ts';
import { type ComponentId, components } from '../../contract/components.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { api } from '../api.ts';
import { formatMoment } from '../format.ts';
import { isSignedOut } from '../leave.ts';
import { useHallSpeech } from '../text/hall.ts';
import { incidentDictionaries } from '../text/incidents.ts';
import { Choice } from './choice.tsx';
import { Field } from './field.tsx';
import { Form } from './form.tsx';
import { LoadFailed } from './load-failed.tsx';
import { Section } from './section.tsx';
import { TextArea } from './text-area.tsx';
import { useForm } from './use-form.ts';

type Overview = AnswerOf<'incidents.list'>;
type Incident = Overview['incidents'][number];

interface IncidentsProps {
  readonly onDone: (sentence: string) => void;
  readonly onSignedOut: (error: unknown) => void;
}

interface WritingProps extends IncidentsProps {
  /** What is written to; absent: a new one. */
  readonly incident?: Incident;
  readonly onCancel: () => void;
}

const { nameCodePoints, bodyCodePoints } = securityPolicy.incidents;
const openStatuses = ['investigating', 'identified', 'monitoring'] as const;
const sufferings = ['degraded_performance', 'partial_outage', 'major_outage'] as const;
type UpdateStatus = NonNullable<Parameters<(typeof api)['incidents.update']>[0]['status']>;
type OpenInput = Parameters<(typeof api)['incidents.open']>[0];

function useIncidentText() {
  const { language } = useHallSpeech();
  return { text: incidentDictionaries[language], language };
}

const read = (values: FormData, name: string) => String(values.get(name) ?? '').trim();

/** One form for both: how it is, and what customers should know. In the language of the page; it stands in for the other. */
function Writing({ incident, onDone, onCancel, onSignedOut }: WritingProps) {
  const { text, language } = useIncidentText();
  const isClosed = incident?.resolvedAt !== undefined;
  const check = (values: FormData, name: string, most: number) => {
    const { length } = [...read(values, name)];
    if (length === 0) return { [name]: text.missing };
    return length > most ? { [name]: text.tooLong(most) } : {};
  };
  const form = useForm({
    validate: (values) => ({
      ...(incident === undefined ? check(values, 'incident-name', nameCodePoints) : {}),
      ...check(values, 'incident-body', bodyCodePoints),
    }),
    send: async (values) => {
      const body = { [language]: read(values, 'incident-body') };
      const status = read(values, 'incident-status');
      if (incident === undefined) {
        const component = { component: read(values, 'incident-component'), status: read(values, 'incident-suffers') };
        const input = { name: { [language]: read(values, 'incident-name') }, body, status, components: [component] };
        await api['incidents.open'](input as OpenInput);
        onDone(text.opened);
        return;
      }
      try {
        await api['incidents.update']({ id: incident.id, status: status as UpdateStatus, body });
        onDone(text.updated);
      } catch (error) {
        if (!(error instanceof ProblemError && error.code === 'conflict')) throw error;
        onDone(text.changed);
      }
    },
    locate: ({ code, fields }) => {
      if (code !== 'invalid_request') return undefined;
      return { [fields.some(({ path }) => path.startsWith('name')) ? 'incident-name' : 'incident-body']: text.refused };
    },
    onSignedOut,
  });
  const statuses = isClosed ? ['postmortem' as const] : [...openStatuses, ...(incident === undefined ? [] : ['resolved' as const])];
  const options = (values: readonly string[], names: Readonly<Record<string, string>>) =>
    Object.fromEntries(values.map((value) => [value, names[value] ?? value]));
  const componentNames = Object.fromEntries(Object.entries(components).map(([id, { name }]) => [id, name[language]]));
  // The first thing to fill in, wherever the button was.
  useEffect(() => document.getElementById(incident === undefined ? 'incident-component' : 'incident-status')?.focus(), [incident]);

  return (
    <Form
      form={form}
      label={incident === undefined ? text.open : text.updateLabel(incident.name[language])}
      submit={text.send}
      busy={text.busy}
      cancel={{ label: text.back, onCancel }}
    >
      {incident === undefined && (
        <>
          <Choice name="incident-component" label={text.component} options={componentNames} />
          <Choice name="incident-suffers" label={text.suffers} options={options(sufferings, text.suffering)} initial="partial_outage" />
        </>
      )}
      <Choice
        name="incident-status"
        label={text.status}
        options={options(statuses, text.statuses)}
        initial={incident?.status ?? 'investigating'}
      />
      {incident === undefined && (
        <Field
          name="incident-name"
          label={text.name}
          type="text"
          autoComplete="off"
          hint={text.nameHint}
          error={form.errors['incident-name']}
        />
      )}
      <TextArea name="incident-body" label={text.body} hint={text.bodyHint} error={form.errors['incident-body']} />
    </Form>
  );
}

function Row({ incident, onUpdate }: { incident: Incident; onUpdate: () => void }) {
  const { text, language } = useIncidentText();
  const { name, status, startedAt, updates, alarms, quietSince, isLedByPeople, resolvedAt } = incident;
  const ringing = alarms.filter(({ isRinging }) => isRinging).map((alarm) => alarm.name);
  const suffering = (id: ComponentId, how: keyof typeof text.suffering) => `${components[id].name[language]}: ${text.suffering[how]}`;
  return (
    <li class="row">
      <div class="row-main">
        <p class="row-title">
          {name[language]}{' '}
          <span class="badge" data-tone={resolvedAt === undefined ? 'bad' : 'good'}>
            {text.statuses[status]}
          </span>
        </p>
        <p class="row-detail">
          <time class="figures" dateTime={startedAt}>
            {text.since(formatMoment(startedAt, language))}
          </time>
          <span>{isLedByPeople ? text.byPeople : text.byAlarms}</span>
          {incident.components.map((each) => (
            <span key={each.component}>{suffering(each.component, each.status)}</span>
          ))}
        </p>
        <p class="row-reason">{updates.at(-1)?.body[language]}</p>
        {ringing.length > 0 && resolvedAt === undefined && <p class="row-reason">{text.rings(ringing.join(', '))}</p>}
        {quietSince !== null && isLedByPeople && <p class="row-reason">{text.quiet(formatMoment(quietSince, language))}</p>}
      </div>
      <button class="button button-quiet" type="button" aria-label={text.updateLabel(name[language])} onClick={onUpdate}>
        {text.update}
      </button>
    </li>
  );
}

function MaintenanceRow({ maintenance }: { maintenance: Overview['maintenances'][number] }) {
  const { text, language } = useIncidentText();
  const { name, status, isCancelled, scheduledFor, scheduledUntil } = maintenance;
  return (
    <li class="row">
      <div class="row-main">
        <p class="row-title">
          {name[language]} <span class="badge">{isCancelled ? text.calledOff : text.statuses[status]}</span>
        </p>
        <p class="row-detail">
          <span>{text.maintenance}</span>
          <span class="figures">{text.fromTo(formatMoment(scheduledFor, language), formatMoment(scheduledUntil, language))}</span>
        </p>
      </div>
    </li>
  );
}

/** What customers are told, for staff: look, open, update, resolve. */
export function Incidents({ onDone, onSignedOut }: IncidentsProps) {
  const { text } = useIncidentText();
  const [overview, setOverview] = useState<Overview>();
  const [hasFailed, setFailed] = useState(false);
  /** What is being written to: an incident, or a new one. */
  const [chosen, setChosen] = useState<Incident | 'new'>();

  async function load(): Promise<void> {
    setFailed(false);
    try {
      setOverview(await api['incidents.list']());
    } catch (error) {
      if (isSignedOut(error)) onSignedOut(error);
      else setFailed(true);
    }
  }
  useEffect(() => void load(), []);

  function back(): void {
    setChosen(undefined);
    document.getElementById('incidents')?.focus();
  }

  function done(sentence: string): void {
    onDone(sentence);
    back();
    void load();
  }

  return (
    <Section id="incidents" title={text.title} lead={text.lead}>
      {hasFailed && <LoadFailed sentence={text.failed} onRetry={load} />}
      {overview !== undefined && overview.incidents.length + overview.maintenances.length === 0 && <p class="quiet">{text.none}</p>}
      {chosen === undefined ? (
        <>
          {overview !== undefined && (
            <ul class="rows">
              {overview.incidents.map((incident) => (
                <Row key={incident.id} incident={incident} onUpdate={() => setChosen(incident)} />
              ))}
              {overview.maintenances.map((maintenance) => (
                <MaintenanceRow key={maintenance.id} maintenance={maintenance} />
              ))}
            </ul>
          )}
          <div class="panel-foot tools">
            <button class="button" type="button" onClick={() => setChosen('new')}>
              {text.open}
            </button>
          </div>
        </>
      ) : (
        <Writing {...(chosen !== 'new' && { incident: chosen })} onDone={done} onCancel={back} onSignedOut={onSignedOut} />
      )}
    </Section>
  );
}
