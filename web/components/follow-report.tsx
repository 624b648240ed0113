import { useEffect, useRef, useState } from 'preact/hooks';
import type { AnswerOf } from '../../client/index.ts';
import { vulnerabilityReports } from '../../contract/policy/disclosure.ts';
import { api } from '../api.ts';
import { formatMoment } from '../format.ts';
import { useHallSpeech } from '../text/hall.ts';
import { reportDictionaries } from '../text/report.ts';
import { reportWords } from '../text/report-words.ts';
import { Announcement } from './announcement.tsx';
import { Field } from './field.tsx';
import { Form } from './form.tsx';
import { Section } from './section.tsx';
import { TextArea } from './text-area.tsx';
import { useForm } from './use-form.ts';

type Followed = AnswerOf<'reports.follow'>;
const { messageCodePoints } = vulnerabilityReports;

function AddMessage({ token, onSent }: { token: string; onSent: () => Promise<void> }) {
  const { language } = useHallSpeech();
  const { follow: text, form: words } = reportDictionaries[language];
  const key = useRef(crypto.randomUUID());
  const read = (values: FormData) => String(values.get('message') ?? '').trim();
  const form = useForm({
    validate: (values): Record<string, string> => {
      const { length } = [...read(values)];
      if (length === 0) return { message: words.missing };
      return length > messageCodePoints ? { message: words.tooLong(messageCodePoints) } : {};
    },
    send: async (values) => {
      await api['reports.add-message']({ trackingToken: token, text: read(values), idempotencyKey: key.current });
      key.current = crypto.randomUUID();
      await onSent();
    },
    locate: ({ code }) => (code === 'invalid_request' ? { message: words.refused } : undefined),
  });
  return (
    <Form form={form} label={text.message} submit={text.send} busy={text.sending}>
      <TextArea name="message" label={text.message} hint={text.messageHint} error={form.errors.message} />
    </Form>
  );
}

function Progress({ report }: { report: Followed }) {
  const { language } = useHallSpeech();
  const [text, words] = [reportDictionaries[language].follow, reportWords[language]];
  const moment = (at: string | null) => (at === null ? null : formatMoment(at, language));
  const facts: [string, string | null][] = [
    [text.state, words.states[report.state]],
    [text.severity, report.severity && words.severities[report.severity]],
    [text.received, moment(report.receivedAt)],
    [text.updated, moment(report.updatedAt)],
    [text.answerDue, moment(report.answerDueAt)],
    [text.decisionDue, moment(report.decisionDueAt)],
  ];
  return (
    <>
      <dl class="facts">
        {facts.map(([name, value]) =>
          value === null ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
      <div class="prose">
        <h3>{text.messages}</h3>
        {report.messages.length === 0 && <p class="quiet">{text.none}</p>}
        {report.messages.map(({ id, at, from, text: said }) => (
          <div key={id} class="remark">
            <p class="row-detail">
              <span>{from === 'reporter' ? text.you : text.us}</span>
              <time class="figures" dateTime={at}>
                {formatMoment(at, language)}
              </time>
            </p>
            <pre class="quoted">{said}</pre>
          </div>
        ))}
      </div>
    </>
  );
}

/** How a report stands, for whoever has its token: by hand, or from the link that was copied. */
export function FollowReport({ token: given }: { token: string | undefined }) {
  const { language } = useHallSpeech();
  const text = reportDictionaries[language].follow;
  const [open, setOpen] = useState<{ readonly token: string; readonly report: Followed }>();
  const [sent, setSent] = useState('');

  async function load(token: string): Promise<void> {
    setOpen({ token, report: await api['reports.follow']({ trackingToken: token }) });
  }
  const form = useForm({
    validate: (values): Record<string, string> =>
      tokenIn(values) === '' ? { trackingToken: reportDictionaries[language].form.missing } : {},
    send: (values) => load(tokenIn(values)),
    locate: ({ code }) => (code === 'not_found' ? { trackingToken: text.unknown } : undefined),
  });
  // A link that leads nowhere leaves the field to try again.
  useEffect(() => {
    if (given !== undefined) load(given).catch(() => undefined);
  }, [given]);
  useEffect(() => {
    if (open !== undefined) document.getElementById('follow')?.focus();
  }, [open?.token]);

  return (
    <Section id="follow" title={open === undefined ? text.title : text.heading(open.report.reference)} lead={text.lead}>
      <Announcement>{sent}</Announcement>
      {open === undefined ? (
        <Form form={form} label={text.title} submit={text.submit} busy={text.busy}>
          <Field
            name="trackingToken"
            label={text.token}
            type="text"
            autoComplete="off"
            error={form.errors.trackingToken}
            {...(given !== undefined && { initial: given })}
          />
        </Form>
      ) : (
        <>
          <Progress report={open.report} />
          <AddMessage
            key={open.report.messages.length}
            token={open.token}
            onSent={async () => {
              setSent(text.sent);
              await load(open.token);
            }}
          />
          <div class="panel-foot tools">
            <button class="button button-quiet" type="button" onClick={() => setOpen(undefined)}>
              {text.close}
            </button>
          </div>
        </>
      )}
    </Section>
  );
}

/** As pasted: the token, or the whole link with it. */
function tokenIn(values: FormData): string {
  const pasted = String(values.get('trackingToken') ?? '').trim();
  return /#token=([\w-]+)$/.exec(pasted)?.[1] ?? pasted;
}
