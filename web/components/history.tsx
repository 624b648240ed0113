import { useState } from 'preact/hooks';
import { endpoints } from '../../client/endpoints.generated.ts';
import type { AnswerOf } from '../../client/index.ts';
import { describeDevice, formatMoment } from '../format.ts';
import { useHallSpeech } from '../text/hall.ts';
import { Section } from './section.tsx';

const firstShown = 8;

export function History({ events }: { events: AnswerOf<'account.events'>['events'] }) {
  const { text, language } = useHallSpeech();
  const [all, setAll] = useState(false);
  const names: Record<string, string> = text.events;
  const shown = all ? events : events.slice(0, firstShown);

  return (
    <Section id="history" title={text.account.history} lead={text.account.historyLead}>
      {events.length === 0 ? (
        <p class="quiet">{text.account.historyEmpty}</p>
      ) : (
        <ol class="rows">
          {shown.map((event) => (
            <li class="row" key={event.id}>
              <div class="row-main">
                <p class="row-title">{names[event.type] ?? text.otherEvent}</p>
                <p class="row-detail">
                  <time class="figures" dateTime={event.at}>
                    {formatMoment(event.at, language)}
                  </time>
                  {/* Of what our support did, not where from: that is not the owner's to know. */}
                  {event.userAgent !== '' && <span>{describeDevice(event.userAgent, text)}</span>}
                  {event.address !== '' && <span class="figures">{event.address}</span>}
                </p>
              </div>
            </li>
          ))}
        </ol>
      )}
      {events.length > 0 && (
        <>
          <p class="quiet">{text.account.historyProof}</p>
          <div class="panel-foot tools">
            {!all && events.length > firstShown && (
              <button class="button button-quiet" type="button" onClick={() => setAll(true)}>
                {text.account.historyMore}
              </button>
            )}
            <a class="button button-quiet" href={endpoints['account.events.export'].path} download="security-history.json">
              {text.account.historyExport}
            </a>
          </div>
        </>
      )}
    </Section>
  );
}
