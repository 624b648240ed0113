/** What `page test` and `page contacts` are asked, from their options. */
import { OperatorError } from '../command.ts';
import { common, helpOn, onDeployment, readArguments } from '../parse-options.ts';

export interface PageOptions {
  readonly severity: 'page' | 'ticket';
  readonly isLocal: boolean;
  readonly json: boolean;
}

export const help = `npm run ops -- page test [--severity page|ticket]
npm run ops -- page contacts

test       sets off an alarm made for it: it takes the way of every other from CloudWatch to phone and mailbox, and is over
           about a minute later, which is told, too
contacts   whom alarms reach, and who has not confirmed yet; ends with code 2 when somebody has not

  --severity WHICH  page (wakes) or ticket; page if absent
  --local           on the local system (found by CONSOLE_PORT); without it in AWS, with your credentials and AWS_REGION
${helpOn(common, 20)}`;

const options = { severity: { type: 'string' }, ...onDeployment } as const;

/** @returns undefined when only help was asked for */
export function readPageOptions(parameters: readonly string[]): PageOptions | undefined {
  const { values } = readArguments(parameters, options, 'page test');
  if (values.help) return undefined;
  const { severity = 'page' } = values;
  if (severity !== 'page' && severity !== 'ticket')
    throw new OperatorError(`--severity is page or ticket, not ${JSON.stringify(severity)}.`);
  return { severity, isLocal: values.local ?? false, json: values.json ?? false };
}
