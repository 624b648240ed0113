/** `status show`: what was published last. */
import type { StatusSnapshot } from '../../contract/status.ts';
import { isOver } from '../../lambda/domain/status/component-status.ts';
import { describeStatus } from '../../lambda/domain/status/statuspage.ts';
import { type Command, OperatorError, type Output } from '../command.ts';
import { openStatusFiles } from './files.ts';
import { help, readStatusOptions } from './options.ts';

export const showCommand: Command = {
  async run(parameters, output) {
    const options = readStatusOptions(parameters);
    if (options === undefined) return output.print(help);
    if (options.said !== undefined) throw new OperatorError('status show only shows: status publish says something.');
    const { snapshot } = await (await openStatusFiles(options.isLocal)).readSnapshot();
    if (snapshot === undefined)
      throw new OperatorError('Nothing has been published yet: the function does so within a minute of its deployment.');
    if (options.json) output.print(JSON.stringify(snapshot));
    else print(snapshot, output);
  },
};

export function print(snapshot: StatusSnapshot, { print: line }: Output): void {
  line(`${snapshot.page.url}  ${describeStatus(snapshot).description}  as of ${snapshot.at}`);
  for (const { id, status, since } of snapshot.components) line(`${id.padEnd(10)} ${status.padEnd(20)} since ${since}`);
  for (const { id, name, status, updates } of snapshot.incidents.filter((incident) => !isOver(incident))) {
    line(`${id}  ${name.en}  ${status}: ${updates.at(-1)?.body.en ?? ''}`);
  }
}
