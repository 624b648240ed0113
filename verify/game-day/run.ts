/** `npm run verify -- --only "game day"`: breaks the local system in six ways, and watches who hears of it and when. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { LocalSystem } from '../local-system.ts';
import { VerificationError } from '../program.ts';
import { Customer } from './customer.ts';
import { allDrills } from './drills.ts';
import { expectThat, limits } from './expectations.ts';
import { openBrowser } from './reader.ts';
import { type DrillRecord, findChangedExpectations, type GameDayReport, misses, printDrill, renderGameDay } from './report.ts';
import { runDrill } from './stage.ts';
import { DrillSystem } from './system.ts';

export interface GameDayOptions {
  /** `docs/reports/`. */
  readonly directory: string;
  readonly isWriting: boolean;
  readonly print: (line: string) => void;
}

/** @throws VerificationError naming what was missed */
export async function runGameDay(local: LocalSystem, { directory, isWriting, print }: GameDayOptions): Promise<string> {
  const system = new DrillSystem(local);
  const browser = await openBrowser();
  const drills: DrillRecord[] = [];
  try {
    await awaitCanary(system);
    const customer = await Customer.register(system, 'ada@customer.example', '127.0.0.21');
    for (const drill of allDrills(browser)) {
      const record = await runDrill(system, customer, drill);
      drills.push(record);
      for (const line of printDrill(record)) print(line);
    }
    drills.push(await judgePublication(system));
  } finally {
    await browser.close();
    system.close();
  }
  const missed = misses({ drills });
  if (missed.length > 0) throw new VerificationError(`the game day missed ${missed.length}:\n  ${missed.join('\n  ')}`);
  return settle({ drills }, directory, isWriting);
}

/**
 * It makes its own account first, by a mail that comes through the queue.
 *
 * @throws VerificationError with what the canary last said of itself
 */
async function awaitCanary(system: DrillSystem): Promise<void> {
  try {
    await system.until('the canary to have an account and to sign in', async () => {
      await system.advance(60);
      const metrics = await system.read<{ name: string; dimensions: { Component?: string }; sum: number }[]>('/api/metrics');
      const runs = metrics.find(({ name, dimensions }) => name === 'Canary/Runs' && dimensions.Component === 'sign-in')?.sum ?? 0;
      const failed = metrics.find(({ name, dimensions }) => name === 'Canary/Failed' && dimensions.Component === 'sign-in')?.sum ?? 0;
      return runs > failed ? true : undefined;
    });
  } catch (error) {
    const said = (await system.read<{ text: string }[]>('/api/logs?function=canary'))
      .map(({ text }) => text)
      .filter((text) => /"canary\.|Task timed out|Error/.test(text));
    throw new VerificationError(
      `${(error as Error).message}. Its log:\n  ${said.slice(0, 6).join('\n  ')}\n  …\n  ${said.slice(-6).join('\n  ')}`,
    );
  }
}

/** Over the whole day, cold starts included: how long the function that publishes ran at most. */
async function judgePublication(system: DrillSystem): Promise<DrillRecord> {
  const metrics =
    await system.read<{ namespace: string; name: string; dimensions: Record<string, string>; maximum: number; samples: number }[]>(
      '/api/metrics',
    );
  const runs = metrics.find(
    ({ namespace, name, dimensions }) => namespace === 'AWS/Lambda' && name === 'Duration' && /Status/.test(dimensions.FunctionName ?? ''),
  );
  const longest = Math.round(runs?.maximum ?? Number.POSITIVE_INFINITY);
  const verdict = expectThat(
    `a publication of the status page takes under ${limits.publishMilliseconds / 1000} s`,
    longest < limits.publishMilliseconds,
    `${longest} ms at most, of ${runs?.samples ?? 0} runs`,
  );
  return { name: 'All day', fault: 'those above', verdicts: [verdict], timeline: [] };
}

function settle(now: Pick<GameDayReport, 'drills'>, directory: string, isWriting: boolean): string {
  const verdicts = now.drills.flatMap((drill) => drill.verdicts);
  const summary = `${now.drills.length - 1} drills, ${verdicts.length} expectations met`;
  const file = path.join(directory, 'game-day.json');
  if (isWriting) {
    const report: GameDayReport = { date: new Date().toISOString().slice(0, 10), drills: now.drills };
    mkdirSync(directory, { recursive: true });
    writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
    writeFileSync(path.join(directory, 'game-day.md'), renderGameDay(report));
    return `${summary}; written`;
  }
  const advice = 'look at it, then keep it with npm run verify -- --only "game day" --write-reports';
  if (!existsSync(file)) throw new VerificationError(`no report of a game day is kept; ${advice}`);
  const changed = findChangedExpectations(JSON.parse(readFileSync(file, 'utf8')) as GameDayReport, now);
  if (changed.length > 0)
    throw new VerificationError(`what is expected is not what the kept report says: ${changed.join('; ')}; ${advice}`);
  return summary;
}
