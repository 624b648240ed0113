import { useState } from 'preact/hooks';
import { api } from '../api.ts';
import { useHallSpeech } from '../text/hall.ts';
import { Notice } from './notice.tsx';
import { Section } from './section.tsx';
import { useWork } from './use-work.ts';
import { WorkButton } from './work-button.tsx';

interface OwnDataProps {
  /** Asks for the password, and then does it. */
  readonly beConfirmed: () => Promise<void>;
  readonly onDone: (sentence: string) => Promise<void>;
  readonly onErased: () => void;
  readonly onSignedOut: (error: unknown) => void;
}

/** Hands a document to the browser as a file of its own. */
function save(document_: unknown, name: string): void {
  const address = URL.createObjectURL(new Blob([JSON.stringify(document_, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

/** A copy of everything that is kept of the person, and the end of the account. */
export function OwnData({ beConfirmed, onDone, onErased, onSignedOut }: OwnDataProps) {
  const { text } = useHallSpeech();
  const work = useWork<'export' | 'erase'>(onSignedOut);
  const [asks, setAsks] = useState(false);
  const words = text.ownData;

  return (
    <Section id="own-data" title={words.title} lead={words.lead}>
      {work.failure !== undefined && (
        <Notice tone="problem">
          <p>{work.failure.message}</p>
        </Notice>
      )}
      <div class="form-actions">
        <WorkButton
          busy={work.running === 'export'}
          waits={work.running === 'erase'}
          onClick={() =>
            void work.run('export', async () => {
              await beConfirmed();
              save(await api['account.export'](), 'account.json');
              await onDone(words.exported);
            })
          }
        >
          {words.download}
        </WorkButton>
        {!asks && (
          <WorkButton kind="danger" busy={false} waits={work.running !== undefined} onClick={() => setAsks(true)}>
            {words.erase}
          </WorkButton>
        )}
      </div>
      {asks && (
        <>
          <p>{words.sure}</p>
          <div class="form-actions">
            <WorkButton
              kind="danger"
              busy={work.running === 'erase'}
              waits={work.running === 'export'}
              onClick={() =>
                void work.run('erase', async () => {
                  await beConfirmed();
                  await api['account.erase']();
                  onErased();
                })
              }
            >
              {words.eraseNow}
            </WorkButton>
            <WorkButton busy={false} waits={work.running !== undefined} onClick={() => setAsks(false)}>
              {words.cancel}
            </WorkButton>
          </div>
        </>
      )}
    </Section>
  );
}
