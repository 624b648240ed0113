import { useState } from 'preact/hooks';
import { useLinkToken } from '../fragment.ts';
import { useSpeech } from '../language.tsx';
import { Form } from './form.tsx';
import { Doorway, Heading } from './frame.tsx';
import { useForm } from './use-form.ts';

/** What a page behind a mail's link says. */
interface LinkWords {
  readonly heading: string;
  readonly lead: string;
  /** What one click does. */
  readonly steps?: readonly string[];
  readonly keeps?: string;
  readonly submit: string;
  readonly busy: string;
  readonly doneHeading: string;
  readonly done: string;
  readonly doneHint?: string;
  readonly doneLink: string;
  /** Without a token. */
  readonly missing: string;
  readonly remedy: string;
}

interface LinkPageProps {
  readonly words: LinkWords;
  readonly send: (token: string) => Promise<unknown>;
  /** Where the link at the end leads. */
  readonly doneAddress: string;
  /** Where to get another link, or what else helps. */
  readonly remedyAddress: string;
}

function Ask({ token, words, send, doneAddress, remedyAddress }: LinkPageProps & { readonly token: string }) {
  const [done, setDone] = useState(false);
  const form = useForm({
    validate: () => ({}),
    send: async () => {
      await send(token);
      setDone(true);
    },
  });

  if (done) {
    return (
      <Doorway>
        <Heading moved>{words.doneHeading}</Heading>
        <p class="lead">{words.done}</p>
        {words.doneHint !== undefined && <p class="quiet">{words.doneHint}</p>}
        <a class={words.doneHint === undefined ? 'button' : 'button button-quiet'} href={doneAddress}>
          {words.doneLink}
        </a>
      </Doorway>
    );
  }
  return (
    <Doorway>
      <Heading>{words.heading}</Heading>
      <p class="lead">{words.lead}</p>
      {words.steps !== undefined && (
        <ul class="consequences">
          {words.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ul>
      )}
      {words.keeps !== undefined && <p class="quiet">{words.keeps}</p>}
      <Form
        form={form}
        submit={words.submit}
        busy={words.busy}
        remedy={form.failure?.code === 'invalid_token' && <a href={remedyAddress}>{words.remedy}</a>}
      >
        {null}
      </Form>
    </Doorway>
  );
}

/**
 * What a mail's link opens. It asks for a click: scanners that open every link of a mail in a real browser would
 * otherwise spend the token before its owner sees it.
 */
export function LinkPage(props: LinkPageProps) {
  const { text } = useSpeech();
  const { token } = useLinkToken();
  if (token !== undefined) return <Ask key={token} token={token} {...props} />;
  return (
    <Doorway>
      <Heading>{text.verify.missingHeading}</Heading>
      <p class="lead">{props.words.missing}</p>
      <a class="button" href={props.remedyAddress}>
        {props.words.remedy}
      </a>
      <p class="closing">
        <a href="/">{text.reset.back}</a>
      </p>
    </Doorway>
  );
}
