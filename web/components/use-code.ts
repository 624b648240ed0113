import { useState } from 'preact/hooks';
import { type CodeMethod, cleanCode, findCodeMistake } from '../code.ts';
import type { Failure } from '../failure.ts';
import { useSpeech } from '../language.tsx';
import type { FieldErrors } from './use-form.ts';

/** What every form with a field `code` does with it. */
export function useCode(first: CodeMethod = 'totp') {
  const { text } = useSpeech();
  const [method, setMethod] = useState(first);

  return {
    method,
    setMethod,
    read: (values: FormData) => cleanCode(String(values.get('code') ?? '')),
    check(values: FormData): FieldErrors {
      const mistake = findCodeMistake(String(values.get('code') ?? ''), method, text);
      return mistake === undefined ? {} : { code: mistake };
    },
    locate(failure: Failure): FieldErrors | undefined {
      const isNamed = failure.code === 'invalid_request' && failure.fields.some(({ path }) => path === 'code');
      if (failure.code !== 'invalid_code' && !isNamed) return undefined;
      return { code: method === 'totp' ? text.codes.wrong : text.codes.recoveryWrong };
    },
    /** Behind the door there is no challenge that could expire: what was read has changed, in another window perhaps. */
    describe: (failure: Failure): string | undefined => (failure.code === 'challenge_expired' ? text.problems.conflict : undefined),
  };
}
