/** What `status show` and `status publish` are asked, from their options. */
import { type ComponentId, componentIds } from '../../contract/components.ts';
import { type ComponentStatus, componentStatuses, type IncidentStatus, incidentStatuses } from '../../contract/incidents.ts';
import { OperatorError } from '../command.ts';
import { helpOn, onDeployment, readArguments } from '../parse-options.ts';

export interface StatusOptions {
  readonly isLocal: boolean;
  readonly json: boolean;
  /** What to say; absent: only what is stored. */
  readonly said?: {
    readonly incidentId?: string;
    readonly name: string;
    readonly body: string;
    readonly status: IncidentStatus;
    readonly components: readonly { readonly component: ComponentId; readonly status: ComponentStatus }[];
  };
}

const nameCharacters = 120;

export const help = `npm run ops -- status show
npm run ops -- status publish [--incident TEXT [--component ID=STATUS]...]

show       what the page says, and how old it is
publish    reads incidents if the store answers, leaves them as published last if it doesn't, and writes the page.
           It needs credentials for the bucket of the page, and nothing else of ours

  --incident TEXT          opens an incident with this text. It is kept in the page alone, until you end it
  --component ID=STATUS    how a part of the service stands, as often as needed:
                           ${componentIds.join(', ')} = ${componentStatuses.join(', ')}
  --title TEXT             its heading; the beginning of the text if absent
  --on ID                  says it in an incident that was opened like this, instead of opening one
  --state STATE            ${incidentStatuses.join(', ')}; investigating if absent. resolved ends it
${helpOn(onDeployment, 27)}`;

const options = {
  incident: { type: 'string' },
  component: { type: 'string', multiple: true },
  title: { type: 'string' },
  on: { type: 'string' },
  state: { type: 'string' },
  ...onDeployment,
} as const;

/** @returns undefined when only help is asked for @throws OperatorError naming the option that is wrong */
export function readStatusOptions(parameters: readonly string[]): StatusOptions | undefined {
  const { values, positionals } = readArguments(parameters, options, 'status', true);
  if (values.help) return undefined;
  if (positionals.length > 0)
    throw new OperatorError(`There is nothing to do with ${JSON.stringify(positionals[0])} (--help tells the options).`);
  const { incident, component = [], title, on, state = 'investigating', local = false, json = false } = values;
  if (incident === undefined) {
    const alone = Object.entries({ component: component[0], title, on, state: values.state }).find(([, value]) => value !== undefined);
    if (alone !== undefined) throw new OperatorError(`--${alone[0]} goes with --incident: say in a sentence what customers should know.`);
    return { isLocal: local, json };
  }
  if (incident.trim() === '') throw new OperatorError('--incident is empty: say in a sentence what customers should know.');
  if (!isOneOf(incidentStatuses, state))
    throw new OperatorError(`--state is ${JSON.stringify(state)}: give one of ${incidentStatuses.join(', ')}.`);
  const name = [...(title ?? incident.split('\n')[0] ?? '')].slice(0, nameCharacters).join('').trim();
  const said = {
    ...(on === undefined ? {} : { incidentId: on }),
    name,
    body: incident,
    status: state,
    components: component.map(readComponent),
  };
  return { isLocal: local, json, said };
}

function readComponent(text: string): { component: ComponentId; status: ComponentStatus } {
  const [component = '', status = ''] = text.split('=');
  if (!isOneOf(componentIds, component)) {
    throw new OperatorError(`--component names ${JSON.stringify(component)}: the parts of the service are ${componentIds.join(', ')}.`);
  }
  if (!isOneOf(componentStatuses, status)) {
    throw new OperatorError(`--component ${component} is ${JSON.stringify(status)}: give one of ${componentStatuses.join(', ')}.`);
  }
  return { component, status };
}

function isOneOf<Value extends string>(values: readonly Value[], text: string): text is Value {
  return (values as readonly string[]).includes(text);
}
