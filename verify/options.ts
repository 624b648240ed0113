/** What `npm run verify` may be told. */
import { parseArgs } from 'node:util';
import type { Step } from './steps.ts';

export interface Options {
  /** Parts of steps' names: run those, and what they need. */
  readonly only: readonly string[];
  /** Keep what the scanners find in `docs/reports/`, instead of comparing with it. */
  readonly writesReports: boolean;
}

/** @throws Error for an option that there is not */
export function readOptions(parameters: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...parameters],
    options: { only: { type: 'string', multiple: true, default: [] }, 'write-reports': { type: 'boolean', default: false } },
  });
  return { only: values.only, writesReports: values['write-reports'] };
}

/** @throws Error naming the steps that there are, when a name fits none */
export function chooseSteps(steps: readonly Step[], only: readonly string[]): readonly Step[] {
  if (only.length === 0) return steps;
  const chosen = new Set<string>();
  const choose = (name: string) => {
    if (chosen.has(name)) return;
    chosen.add(name);
    for (const needed of steps.find((step) => step.name === name)?.needs ?? []) choose(needed);
  };
  for (const part of only) {
    const found = steps.filter(({ name }) => name.includes(part));
    if (found.length === 0) throw new Error(`--only ${part} names no step. There are: ${steps.map(({ name }) => name).join('; ')}`);
    for (const { name } of found) choose(name);
  }
  return steps.filter(({ name }) => chosen.has(name));
}
