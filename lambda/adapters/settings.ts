import { resourceVariable, type Settings, settingsSchema, settingsVariable } from '../../contract/settings.ts';

/** What this deployment chose. @throws when the variable is missing or not as `contract/settings.ts` has it: the function doesn't start */
export function readSettings(environment: NodeJS.ProcessEnv = process.env): Settings {
  const text = environment[settingsVariable];
  if (text === undefined) throw new Error(`${settingsVariable} is not set: deploy with the CDK app, which writes it`);
  return settingsSchema.parse(JSON.parse(text));
}

/** Name, ARN or URL of a resource. @throws when the deployment did not give it */
export function readResource(
  kind: Parameters<typeof resourceVariable>[0],
  id: string,
  environment: NodeJS.ProcessEnv = process.env,
): string {
  const name = resourceVariable(kind, id);
  const value = environment[name];
  if (!value) throw new Error(`${name} is not set: does privileges.ts give this function the ${kind} "${id}"?`);
  return value;
}
