import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ProblemError } from '../../client/index.ts';
import { Abandoned } from '../api.ts';
import { describeFailure, type Failure } from '../failure.ts';
import { useSpeech } from '../language.tsx';

export type FieldErrors = Readonly<Record<string, string>>;

interface FormOptions {
  /** Messages by field name; an empty object when everything is in order. */
  readonly validate: (values: FormData) => FieldErrors;
  readonly send: (values: FormData) => Promise<void>;
  /** Messages that belong to a field rather than to the whole form. */
  readonly locate?: (failure: Failure) => FieldErrors | undefined;
  /** Words of this form's own for a failure that belongs to the whole of it. */
  readonly describe?: (failure: Failure) => string | undefined;
  /** Behind the door: called when there is no session any more. */
  readonly onSignedOut?: (error: unknown) => void;
}

export interface FormState {
  readonly busy: boolean;
  readonly errors: FieldErrors;
  readonly failure: Failure | undefined;
  /** Milliseconds since the epoch until which the server takes no further try. */
  readonly waitUntil: number | undefined;
  readonly endWait: () => void;
  /** Drops every message: what they were about is not there any more. */
  readonly forget: () => void;
  readonly onSubmit: (event: SubmitEvent) => void;
  /** Forget a message as soon as its field is being mended. */
  readonly onInput: (event: Event) => void;
}

const noErrors: FieldErrors = {};

/** One form: checks, sends once at a time, and puts what went wrong where it belongs, with the focus on it. */
export function useForm({ validate, send, locate, describe, onSignedOut }: FormOptions): FormState {
  const { text } = useSpeech();
  const [busy, setBusy] = useState(false);
  const [errors, setErrors] = useState<FieldErrors>(noErrors);
  /** Counts refusals: the focus moves with each, and not while somebody mends one field of several. */
  const [refusals, setRefusals] = useState(0);
  const [problem, setProblem] = useState<unknown>();
  const [waitUntil, setWaitUntil] = useState<number>();
  const form = useRef<HTMLFormElement | null>(null);
  const sentEmail = useRef<unknown>(undefined);
  const described = problem === undefined ? undefined : describeFailure(problem, text, navigator.onLine);
  const failure = described && { ...described, message: describe?.(described) ?? described.message };

  // Before the message can be seen: whoever reads it and types at once types over the mistake, and not behind it.
  useLayoutEffect(() => {
    const first = [...(form.current?.elements ?? [])].find((element) => element.getAttribute('aria-invalid') === 'true');
    if (!(first instanceof HTMLInputElement || first instanceof HTMLTextAreaElement)) return;
    first.focus();
    // A code is never mended, it is typed anew.
    if (first.name === 'code') first.select();
  }, [refusals]);

  function refuse(mistakes: FieldErrors): void {
    setErrors(mistakes);
    setRefusals((count) => count + 1);
  }

  async function submit(element: HTMLFormElement): Promise<void> {
    form.current = element;
    const values = new FormData(element);
    const mistakes = validate(values);
    setErrors(noErrors);
    setProblem(undefined);
    if (Object.keys(mistakes).length > 0) return refuse(mistakes);
    setBusy(true);
    sentEmail.current = values.get('email');
    try {
      await send(values);
    } catch (error) {
      if (error instanceof Abandoned) return;
      if (error instanceof ProblemError && error.code === 'unauthenticated') onSignedOut?.(error);
      const found = describeFailure(error, text, navigator.onLine);
      const located = locate?.(found) ?? locateEmail(found, text.fields);
      if (located !== undefined) refuse(located);
      else setProblem(error);
      if (found.waitSeconds !== undefined) setWaitUntil(Date.now() + found.waitSeconds * 1000);
    } finally {
      setBusy(false);
    }
  }

  const endWait = useCallback(() => {
    setWaitUntil(undefined);
    setProblem(undefined);
  }, []);

  return {
    busy,
    errors,
    failure,
    waitUntil,
    endWait,
    forget: () => {
      setErrors(noErrors);
      if (waitUntil === undefined) setProblem(undefined);
    },
    onSubmit: (event) => {
      event.preventDefault();
      if (!busy && waitUntil === undefined) void submit(event.currentTarget as HTMLFormElement);
    },
    onInput: (event) => {
      const { name, value } = event.target as HTMLInputElement;
      if (errors[name] !== undefined) setErrors(Object.fromEntries(Object.entries(errors).filter(([key]) => key !== name)));
      // The lock is the address's: with another address there is nothing to wait for.
      if (name === 'email' && value !== sentEmail.current && failure?.code === 'account_locked') endWait();
    },
  };
}

/** An address that the server could not take, though it looked like one here. */
function locateEmail(failure: Failure, messages: { emailInvalid: string }): FieldErrors | undefined {
  const isNamed = failure.code === 'invalid_request' && failure.fields.some(({ path }) => path === 'email');
  return isNamed ? { email: messages.emailInvalid } : undefined;
}

/** What every form with an address checks before it sends. */
export function checkEmail(values: FormData, messages: { emailMissing: string; emailInvalid: string }, field = 'email'): FieldErrors {
  const email = String(values.get(field) ?? '').trim();
  if (email === '') return { [field]: messages.emailMissing };
  return /^[^\s@]+@[^\s@]+$/.test(email) ? noErrors : { [field]: messages.emailInvalid };
}
