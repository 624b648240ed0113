import { useHallSpeech } from '../text/hall.ts';
import { reportDictionaries } from '../text/report.ts';
import { CopyButton } from './copy-button.tsx';
import { Heading } from './frame.tsx';

interface FiledProps {
  readonly token: string;
  readonly onFollow: () => void;
  readonly onAnother: () => void;
}

/** The one time that the token is shown. The link carries it in its fragment, which no server sees. */
export function ReportFiled({ token, onFollow, onAnother }: FiledProps) {
  const { language } = useHallSpeech();
  const text = reportDictionaries[language].filed;
  return (
    <section class="section" aria-label={text.heading}>
      <div class="panel">
        <div class="prose">
          <Heading moved>{text.heading}</Heading>
          <p>{text.lead}</p>
          <p>{text.tokenLabel}</p>
          <pre class="quoted">{token}</pre>
          <p>{text.warning}</p>
          <div class="form-actions">
            <CopyButton value={token} label={text.copyToken} />
            <CopyButton value={`${location.origin}/report#token=${token}`} label={text.copyLink} />
          </div>
          <div class="form-actions">
            <button class="button" type="button" onClick={onFollow}>
              {text.follow}
            </button>
            <button class="button button-quiet" type="button" onClick={onAnother}>
              {text.another}
            </button>
          </div>
        </div>
      </div>
    </section>
  );
}
