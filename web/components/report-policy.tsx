import { useEffect, useState } from 'preact/hooks';
import { useHallSpeech } from '../text/hall.ts';
import { reportDictionaries } from '../text/report.ts';
import { Section } from './section.tsx';

interface Ways {
  readonly email?: string;
  readonly encryption?: string;
}

/** What this deployment says in its security.txt: the one place that knows. */
async function readWays(): Promise<Ways> {
  const response = await fetch('/.well-known/security.txt');
  if (!response.ok) return {};
  const text = await response.text();
  const email = /^Contact: mailto:(\S+)$/m.exec(text)?.[1];
  const encryption = /^Encryption: (\S+)$/m.exec(text)?.[1];
  return { ...(email !== undefined && { email }), ...(encryption !== undefined && { encryption }) };
}

function Part({ title, lines }: { title: string; lines: readonly string[] }) {
  return (
    <>
      <h3>{title}</h3>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </>
  );
}

/** Scope, safe harbour, what we promise, credit, and how to encrypt. */
export function ReportPolicy() {
  const { language } = useHallSpeech();
  const text = reportDictionaries[language].policy;
  const [ways, setWays] = useState<Ways>({});
  useEffect(() => void readWays().then(setWays, () => undefined), []);
  return (
    <Section id="policy" title={text.title} lead={text.lead}>
      <div class="prose">
        <Part title={text.scopeTitle} lines={text.scope} />
        <Part title={text.harbourTitle} lines={text.harbour} />
        <Part title={text.promiseTitle} lines={text.promise} />
        <Part title={text.creditTitle} lines={text.credit} />
        <h3>{text.encryptTitle}</h3>
        <p>{text.encrypt}</p>
        {ways.encryption === undefined ? (
          <p>{text.noKey}</p>
        ) : (
          <p>
            {text.key}{' '}
            {ways.encryption.startsWith('https://') ? (
              <a class="unbroken" href={ways.encryption} rel="noopener noreferrer">
                {ways.encryption}
              </a>
            ) : (
              <code class="unbroken">{ways.encryption}</code>
            )}
          </p>
        )}
        {ways.email !== undefined && (
          <p>
            {text.mail} <a href={`mailto:${ways.email}`}>{ways.email}</a>
          </p>
        )}
      </div>
    </Section>
  );
}
