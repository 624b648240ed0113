import type { AnswerOf } from '../../client/index.ts';
import { api } from '../api.ts';
import { describeDevice, formatDate } from '../format.ts';
import { useHallSpeech } from '../text/hall.ts';
import { Notice } from './notice.tsx';
import { Section } from './section.tsx';
import { useWork } from './use-work.ts';
import { WorkButton } from './work-button.tsx';

interface DevicesProps {
  /** undefined while they are being fetched. */
  readonly devices: AnswerOf<'devices.list'>['devices'] | undefined;
  readonly onDone: (sentence: string) => Promise<void>;
  readonly onSignedOut: (error: unknown) => void;
}

const headingId = 'devices';

/** The browsers that skip the second step. */
export function Devices({ devices, onDone, onSignedOut }: DevicesProps) {
  const { text, language } = useHallSpeech();
  const { running, failure, run } = useWork<string>(onSignedOut);

  const forget = (name: string, act: () => Promise<unknown>, sentence: string) => {
    const finish = async () => {
      await onDone(sentence);
      document.getElementById(headingId)?.focus();
    };
    return run(
      name,
      async () => {
        await act();
        await finish();
      },
      // Forgotten already, in another window perhaps: what was wanted is so.
      async ({ code }) => {
        if (code !== 'not_found') return false;
        await finish();
        return true;
      },
    );
  };

  return (
    <Section id={headingId} title={text.devices.title} lead={text.devices.lead}>
      {failure !== undefined && (
        <div class="panel-note">
          <Notice tone="problem">
            <p>{failure.message}</p>
          </Notice>
        </div>
      )}
      {devices === undefined && <p class="quiet">{text.account.loading}</p>}
      {devices?.length === 0 && <p class="quiet">{text.devices.none}</p>}
      {devices !== undefined && devices.length > 0 && (
        <>
          <ul class="rows">
            {devices.map(({ id, userAgent, address, expiresAt, current }) => {
              const device = describeDevice(userAgent, text);
              return (
                <li class="row" key={id}>
                  <div class="row-main">
                    <p class="row-title">
                      {device}
                      {current && <span class="badge">{text.devices.current}</span>}
                    </p>
                    <p class="row-detail">
                      <span class="figures">{address}</span>
                      <time dateTime={expiresAt}>{text.devices.until(formatDate(expiresAt, language))}</time>
                    </p>
                  </div>
                  <WorkButton
                    label={text.devices.forgetLabel(device, address)}
                    busy={running === id}
                    waits={running !== undefined}
                    onClick={() => forget(id, () => api['devices.forget']({ id }), text.devices.forgotten)}
                  >
                    {running === id ? text.devices.forgetting : text.devices.forget}
                  </WorkButton>
                </li>
              );
            })}
          </ul>
          <div class="panel-foot">
            <WorkButton
              kind="danger"
              busy={running === 'all'}
              waits={running !== undefined}
              onClick={() => forget('all', () => api['devices.forget-all'](), text.devices.allForgotten)}
            >
              {running === 'all' ? text.devices.forgetting : text.devices.forgetAll}
            </WorkButton>
          </div>
        </>
      )}
    </Section>
  );
}
