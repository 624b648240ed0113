/** Runs named steps in order and prints a line each, then whether all of them were green. */
export interface Step {
  readonly name: string;
  /** Steps that must have been green before. */
  readonly needs?: readonly string[];
  /** @returns what was seen, in a few words; throws when it was not as it must be */
  run(): Promise<string>;
}

/** @returns whether every step ran and was green */
export async function runSteps(steps: readonly Step[], print: (line: string) => void = console.log): Promise<boolean> {
  const width = Math.max(...steps.map((step) => step.name.length));
  const green = new Set<string>();
  const faults: string[] = [];
  print(`${'step'.padEnd(width)}  result   seconds`);
  for (const step of steps) {
    const missing = (step.needs ?? []).find((name) => !green.has(name));
    const start = performance.now();
    const line = (result: string, said: string) =>
      print(`${step.name.padEnd(width)}  ${result.padEnd(7)}  ${((performance.now() - start) / 1000).toFixed(1).padStart(7)}  ${said}`);
    if (missing !== undefined) {
      line('FAILED', `not run: needs "${missing}"`);
      continue;
    }
    try {
      const said = await step.run();
      green.add(step.name);
      line('ok', said);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      line('FAILED', message.split('\n')[0] ?? '');
      faults.push(`${step.name}: ${message}`);
    }
  }
  if (faults.length > 0) print(`\n${faults.join('\n\n')}`);
  print(`\n${green.size} of ${steps.length} steps are green.`);
  return green.size === steps.length;
}
