/** `report list` and `report show`. */
import { findReport, recordHandling } from '../../lambda/domain/disclosure/triage.ts';
import { listReports, viewReport } from '../../lambda/domain/disclosure/view.ts';
import type { Command } from '../command.ts';
import { describeReport, describeSummary } from './describe.ts';
import { help, readOptions } from './options.ts';
import { handlerOf, type OpenServices, openServices, refusalError } from './services.ts';

export const createListCommand = (open: OpenServices): Command => ({
  async run(parameters, output) {
    const options = readOptions(parameters, 'list', [], []);
    if (options === undefined) return output.print(help);
    const list = await listReports(await open(options));
    if (options.json) return output.print(JSON.stringify(list));
    for (const report of list.reports) output.print(describeSummary(report));
    if (list.reports.length === 0) output.print('there is nothing');
    if (!list.isComplete) output.note('There are more, which are due later.');
  },
});

export const createShowCommand = (open: OpenServices): Command => ({
  async run(parameters, output) {
    const options = readOptions(parameters, 'show', [], ['ID']);
    if (options === undefined) return output.print(help);
    const [id = ''] = options.words;
    const services = await open(options);
    const report = await findReport(services.store, id);
    if (report === undefined) throw refusalError({ kind: 'not_found' }, id);
    await recordHandling(services, handlerOf(options), 'report.viewed', id, '');
    const view = await viewReport(services, report);
    output.print(options.json ? JSON.stringify(view) : describeReport(view));
  },
});

export const listCommand = createListCommand(openServices);
export const showCommand = createShowCommand(openServices);
