import { useState } from 'preact/hooks';
import type { AnswerOf } from '../../client/index.ts';
import { api } from '../api.ts';
import { describeDevice, formatAgo, formatMoment } from '../format.ts';
import { useHallSpeech } from '../text/hall.ts';
import { Section } from './section.tsx';

type Session = AnswerOf<'sessions.list'>['sessions'][number];

interface SessionsProps {
  readonly sessions: readonly Session[];
  readonly onDone: (sentence: string) => Promise<void>;
  readonly onRefused: (error: unknown) => void;
}

const headingId = 'sessions';

export function Sessions({ sessions, onDone, onRefused }: SessionsProps) {
  const { text, language } = useHallSpeech();
  const [ending, setEnding] = useState<string>();
  const others = sessions.filter(({ current }) => !current);
  const ordered = [...sessions.filter(({ current }) => current), ...others];

  async function end(id: string, action: () => Promise<unknown>, sentence: string): Promise<void> {
    if (ending !== undefined) return;
    setEnding(id);
    try {
      await action();
      await onDone(sentence);
      // The button that was pressed is gone: without this the focus would fall back to the top of the page.
      document.getElementById(headingId)?.focus();
    } catch (error) {
      onRefused(error);
    } finally {
      setEnding(undefined);
    }
  }

  return (
    <Section id={headingId} title={text.account.sessions} lead={text.account.sessionsLead}>
      <ul class="rows">
        {ordered.map((session) => {
          const device = describeDevice(session.userAgent, text);
          return (
            <li class="row" key={session.id}>
              <div class="row-main">
                <p class="row-title">
                  {device}
                  {session.current && <span class="badge">{text.account.current}</span>}
                </p>
                <p class="row-detail">
                  <span class="figures">{session.address}</span>
                  <time dateTime={session.lastSeenAt} title={formatMoment(session.lastSeenAt, language)}>
                    {text.account.lastSeen(formatAgo(session.lastSeenAt, Date.now(), language))}
                  </time>
                </p>
              </div>
              {!session.current && (
                <button
                  class="button button-quiet"
                  type="button"
                  aria-label={text.account.endLabel(device, session.address)}
                  aria-disabled={ending !== undefined}
                  onClick={() => end(session.id, () => api['sessions.end']({ id: session.id }), text.account.ended)}
                >
                  {ending === session.id ? text.account.ending : text.account.end}
                </button>
              )}
            </li>
          );
        })}
      </ul>
      <div class="panel-foot">
        {others.length === 0 ? (
          <p class="quiet">{text.account.onlyThis}</p>
        ) : (
          <button
            class="button button-danger"
            type="button"
            aria-disabled={ending !== undefined}
            onClick={() => end('others', () => api['sessions.end-others'](), text.account.othersEnded)}
          >
            {ending === 'others' ? text.account.ending : text.account.endOthers}
          </button>
        )}
      </div>
    </Section>
  );
}
