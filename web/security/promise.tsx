/** One promise: how it stands, in words for a customer, and what says so, for whoever wants to look closer. */
import type { ShownEvidence, ShownPromise } from '../../contract/evidence.ts';
import { formatDay, type PublicPageProps } from './frame.tsx';

const tones = { kept: 'good', open: 'open', failing: 'bad' } as const;
const kinds = ['setting', 'attestation', 'suite', 'report', 'attack', 'template', 'test'] as const;

export function PromiseItem({ language, text, promise }: PublicPageProps & { promise: ShownPromise }) {
  const { id, status, reasons, notYet } = promise;
  // Said in the document itself: whoever has no script sees when the word of a person ends.
  const lastDay = promise.evidence
    .flatMap(({ result, expiresAt }) => (result === 'passed' && expiresAt !== undefined ? [dayBefore(expiresAt)] : []))
    .sort()[0];
  return (
    <li class="promise" id={id}>
      <div class="promise-head">
        <h3>{promise.text[language]}</h3>
        <span class="badge" data-tone={tones[status]} data-status={status} data-open={text.statuses.open}>
          {text.statuses[status]}
        </span>
      </div>
      <p>
        <strong>{status === 'kept' ? text.howKept : text.howOpen}</strong> {promise.how[language]}
      </p>
      {lastDay !== undefined && <p class="promise-until">{text.signedUntil(formatDay(lastDay, language))}</p>}
      {(notYet !== null || reasons.length > 0) && (
        <ul class="promise-gaps">
          {notYet !== null && (
            <li>
              <strong>{text.missing}</strong> {notYet[language]}
            </li>
          )}
          {reasons.map((reason) => reason !== 'not_built' && <li key={reason}>{text.reasons[reason]}</li>)}
        </ul>
      )}
      <EvidenceOf language={language} text={text} label={id} evidence={promise.evidence} />
    </li>
  );
}

interface EvidenceProps extends PublicPageProps {
  /** What it is evidence for. */
  readonly label: string;
  readonly evidence: readonly ShownEvidence[];
}

export function EvidenceOf({ language, text, label, evidence }: EvidenceProps) {
  if (evidence.length === 0) return <p class="quiet">{`${label} · ${text.noEvidence}`}</p>;
  const newest = evidence
    .flatMap(({ at }) => at ?? [])
    .sort()
    .at(-1);
  const passed = evidence.filter(({ result }) => result === 'passed').length;
  return (
    <details class="evidence">
      <summary>
        {[label, text.evidence(passed, evidence.length), ...(newest === undefined ? [] : [text.last(formatDay(newest, language))])].join(
          ' · ',
        )}
      </summary>
      {kinds.map((kind) => {
        const own = evidence.filter((each) => each.kind === kind);
        return (
          own.length > 0 && (
            <div key={kind}>
              <h4>{text.kinds[kind]}</h4>
              <ul>
                {/* What is wrong comes first: nobody should have to look for it among what is right. */}
                {[...own.filter(({ result }) => result !== 'passed'), ...own.filter(({ result }) => result === 'passed')].map((each) => (
                  <EvidenceLine key={`${each.source} ${each.name}`} language={language} text={text} evidence={each} />
                ))}
              </ul>
            </div>
          )
        );
      })}
    </details>
  );
}

function EvidenceLine({ language, text, evidence }: PublicPageProps & { evidence: ShownEvidence }) {
  const { name, result, at, source, cases, expiresAt } = evidence;
  return (
    <li data-result={result}>
      <span class="evidence-result">{text.results[result]}</span>{' '}
      {/* Titles of tests and words of tools are as their authors wrote them. */}
      <span lang="en">{name}</span>{' '}
      <span class="evidence-source">
        {[
          ...(cases !== undefined && cases > 1 ? [text.cases(cases)] : []),
          ...(at === null ? [] : [formatDay(at, language)]),
          ...(expiresAt === undefined ? [] : [`→ ${formatDay(dayBefore(expiresAt), language)}`]),
          ...(source === undefined ? [] : [source]),
        ].join(' · ')}
      </span>
    </li>
  );
}

/** The last day on which it counts: it ends with that day. */
function dayBefore(end: string): string {
  return new Date(Date.parse(end) - 1).toISOString();
}
