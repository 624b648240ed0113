/** `report state`, `report answer` and `report note`: one update each, as staff make it on their page. */
import { updateReport } from '../../lambda/domain/disclosure/triage.ts';
import { viewReport } from '../../lambda/domain/disclosure/view.ts';
import { type Command, OperatorError, type Output } from '../command.ts';
import { describeSummary } from './describe.ts';
import { accept, help, type Options, readOptions } from './options.ts';
import { handlerOf, type OpenServices, openServices, refusalError } from './services.ts';

export const createStateCommand = (open: OpenServices): Command => ({
  async run(parameters, output) {
    const options = readOptions(parameters, 'state', ['answer', 'severity', 'owner', 'duplicate-of', 'site'], ['ID', 'STATE']);
    if (options === undefined) return output.print(help);
    const { answer, severity, owner, 'duplicate-of': duplicateOf } = options.values;
    await update(open, options, output, { state: options.words[1], answer, severity, owner, duplicateOf });
  },
});

export const createAnswerCommand = (open: OpenServices): Command => ({
  async run(parameters, output) {
    const options = readOptions(parameters, 'answer', ['text', 'site'], ['ID']);
    if (options === undefined) return output.print(help);
    await update(open, options, output, { answer: textOf(options) });
  },
});

export const createNoteCommand = (open: OpenServices): Command => ({
  async run(parameters, output) {
    const options = readOptions(parameters, 'note', ['text'], ['ID']);
    if (options === undefined) return output.print(help);
    await update(open, options, output, { note: textOf(options) });
  },
});

function textOf({ values }: Options): string {
  if (values.text === undefined) throw new OperatorError('Say what by --text TEXT.');
  return values.text;
}

async function update(open: OpenServices, options: Options, output: Output, input: Readonly<Record<string, unknown>>): Promise<void> {
  const body = accept(input);
  const [id = ''] = options.words;
  const services = await open(options);
  const outcome = await updateReport(services, handlerOf(options), id, body);
  if (outcome.kind !== 'updated') throw refusalError(outcome, id);
  const view = await viewReport(services, outcome.report);
  output.print(options.json ? JSON.stringify(view) : describeSummary(view));
  if (options.site === undefined && (body.answer !== undefined || body.state !== undefined)) {
    output.note('The reporter is not told by mail: --site would.');
  }
}

export const stateCommand = createStateCommand(openServices);
export const answerCommand = createAnswerCommand(openServices);
export const noteCommand = createNoteCommand(openServices);
