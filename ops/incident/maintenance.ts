/** `incident maintenance schedule`, `update` and `cancel`. */
import { cancelMaintenanceBody, scheduleMaintenanceBody, updateMaintenanceBody } from '../../contract/incident-bodies.ts';
import {
  cancelMaintenance,
  type MaintenanceOutcome,
  scheduleMaintenance,
  updateMaintenance,
} from '../../lambda/domain/incidents/maintenance.ts';
import { type Command, groupCommands, type Output } from '../command.ts';
import { describeMaintenance } from './describe.ts';
import { accept, help, type Options, readOptions, writtenText } from './options.ts';
import { authorOf, openServices, refusalError } from './services.ts';

const texts = ['body', 'body-it'] as const;

const schedule: Command = {
  async run(parameters, output) {
    const options = readOptions(parameters, 'maintenance schedule', ['name', 'name-it', 'component', 'from', 'until', ...texts], false);
    if (options === undefined) return output.print(help);
    const { values } = options;
    const body = accept(scheduleMaintenanceBody, {
      name: writtenText(values, 'name'),
      body: writtenText(values, 'body'),
      components: values.component,
      scheduledFor: values.from,
      scheduledUntil: values.until,
    });
    const services = await openServices(options, output);
    tell(options, output, await scheduleMaintenance(services, authorOf(options), body));
  },
};

const update: Command = {
  async run(parameters, output) {
    const options = readOptions(parameters, 'maintenance update', ['status', 'from', 'until', ...texts], true);
    if (options === undefined) return output.print(help);
    const { values, id } = options;
    const body = accept(updateMaintenanceBody, {
      body: writtenText(values, 'body'),
      status: values.status,
      scheduledFor: values.from,
      scheduledUntil: values.until,
    });
    const services = await openServices(options, output);
    tell(options, output, await updateMaintenance(services, authorOf(options), id, body));
  },
};

const cancel: Command = {
  async run(parameters, output) {
    const options = readOptions(parameters, 'maintenance cancel', texts, true);
    if (options === undefined) return output.print(help);
    const body = accept(cancelMaintenanceBody, { body: writtenText(options.values, 'body') });
    const services = await openServices(options, output);
    tell(options, output, await cancelMaintenance(services, authorOf(options), options.id, body));
  },
};

export const maintenance = groupCommands('npm run ops -- incident maintenance', {
  schedule: { summary: 'announce it: it begins and ends by the clock', load: async () => schedule },
  update: { summary: 'say how it goes on, move its end, begin or end it by hand', load: async () => update },
  cancel: { summary: 'call it off before it begins', load: async () => cancel },
});

function tell({ json, id }: Options, output: Output, outcome: MaintenanceOutcome): void {
  if (outcome.kind !== 'written') throw refusalError(outcome, id);
  const { content } = outcome.maintenance;
  output.print(json ? JSON.stringify({ maintenance: content }) : describeMaintenance(content));
}
