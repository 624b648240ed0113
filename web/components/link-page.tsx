import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Failure } from '../failure.ts';
import { useLinkToken } from '../fragment.ts';
import { useSpeech } from '../language.tsx';
import { Form } from './form.tsx';
import { Doorway, Heading } from './frame.tsx';
import { type FieldErrors, type FormState, useForm } from './use-form.ts';

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

/** What somebody has to type besides having the link. */
interface LinkQuestion {
  readonly validate: (values: FormData) => FieldErrors;
  readonly locate: (failure: Failure) => FieldErrors | undefined;
  readonly describe: (failure: Failure) => string | undefined;
  readonly fields: (form: FormState) => ComponentChildren;
  /** Stands below the form. */
  readonly after: ComponentChildren;
}

interface LinkPageProps {
  readonly words: LinkWords;
  readonly send: (token: string, values: FormData) => Promise<unknown>;
  readonly question?: LinkQuestion;
  /** Where the link at the end leads. */
  readonly doneAddress: string;
  /** Where to get another link, or what else helps. */
  readonly remedyAddress: string;
}

const noQuestion: LinkQuestion = {
  validate: () => ({}),
  locate: () => undefined,
  describe: () => undefined,
  fields: () => null,
  after: null,
};

function Ask({ token, words, send, question = noQuestion, doneAddress, remedyAddress }: LinkPageProps & { readonly token: string }) {
  const [done, setDone] = useState(false);
  const form = useForm({
    validate: question.validate,
    send: async (values) => {
      await send(token, values);
      setDone(true);
    },
    locate: question.locate,
    describe: question.describe,
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
        {question.fields(form)}
      </Form>
      {question.after}
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
