/** The clocks of reports leave out the holidays of the configuration, which operators have beside the commands. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigurationError, parseConfig } from '../../lib/config.ts';
import { OperatorError } from '../command.ts';

const root = join(import.meta.dirname, '../..');

/**
 * @param file as for `cdk deploy -c config=FILE`
 * @throws OperatorError when there is no such file, or what stands in it is no configuration
 */
export async function readHolidays(file: string): Promise<string[]> {
  const path = resolve(root, file);
  if (!existsSync(path)) throw new OperatorError(`The configuration ${file} is missing: name the one that is deployed by --config FILE.`);
  try {
    const { default: input } = (await import(pathToFileURL(path).href)) as { default?: unknown };
    return [...parseConfig(input, file).disclosure.holidays];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new OperatorError(`The configuration ${file} would not deploy: npx cdk synth says why.`);
  }
}
