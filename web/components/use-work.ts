import { useState } from 'preact/hooks';
import { Abandoned } from '../api.ts';
import { describeFailure, type Failure } from '../failure.ts';
import { useSpeech } from '../language.tsx';

/** What a press of a button does, one at a time: which one is at work, and what went wrong. */
export function useWork<Name extends string>(onSignedOut: (error: unknown) => void) {
  const { text } = useSpeech();
  const [running, setRunning] = useState<Name>();
  const [problem, setProblem] = useState<unknown>();

  return {
    running,
    failure: problem === undefined ? undefined : describeFailure(problem, text, navigator.onLine),
    /** @param understand takes a failure that is no surprise; what it returns false for is said */
    async run(name: Name, work: () => Promise<void>, understand?: (failure: Failure) => Promise<boolean>): Promise<void> {
      if (running !== undefined) return;
      setRunning(name);
      setProblem(undefined);
      try {
        await work();
      } catch (error) {
        if (error instanceof Abandoned) return;
        const failure = describeFailure(error, text);
        if (failure.code === 'unauthenticated') onSignedOut(error);
        else if (!(await understand?.(failure))) setProblem(error);
      } finally {
        setRunning(undefined);
      }
    },
  };
}
