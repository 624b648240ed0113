/** `incident open`, `update` and `resolve`. */
import { openIncidentBody, updateIncidentBody } from '../../contract/incident-bodies.ts';
import { type IncidentOutcome, openIncident, updateIncident } from '../../lambda/domain/incidents/people.ts';
import type { IncidentServices } from '../../lambda/domain/incidents/ports.ts';
import { viewIncident } from '../../lambda/domain/incidents/view.ts';
import type { Command, Output } from '../command.ts';
import { describeIncident } from './describe.ts';
import { accept, affectedComponents, help, type Options, readOptions, writtenText } from './options.ts';
import { authorOf, openServices, refusalError } from './services.ts';

const texts = ['body', 'body-it'] as const;
const howItIs = ['status', 'component', 'impact'] as const;

export const openCommand: Command = {
  async run(parameters, output) {
    const options = readOptions(parameters, 'open', ['name', 'name-it', 'since', ...texts, ...howItIs], false);
    if (options === undefined) return output.print(help);
    const { values } = options;
    const body = accept(openIncidentBody, {
      name: writtenText(values, 'name'),
      body: writtenText(values, 'body'),
      components: affectedComponents(values),
      status: values.status,
      impact: values.impact,
      startedAt: values.since,
    });
    const services = await openServices(options, output);
    await tell(services, options, output, await openIncident(services, authorOf(options), body));
  },
};

export const updateCommand: Command = { run: (parameters, output) => update(parameters, output, 'update') };
export const resolveCommand: Command = { run: (parameters, output) => update(parameters, output, 'resolve') };

async function update(parameters: readonly string[], output: Output, command: 'update' | 'resolve'): Promise<void> {
  const options = readOptions(parameters, command, command === 'update' ? [...texts, ...howItIs] : texts, true);
  if (options === undefined) return output.print(help);
  const { values, id } = options;
  const body = accept(updateIncidentBody, {
    body: writtenText(values, 'body'),
    components: affectedComponents(values),
    status: command === 'resolve' ? 'resolved' : values.status,
    impact: values.impact,
  });
  const services = await openServices(options, output);
  await tell(services, options, output, await updateIncident(services, authorOf(options), id, body));
}

async function tell(services: IncidentServices, { json, id }: Options, output: Output, outcome: IncidentOutcome): Promise<void> {
  if (outcome.kind !== 'written') throw refusalError(outcome, id);
  const incident = await viewIncident(services.store, outcome.incident);
  output.print(json ? JSON.stringify({ incident }) : describeIncident(incident));
}
