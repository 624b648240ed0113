/** What we do about requirements of the OWASP ASVS, as a table: in our words, with what shows it. */
import type { ShownRequirement } from '../../contract/evidence.ts';
import type { PublicPageProps } from './frame.tsx';
import type { SecurityPageProps } from './page.tsx';
import { EvidenceOf } from './promise.tsx';

const tones = { met: 'good', deviates: 'open', open: 'open', failing: 'bad' } as const;
const statuses = ['met', 'deviates', 'open', 'failing'] as const;

export function Asvs({ language, text, security: { asvs } }: SecurityPageProps) {
  const words = text.asvs;
  const chapters = [...new Set(asvs.requirements.map(({ id }) => chapterOf(id)))];
  return (
    <section class="promises" aria-labelledby="asvs">
      <h2 id="asvs">{words.title}</h2>
      <p class="quiet">{words.lead(asvs.requirements.length, asvs.published)}</p>
      <p class="quiet">{`${statuses.map((status) => `${words.statuses[status]}: ${asvs.counts[status]}`).join(' · ')}.`}</p>
      <div class="panel wide">
        <table class="asvs">
          <thead>
            <tr>
              <th scope="col">{words.requirement}</th>
              <th scope="col">{words.says}</th>
              <th scope="col">{words.status}</th>
            </tr>
          </thead>
          {chapters.map((chapter) => (
            <tbody key={chapter}>
              <tr>
                <th scope="rowgroup" colSpan={3}>{`${chapter} · ${words.chapters[chapter] ?? ''}`}</th>
              </tr>
              {asvs.requirements
                .filter(({ id }) => chapterOf(id) === chapter)
                .map((requirement) => (
                  <Row key={requirement.id} language={language} text={text} requirement={requirement} />
                ))}
            </tbody>
          ))}
        </table>
      </div>
      <p class="quiet">
        {words.licence}{' '}
        <a href={asvs.source} rel="noreferrer">
          {`OWASP ASVS ${asvs.version}`}
        </a>{' '}
        ({asvs.licence}).
      </p>
    </section>
  );
}

function Row({ language, text, requirement }: PublicPageProps & { requirement: ShownRequirement }) {
  const { id, level, status, reasons, deviation, promise, evidence } = requirement;
  const words = text.asvs;
  return (
    <tr id={id}>
      <th scope="row">
        {id} <span class="evidence-source">{words.level(level)}</span>
      </th>
      <td>
        {requirement.text[language]}
        {deviation !== null && (
          <>
            {' '}
            <strong>{words.why}</strong> {deviation.why[language]} <strong>{words.remedy}</strong>{' '}
            {deviation.remedy === null ? (
              words.noRemedy
            ) : (
              <code>{`${deviation.remedy.setting}: ${deviation.remedy.values.map((value) => `'${value}'`).join(' | ')}`}</code>
            )}
          </>
        )}
        {reasons.map((reason) => reason !== 'not_built' && ` ${text.reasons[reason]}`)}{' '}
        {promise !== null && (
          <a href={`#${promise}`} aria-label={`${words.promise} ${promise}`}>
            {promise}
          </a>
        )}
        {evidence.length > 0 && <EvidenceOf language={language} text={text} label={id} evidence={evidence} />}
      </td>
      <td>
        <span class="badge" data-tone={tones[status]} data-status={status} data-open={words.statuses.open}>
          {words.statuses[status]}
        </span>
      </td>
    </tr>
  );
}

function chapterOf(id: string): string {
  return id.split('.')[0] ?? id;
}
