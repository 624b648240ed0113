/** What `waf explain` is asked, from its options. */
import { readFileSync } from 'node:fs';
import { OperatorError } from '../command.ts';
import { common, helpOn, onDeployment, readArguments } from '../parse-options.ts';

export interface ExplainOptions {
  readonly ip: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
  readonly country: string | undefined;
  readonly region: string | undefined;
  readonly count: number;
  /** Folder of a cloud assembly; undefined for the one that a synthesis leaves. */
  readonly template: string | undefined;
  /** File with the content of IP sets. */
  readonly ipSets: string | undefined;
  /** Template and IP sets of the local system that runs. */
  readonly isLocal: boolean;
  readonly json: boolean;
}

export const help = `npm run ops -- waf explain --ip ADDRESS [options]

Decides one request by the rules of the synthesized web ACL, as AWS WAF would, and says why: each rule in order, what
its statements asked and what they saw. The last line is the decision. Nothing is sent anywhere.

  --ip ADDRESS          where the request comes from, IPv4 or IPv6
  --path PATH           as sent, percent-encoded; / if absent; a query may follow behind ?
  --query TEXT          without the question mark
  --method METHOD       GET, or POST with a body, if absent
  --header 'NAME: VALUE'  as often as there are headers; none is added
  --body TEXT           or @FILE for its content
  --country CODE        where the address is: IT, or IT-25 with the region; asked for by rules on countries alone
  --count N             send it N times at one instant, and explain the last: 101 for a limit of 100
  --template DIR        cloud assembly to read; cdk.out if absent, synthesized first where there is none
  --ip-sets FILE        JSON with what the IP sets hold: {"portiere-blocked-ipv4": ["203.0.113.0/24"]}; as the template
                        leaves them if absent
  --local               the template and the IP sets of the local system that runs (found by CONSOLE_PORT), as they are now
${helpOn(common, 24)}

The trace quotes the request: keep it out of logs when the request is somebody else's.`;

const options = {
  ip: { type: 'string' },
  path: { type: 'string' },
  query: { type: 'string' },
  method: { type: 'string' },
  header: { type: 'string', multiple: true },
  body: { type: 'string' },
  country: { type: 'string' },
  count: { type: 'string' },
  template: { type: 'string' },
  'ip-sets': { type: 'string' },
  ...onDeployment,
} as const;

const mostRequests = 1_000_000;

/** @throws OperatorError naming the option that is wrong; undefined when only help is asked for */
export function readOptions(parameters: readonly string[]): ExplainOptions | undefined {
  const { values } = readArguments(parameters, options, 'waf explain');
  if (values.help) return undefined;
  if (values.ip === undefined) throw new OperatorError('Say where the request comes from, as in --ip 203.0.113.7.');
  const [path = '', ...rest] = (values.path ?? '/').split('?');
  if (!path.startsWith('/')) throw new OperatorError(`--path ${JSON.stringify(values.path)} does not begin with a slash.`);
  if (rest.length > 0 && values.query !== undefined) throw new OperatorError('Give the query behind --path or by --query, not both.');
  if (values.local && (values.template ?? values['ip-sets']) !== undefined) {
    throw new OperatorError('Give --local, which brings template and IP sets, or name them by --template and --ip-sets.');
  }
  const body = readBody(values.body);
  const [country, region] = readCountry(values.country);
  return {
    ip: values.ip,
    method: values.method ?? (values.body === undefined ? 'GET' : 'POST'),
    path,
    query: values.query ?? rest.join('?'),
    headers: (values.header ?? []).map(readHeader),
    body,
    country,
    region,
    count: readCount(values.count),
    template: values.template,
    ipSets: values['ip-sets'],
    isLocal: values.local ?? false,
    json: values.json ?? false,
  };
}

function readHeader(text: string): readonly [string, string] {
  const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new OperatorError(`--header ${JSON.stringify(text)} is no header: write it as 'User-Agent: curl'.`);
  }
  return [name, value];
}

function readBody(text: string | undefined): Uint8Array {
  if (!text?.startsWith('@')) return Buffer.from(text ?? '', 'utf8');
  const file = text.slice(1);
  try {
    return readFileSync(file);
  } catch {
    throw new OperatorError(`The file of --body, ${JSON.stringify(file)}, can't be read.`);
  }
}

function readCountry(text: string | undefined): readonly [string | undefined, string | undefined] {
  if (text === undefined) return [undefined, undefined];
  const [, country, region] = /^([A-Z]{2})(?:-([0-9A-Z]{1,3}))?$/.exec(text) ?? [];
  if (country === undefined) throw new OperatorError(`--country ${JSON.stringify(text)} is no ISO 3166 code: write it as IT or IT-25.`);
  return [country, region];
}

function readCount(text = '1'): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > mostRequests) {
    throw new OperatorError(`--count ${JSON.stringify(text)} is no number from 1 to ${mostRequests}.`);
  }
  return count;
}
