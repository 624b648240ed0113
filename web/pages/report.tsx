import { useState } from 'preact/hooks';
import { FollowReport } from '../components/follow-report.tsx';
import { Hall, Heading } from '../components/frame.tsx';
import { ReportFiled } from '../components/report-filed.tsx';
import { ReportForm } from '../components/report-form.tsx';
import { ReportPolicy } from '../components/report-policy.tsx';
import { ReportThanks } from '../components/report-thanks.tsx';
import { useHallSpeech } from '../text/hall.ts';
import { reportDictionaries } from '../text/report.ts';

function takeToken(): string | undefined {
  const token = /#token=([\w-]+)$/.exec(location.hash)?.[1];
  if (token !== undefined) history.replaceState(null, '', location.pathname + location.search);
  return token;
}

/** For whoever has found a vulnerability: the rules, the form, and the way back to a report. Nobody needs an account. */
export function ReportPage() {
  const { language } = useHallSpeech();
  const text = reportDictionaries[language];
  /** Of a link that was kept; taken out of the address, as `fragment.ts` does for the pages before the door, whose script this would split. */
  const [linked] = useState(takeToken);
  /** Of the report that was just sent. It is kept here alone: what leaves the page unread is lost. */
  const [filed, setFiled] = useState<string>();
  const [followed, setFollowed] = useState<string>();

  return (
    <Hall
      actions={
        <a class="language" href="/">
          {text.signIn}
        </a>
      }
    >
      <div class="lead-in">
        <Heading>{text.heading}</Heading>
        <p class="lead">{text.lead}</p>
      </div>
      {filed === undefined ? (
        <ReportForm onFiled={setFiled} />
      ) : (
        <ReportFiled
          token={filed}
          onFollow={() => {
            setFollowed(filed);
            setFiled(undefined);
          }}
          onAnother={() => setFiled(undefined)}
        />
      )}
      <FollowReport key={followed ?? linked ?? ''} token={followed ?? linked} />
      <ReportPolicy />
      <ReportThanks />
    </Hall>
  );
}
