/** `incident list`: as staff see it on their page. */
import { readOverview } from '../../lambda/domain/incidents/view.ts';
import type { Command } from '../command.ts';
import { describeIncident, describeMaintenance } from './describe.ts';
import { help, readOptions } from './options.ts';
import { openServices } from './services.ts';

export const listCommand: Command = {
  async run(parameters, output) {
    const options = readOptions(parameters, 'list', [], false);
    if (options === undefined) return output.print(help);
    const { store, clock } = await openServices(options, output);
    const overview = await readOverview(store, clock.now());
    if (options.json) return output.print(JSON.stringify(overview));
    for (const incident of overview.incidents) output.print(describeIncident(incident));
    for (const maintenance of overview.maintenances) output.print(describeMaintenance(maintenance));
    if (overview.incidents.length + overview.maintenances.length === 0) output.print('there is nothing');
  },
};
