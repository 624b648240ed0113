import { useEffect, useState } from 'preact/hooks';
import type { AnswerOf } from '../../client/index.ts';
import { api } from '../api.ts';
import { formatDate } from '../format.ts';
import { useHallSpeech } from '../text/hall.ts';
import { reportDictionaries } from '../text/report.ts';
import { Section } from './section.tsx';

/** Whoever wished to be thanked, and whose report is resolved. */
export function ReportThanks() {
  const { language } = useHallSpeech();
  const text = reportDictionaries[language].thanks;
  const [list, setList] = useState<AnswerOf<'reports.thanks'>['thanks']>();
  const [hasFailed, setFailed] = useState(false);
  useEffect(
    () =>
      void api['reports.thanks']().then(
        ({ thanks }) => setList(thanks),
        () => setFailed(true),
      ),
    [],
  );
  return (
    <Section id="thanks" title={text.title} lead={text.lead}>
      {hasFailed && <p class="quiet">{text.failed}</p>}
      {list?.length === 0 && <p class="quiet">{text.none}</p>}
      <ul class="rows">
        {list?.map(({ id, name, at }) => (
          <li key={id} class="row">
            <div class="row-main">
              <p class="row-title unbroken">{name}</p>
              <p class="row-detail">
                <time class="figures" dateTime={at}>
                  {formatDate(at, language)}
                </time>
              </p>
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}
