/** `waf explain`: one request, decided by the synthesized rules, with the reasons. */
import { isIP } from 'node:net';
import { createRateState, type Decision, type Explanation, evaluate, explain, type WebRequest } from '../../waf/index.ts';
import { type Command, OperatorError, type Output } from '../command.ts';
import { describeExplanation } from './describe.ts';
import { type ExplainOptions, help, readOptions } from './options.ts';
import { readFirewall, type SynthesizedFirewall } from './template.ts';

/** Requests in a row that were decided alike. */
export interface Run {
  readonly from: number;
  to: number;
  readonly action: Decision['action'];
  readonly rule: string | undefined;
}

export interface Answer extends Explanation {
  readonly firewall: SynthesizedFirewall;
  readonly request: WebRequest;
  readonly count: number;
  /** All requests but the last, which is explained. */
  readonly before: readonly Run[];
}

export const explainCommand: Command = {
  async run(parameters, output) {
    const options = readOptions(parameters);
    if (options === undefined) {
      output.print(help);
      return;
    }
    const answer = await answerFor(options, output);
    if (options.json) output.print(JSON.stringify(toJson(answer), null, 2));
    else for (const line of describeExplanation(answer)) output.print(line);
  },
};

async function answerFor(options: ExplainOptions, output: Output): Promise<Answer> {
  const { ip, method, path, query, headers, body, country, region, count, template, ipSets, isLocal } = options;
  if (isIP(ip) === 0 || ip.includes('%'))
    throw new OperatorError(`--ip ${JSON.stringify(ip)} is no address: write it as 203.0.113.7 or 2001:db8::7.`);
  const locate = () => {
    if (country === undefined) throw new OperatorError('A rule asks where the address is: say so by --country IT, or IT-25.');
    return region === undefined ? { country } : { country, region };
  };
  // Its client of AWS is half of what it takes to start: loaded only where it asks.
  const running = isLocal ? await (await import('./running.ts')).readRunning() : undefined;
  const firewall = await readFirewall({ template, ipSets, locate, ...running }, output);
  const request: WebRequest = { at: Date.now(), sourceAddress: ip, method, path, query, headers, body };
  const state = createRateState();
  const before: Run[] = [];
  for (let number = 1; number < count; number++) {
    const { action, rule } = evaluate(firewall.webAcl, firewall.ipSets, request, state);
    const last = before.at(-1);
    if (last !== undefined && last.action === action && last.rule === rule) last.to = number;
    else before.push({ from: number, to: number, action, rule });
  }
  return { ...explain(firewall.webAcl, firewall.ipSets, request, state), firewall, request, count, before };
}

function toJson({ firewall, request, count, before, decision, trace }: Answer): unknown {
  const { webAcl, directory, synthesizedAt, sizes } = firewall;
  const { sourceAddress, method, path, query, headers, body } = request;
  return {
    webAcl: { name: webAcl.name, template: directory, synthesizedAt, ipSets: sizes },
    request: { sourceAddress, method, path, query, headers, bodyBytes: body.byteLength, count },
    before,
    trace,
    decision,
  };
}
