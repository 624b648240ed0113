/** `audit export`: the trail up to its last checkpoint, with the events that are still kept. */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { type TrailSource, writeTrail } from '../../lambda/domain/audit/write-trail.ts';
import { type Command, OperatorError } from '../command.ts';
import { help, readNumber, readOptions } from './options.ts';
import { openTrail, requireCheckpoint } from './trail.ts';

export const exportCommand: Command = {
  async run(parameters, output) {
    const options = readOptions(parameters, 'export', ['out', 'from-block']);
    if (options === undefined) return output.print(help);
    const { trail, events, now } = await openTrail(options.isLocal);
    const checkpoint = await requireCheckpoint(trail);
    const fromBlock = readNumber(options.values['from-block'], 'from-block', checkpoint.block, 1);
    const source: TrailSource = { trail, readHour: (hour) => events.readHour(hour) };
    const lines = writeTrail(source, checkpoint, fromBlock, now);
    const { out } = options.values;
    if (typeof out !== 'string') {
      for await (const line of lines) output.print(line);
      return;
    }
    await writeLines(out, lines);
    const summary = {
      file: out,
      blocks: checkpoint.block - fromBlock + 1,
      entries: checkpoint.entries,
      signedAt: new Date(checkpoint.at).toISOString(),
    };
    if (options.json) return output.print(JSON.stringify(summary));
    output.print(`${out} has blocks ${fromBlock} to ${checkpoint.block}, as signed at ${summary.signedAt}`);
  },
};

/** A file is not overwritten: it may be the evidence. */
async function writeLines(file: string, lines: AsyncIterable<string>): Promise<void> {
  const stream = createWriteStream(file, { flags: 'wx', mode: 0o600 });
  try {
    await once(stream, 'open');
  } catch (error) {
    throw new OperatorError(
      `${file} can't be written: ${(error as NodeJS.ErrnoException).code === 'EEXIST' ? 'there is one already' : (error as Error).message}.`,
    );
  }
  for await (const line of lines) if (!stream.write(`${line}\n`)) await once(stream, 'drain');
  stream.end();
  await finished(stream);
}
