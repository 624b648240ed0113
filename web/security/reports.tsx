/** What the scanners of others said, each with its date and what it was let loose on. */
import type { ShownReport } from '../../contract/evidence.ts';
import { formatDay, PublicFrame, type PublicPageProps } from './frame.tsx';

export function ReportsPage({ language, text, reports }: PublicPageProps & { reports: readonly ShownReport[] }) {
  return (
    <PublicFrame language={language} text={text}>
      <div class="lead-in">
        <h1>{text.reports.title}</h1>
        <p class="lead">{text.reports.lead}</p>
        <p>
          <a href={`/security?lang=${language}`}>{text.reports.back}</a>
        </p>
      </div>
      {reports.map((report) => (
        <section key={report.tool} class="promises" aria-labelledby={report.tool}>
          <h2 id={report.tool}>{report.tool}</h2>
          <div class="panel report">
            <dl lang="en">
              {factsOf(report, language, text).map(([name, value, nameLanguage]) => (
                <div key={name}>
                  <dt lang={nameLanguage}>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
            {report.findings.length === 0 ? (
              <p>{text.reports.nothing}</p>
            ) : (
              <>
                <p>{text.reports.findings}</p>
                <ul lang="en">
                  {report.findings.map((finding) => (
                    <li key={finding}>{finding}</li>
                  ))}
                </ul>
              </>
            )}
          </div>
        </section>
      ))}
    </PublicFrame>
  );
}

/** Names of ours are in the page's language, those of the tool in its own. */
function factsOf(report: ShownReport, language: PublicPageProps['language'], { reports: words }: PublicPageProps['text']) {
  return [
    [words.version, report.version, language],
    [words.date, formatDay(report.date, language), language],
    [words.scanned, report.scanned, language],
    [words.target, report.target, language],
    [words.summary, report.summary, language],
    ...Object.entries(report.facts).map(([name, value]) => [name, value, 'en'] as const),
  ] as const;
}
