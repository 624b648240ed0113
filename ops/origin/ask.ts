/** `origin rotate` and `origin status`: asks the function that changes the origin secret. No value of it is ever shown. */
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { securityPolicy } from '../../contract/security-policy.ts';
import type { RotationReport } from '../../lambda/domain/origin-secret/rotate.ts';
import { openAccess } from '../access.ts';
import { type Command, OperatorError } from '../command.ts';
import { helpOn, onDeployment, readArguments } from '../parse-options.ts';

const { learnSeconds, rotateEverySeconds } = securityPolicy.originSecret;

const help = `npm run ops -- origin rotate
npm run ops -- origin status

rotate     makes the next origin secret now, though the present one is younger than ${rotateEverySeconds / 86_400} days: after somebody has seen it.
           The edge sends it once every function knows it, ${learnSeconds / 60} minutes later; nothing is refused meanwhile
status     changes nothing

${helpOn(onDeployment, 13)}`;

/** What a step means to whoever asked for it. */
const sentences: Readonly<Record<RotationReport['step'], string>> = {
  idle: 'nothing is under way',
  make_next: 'the next value is due',
  wait_for_functions: 'the next value is made, and the functions are learning it',
  send: 'the edge is being given the value that it should send',
  wait_for_edge: 'CloudFront is taking a change to its locations',
  promote: 'the edge sends the next value: it becomes the current one as soon as a request has come through with it',
  end_previous: 'the value before is about to end',
};

export function askCommand(wish: 'rotate' | 'report'): Command {
  return {
    async run(parameters, output) {
      const { local = false, json = false, help: wantsHelp = false } = readArguments(parameters, onDeployment, 'origin').values;
      if (wantsHelp) return output.print(help);
      const access = await openAccess(local);
      const FunctionName = await access.alias('PortiereEdge', 'Rotation');
      const { Payload, FunctionError } = await access.lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify({ wish }) }));
      const answer = JSON.parse(Buffer.from(Payload ?? []).toString('utf8') || 'null');
      if (FunctionError !== undefined) throw new OperatorError(`The function failed: ${answer?.errorMessage ?? FunctionError}.`);
      const report = answer as RotationReport;
      if (json) return output.print(JSON.stringify(report));
      output.print(`the origin secret was made at ${report.madeAt}`);
      if (wish === 'rotate' && report.step === 'make_next') output.print('the next value has been made; ask `origin status` for its way');
      else if (wish === 'rotate') output.print(`no value was made now: ${sentences[report.step]}`);
      else output.print(`${sentences[report.step]}${report.until === undefined ? '' : ` until ${report.until}`}`);
    },
  };
}
