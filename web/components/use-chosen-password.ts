import { useState } from 'preact/hooks';
import type { Failure } from '../failure.ts';
import { useSpeech } from '../language.tsx';
import { countCharacters, defaultMinimum, describeRefusal, minimumOf } from '../password.ts';
import type { FieldErrors } from './use-form.ts';

/** The rules for a field in which a password is chosen; the minimum is learnt from the server's first refusal. */
export function useChosenPassword(field: string) {
  const { text } = useSpeech();
  const [minimum, setMinimum] = useState(defaultMinimum);

  return {
    minimum,
    check(values: FormData): FieldErrors {
      const password = String(values.get(field) ?? '');
      if (password === '') return { [field]: text.fields.newPasswordMissing };
      return countCharacters(password) < minimum ? { [field]: text.passwords.refusedLength(minimum) } : {};
    },
    locate(failure: Failure): FieldErrors | undefined {
      const named = failure.fields.filter(({ path }) => path === field);
      if (failure.code !== 'weak_password' && !(failure.code === 'invalid_request' && named.length > 0)) return undefined;
      setMinimum(minimumOf(failure.fields) ?? minimum);
      return { [field]: describeRefusal(failure.fields, text) };
    },
  };
}
