import { useEffect, useState } from 'preact/hooks';
import type { AnswerOf } from '../../client/index.ts';
import { api } from '../api.ts';
import { formatMoment } from '../format.ts';
import { isSignedOut } from '../leave.ts';
import { useHallSpeech } from '../text/hall.ts';
import { reportWords } from '../text/report-words.ts';
import { triageDictionaries } from '../text/triage.ts';
import { LoadFailed } from './load-failed.tsx';
import { ReportDesk, type ReportView } from './report-desk.tsx';
import { Section } from './section.tsx';

type List = AnswerOf<'reports.list'>;

export interface ReportsProps {
  readonly me: { readonly email: string };
  readonly onDone: (sentence: string) => void;
  readonly onSignedOut: (error: unknown) => void;
}

function Row({ report, onOpen }: { report: List['reports'][number]; onOpen: () => void }) {
  const { language } = useHallSpeech();
  const [text, words] = [triageDictionaries[language], reportWords[language]];
  const { title, state, severity, owner, receivedAt, answerDueAt, decisionDueAt } = report;
  const due = answerDueAt ?? decisionDueAt;
  const isLate = due !== null && Date.parse(due) <= Date.now();
  return (
    <li class="row">
      <div class="row-main">
        <p class="row-title">
          {title}{' '}
          <span class="badge" data-tone={isLate ? 'bad' : undefined}>
            {words.states[state]}
          </span>
        </p>
        <p class="row-detail">
          <time class="figures" dateTime={receivedAt}>
            {text.received(formatMoment(receivedAt, language))}
          </time>
          {severity !== null && <span>{words.severities[severity]}</span>}
          <span>{text.ownedBy(owner ?? text.nobody)}</span>
          {answerDueAt !== null && <span>{text.answerDue(formatMoment(answerDueAt, language))}</span>}
          {decisionDueAt !== null && <span>{text.decisionDue(formatMoment(decisionDueAt, language))}</span>}
        </p>
      </div>
      <button class="button button-quiet" type="button" aria-label={text.openLabel(title)} onClick={onOpen}>
        {text.open}
      </button>
    </li>
  );
}

/** Reports of vulnerabilities, for staff: look, judge, answer. */
export function Reports({ me, onDone, onSignedOut }: ReportsProps) {
  const { language } = useHallSpeech();
  const text = triageDictionaries[language];
  const [list, setList] = useState<List>();
  const [hasFailed, setFailed] = useState(false);
  const [view, setView] = useState<ReportView>();

  async function attempt(work: () => Promise<void>): Promise<void> {
    setFailed(false);
    try {
      await work();
    } catch (error) {
      if (isSignedOut(error)) onSignedOut(error);
      else setFailed(true);
    }
  }
  const load = () => attempt(async () => setList(await api['reports.list']()));
  const open = (id: string) => attempt(async () => setView(await api['reports.read']({ id })));
  useEffect(() => void load(), []);

  return (
    <Section id="reports" title={text.title} lead={text.lead}>
      {hasFailed && <LoadFailed sentence={text.failed} onRetry={load} />}
      {view === undefined ? (
        <>
          {list?.reports.length === 0 && <p class="quiet">{text.none}</p>}
          <ul class="rows">
            {list?.reports.map((report) => (
              <Row key={report.id} report={report} onOpen={() => void open(report.id)} />
            ))}
          </ul>
          {list?.isComplete === false && <p class="quiet">{text.incomplete}</p>}
        </>
      ) : (
        <ReportDesk
          key={view.id}
          view={view}
          me={me}
          onUpdated={(updated) => {
            setView(updated);
            onDone(text.saved);
          }}
          onBack={() => {
            setView(undefined);
            document.getElementById('reports')?.focus();
            void load();
          }}
          onSignedOut={onSignedOut}
        />
      )}
    </Section>
  );
}
