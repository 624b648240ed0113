import { useEffect } from 'preact/hooks';
import type { AnswerOf } from '../../client/index.ts';
import { type ReportState, reportStates, severities } from '../../contract/report-states.ts';
import { api } from '../api.ts';
import { formatMoment } from '../format.ts';
import { useHallSpeech } from '../text/hall.ts';
import { reportWords } from '../text/report-words.ts';
import { triageDictionaries } from '../text/triage.ts';
import { Choice } from './choice.tsx';
import { Field } from './field.tsx';
import { Form } from './form.tsx';
import { TextArea } from './text-area.tsx';
import { type FieldErrors, useForm } from './use-form.ts';

export type ReportView = AnswerOf<'reports.read'>;

interface DeskProps {
  readonly view: ReportView;
  readonly me: { readonly email: string };
  readonly onUpdated: (view: ReportView) => void;
  readonly onBack: () => void;
  readonly onSignedOut: (error: unknown) => void;
}

type UpdateInput = Parameters<(typeof api)['reports.update']>[0];

const headingId = 'report-heading';
/** Fields of the API by the fields of the form that fill them. */
const fieldOf: Readonly<Record<string, string>> = {
  answer: 'report-answer',
  note: 'report-note',
  duplicateOf: 'report-duplicate',
  owner: 'report-owner',
};

/** Text of strangers: a text node, whatever is in it. */
function Quote({ children }: { children: string }) {
  return <pre class="quoted">{children}</pre>;
}

function Facts({ view }: { view: ReportView }) {
  const { language } = useHallSpeech();
  const [text, words] = [triageDictionaries[language], reportWords[language]];
  const facts: [string, string | null][] = [
    [text.facts.reference, view.id],
    [text.facts.asset, view.asset],
    [text.facts.weakness, view.weakness],
    [text.facts.cvss, view.cvss && `${view.cvss.score} (${words.severities[view.cvss.severity]}) ${view.cvss.vector}`],
    [text.facts.contact, view.contact],
    [text.facts.credit, view.credit],
    [text.facts.disclosure, view.wantsDisclosure ? text.yes : null],
    [text.facts.duplicateOf, view.duplicateOf],
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value]) =>
        value === null ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd class="unbroken">{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

function Remarks({ title, remarks }: { title: string; remarks: readonly { id: string; at: string; who: string; text: string }[] }) {
  const { language } = useHallSpeech();
  return (
    <>
      <h4>{title}</h4>
      {remarks.length === 0 && <p class="quiet">{triageDictionaries[language].nothingYet}</p>}
      {remarks.map(({ id, at, who, text }) => (
        <div key={id} class="remark">
          <p class="row-detail">
            <span>{who}</span>
            <time class="figures" dateTime={at}>
              {formatMoment(at, language)}
            </time>
          </p>
          <Quote>{text}</Quote>
        </div>
      ))}
    </>
  );
}

/** One report on the desk of a member of staff: everything in it, and one form for all that can be done. */
export function ReportDesk({ view, me, onUpdated, onBack, onSignedOut }: DeskProps) {
  const { language } = useHallSpeech();
  const [text, words] = [triageDictionaries[language], reportWords[language]];
  const read = (values: FormData, name: string) => String(values.get(name) ?? '').trim();
  const form = useForm({
    validate: (values) => (Object.keys(changes(values)).length === 0 ? { 'report-answer': text.nothing } : {}),
    send: async (values) => onUpdated(await api['reports.update']({ id: view.id, ...changes(values) } as UpdateInput)),
    locate: ({ code, fields }): FieldErrors | undefined => {
      if (code !== 'invalid_request') return undefined;
      const [found] = fields.filter(({ path }) => fieldOf[path] !== undefined);
      return found && { [fieldOf[found.path] ?? '']: found.message };
    },
    onSignedOut,
  });
  function changes(values: FormData): Omit<UpdateInput, 'id'> {
    const [state, severity, owner] = [read(values, 'report-state'), read(values, 'report-severity'), read(values, 'report-owner')];
    const [answer, note, duplicateOf] = [read(values, 'report-answer'), read(values, 'report-note'), read(values, 'report-duplicate')];
    return {
      ...(state !== view.state && { state: state as ReportState }),
      ...(severity !== (view.severity ?? '') && { severity: (severity || null) as UpdateInput['severity'] }),
      ...(owner !== (view.owner ?? '') && { owner: owner || null }),
      ...(duplicateOf !== '' && { duplicateOf }),
      ...(answer !== '' && { answer }),
      ...(note !== '' && { note }),
    };
  }
  useEffect(() => document.getElementById(headingId)?.focus(), []);

  const states = reportStates.filter((state) => state === view.state || view.nextStates.includes(state));
  const owners = [...new Set(['', ...(view.owner === null ? [] : [view.owner]), me.email])];
  return (
    <div class="steps">
      <div class="step-head">
        <h3 id={headingId} tabIndex={-1}>
          {view.title}
        </h3>
        <p class="quiet">{text.asWritten}</p>
      </div>
      <Facts view={view} />
      <h4>{text.steps}</h4>
      <Quote>{view.steps}</Quote>
      <h4>{text.impact}</h4>
      <Quote>{view.impact}</Quote>
      {view.pgpKey !== null && (
        <>
          <h4>{text.facts.pgpKey}</h4>
          <Quote>{view.pgpKey}</Quote>
        </>
      )}
      <Remarks title={text.conversation} remarks={view.messages.map((each) => ({ ...each, who: each.author ?? text.reporter }))} />
      <Remarks title={text.notes} remarks={view.notes.map((each) => ({ ...each, who: each.author }))} />
      <Form form={form} label={text.update} submit={text.send} busy={text.busy} cancel={{ label: text.back, onCancel: onBack }}>
        <Choice
          name="report-state"
          label={text.state}
          options={Object.fromEntries(states.map((state) => [state, words.states[state]]))}
          initial={view.state}
        />
        <Choice
          name="report-severity"
          label={text.severity}
          options={{ '': text.openSeverity, ...Object.fromEntries(severities.map((each) => [each, words.severities[each]])) }}
          initial={view.severity ?? ''}
        />
        <Choice
          name="report-owner"
          label={text.owner}
          options={Object.fromEntries(owners.map((owner) => [owner, owner || text.nobody]))}
          initial={view.owner ?? ''}
        />
        <Field
          name="report-duplicate"
          label={text.duplicateOf}
          type="text"
          autoComplete="off"
          isOptional
          hint={text.duplicateHint}
          error={form.errors['report-duplicate']}
        />
        <TextArea name="report-answer" label={text.answer} hint={text.answerHint} error={form.errors['report-answer']} isOptional />
        <TextArea name="report-note" label={text.note} hint={text.noteHint} error={form.errors['report-note']} isOptional />
      </Form>
    </div>
  );
}
