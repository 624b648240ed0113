/** The public security page: the promises, how they stand, and what says so. */
import type { PromiseStatus, SecurityDocument } from '../../contract/evidence.ts';
import type { PromiseSection } from '../../contract/promise.ts';
import { Asvs } from './asvs.tsx';
import { formatDay, PublicFrame, type PublicPageProps } from './frame.tsx';
import { PromiseItem } from './promise.tsx';

export interface SecurityPageProps extends PublicPageProps {
  readonly security: SecurityDocument;
  readonly links: SecurityLinks;
}

/** Addresses of what stands beside the page, as far as it is there. */
export interface SecurityLinks {
  readonly status?: string;
  readonly report?: string;
  readonly contact?: string;
  /** Where the runs of every night are. */
  readonly nightly?: string;
}

const sections: readonly PromiseSection[] = ['availability', 'measures', 'organisation', 'quality'];
const statuses: readonly PromiseStatus[] = ['kept', 'open', 'failing'];

export function SecurityPage(props: SecurityPageProps) {
  const { language, text, security } = props;
  return (
    <PublicFrame language={language} text={text}>
      <div class="lead-in">
        <h1>{text.title}</h1>
        <p class="lead">{text.lead}</p>
      </div>
      <p class="notice" data-tone="problem" id="outdated" data-good-until={security.goodUntil ?? ''} hidden>
        <span>{text.outdated}</span>
      </p>
      <Tally {...props} />
      {sections.map((section) => (
        <section key={section} class="promises" aria-labelledby={section}>
          <h2 id={section}>{text.sections[section]}</h2>
          <ol class="panel">
            {security.promises
              .filter((promise) => promise.section === section)
              .map((promise) => (
                <PromiseItem key={promise.id} language={language} text={text} promise={promise} />
              ))}
          </ol>
        </section>
      ))}
      <Attacks {...props} />
      <Asvs {...props} />
      <Services {...props} />
      <Links {...props} />
    </PublicFrame>
  );
}

function Tally({ language, text, security }: SecurityPageProps) {
  const { counts, goodUntil, tested } = security;
  return (
    <section class="promises" aria-labelledby="standing">
      <h2 id="standing">{text.statusHeading}</h2>
      <dl class="panel tally">
        {statuses.map((status) => (
          <div key={status}>
            <dt>{text.statuses[status]}</dt>
            <dd>
              <strong>{counts[status]}</strong>
              <span>{text.statusMeans[status]}</span>
            </dd>
          </div>
        ))}
      </dl>
      <p class="quiet">
        {tested.commit === null ? `${text.neverTested} ` : text.tested(tested.commit.slice(0, 12))}
        {tested.commit !== null && !tested.isCommitted && `, ${text.testedChanged}`}
        {tested.commit !== null && '. '}
        {goodUntil !== null && `${text.goodUntil(formatDay(goodUntil, language))} `}
        {tested.run !== null && (
          <>
            <a href={tested.run} rel="noreferrer">
              {text.run}
            </a>{' '}
          </>
        )}
        <a href="/security.json">{text.data}</a>
      </p>
    </section>
  );
}

function Attacks({ language, text, security, links }: SecurityPageProps) {
  const evidence = security.promises.find(({ id }) => id === 'P23')?.evidence ?? [];
  const suites = evidence.filter(({ kind }) => kind === 'suite');
  const { attacks } = text;
  return (
    <section class="promises" aria-labelledby="attacks">
      <h2 id="attacks">{attacks.title}</h2>
      <p class="quiet">
        {attacks.lead}
        {links.nightly !== undefined && (
          <>
            {' '}
            <a href={links.nightly} rel="noreferrer">
              {attacks.nightly}
            </a>
          </>
        )}
      </p>
      <div class="panel wide">
        <table>
          <thead>
            <tr>
              <th scope="col">{attacks.tool}</th>
              <th scope="col">{attacks.date}</th>
              <th scope="col">{attacks.summary}</th>
            </tr>
          </thead>
          <tbody>
            {suites.map(({ name, result, at, cases }) => (
              <tr key={name}>
                <th scope="row">{attacks.suite}</th>
                <td>{at === null ? '–' : formatDay(at, language)}</td>
                <td>{`${text.results[result]}${cases === undefined ? '' : ` (${cases})`}`}</td>
              </tr>
            ))}
            {security.reports.map(({ tool, version, date, summary }) => (
              <tr key={tool}>
                <th scope="row">
                  <a href={`/security-reports?lang=${language}#${tool}`}>{tool}</a> {version}
                </th>
                <td>{formatDay(date, language)}</td>
                <td lang="en">{summary}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Services({ language, text: { services: words }, security: { accreditation } }: SecurityPageProps) {
  return (
    <section class="promises" aria-labelledby="services">
      <h2 id="services">{words.title}</h2>
      <p class="quiet">{words.lead(formatDay(accreditation.readOn, language))}</p>
      <ul class="quiet programmes">
        {accreditation.programmes.map(({ name, documented }) => (
          <li key={name}>{`${name}: ${documented === 0 ? words.ofNone : words.ofSome(documented, accreditation.services.length)}`}</li>
        ))}
      </ul>
      <div class="panel wide">
        <table>
          <thead>
            <tr>
              <th scope="col">{words.service}</th>
              <th scope="col">{words.documented}</th>
            </tr>
          </thead>
          <tbody>
            {accreditation.services.map(({ name, documented, source }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>
                  {documented.length === 0 ? words.notVerified : `${documented.join(', ')} `}
                  {source !== null && (
                    <a href={source} rel="noreferrer" aria-label={`${words.source}: ${name}`}>
                      {words.source}
                    </a>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Links({ text, links }: SecurityPageProps) {
  const shown = (['status', 'report', 'contact'] as const).flatMap((name) => {
    const address = links[name];
    return address === undefined ? [] : [{ name, address }];
  });
  if (shown.length === 0) return null;
  return (
    <nav class="promises" aria-labelledby="more">
      <h2 id="more">{text.links.title}</h2>
      <ul class="ways">
        {shown.map(({ name, address }) => (
          <li key={name}>
            <a href={address}>{text.links[name]}</a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
