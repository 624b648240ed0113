/** `npm run ops -- waf report`: over a log in the form that AWS WAF writes, and over a local system's decisions. */
import { execFile } from 'node:child_process';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { readLogRecord } from '../../ops/waf/report/findings.ts';
import { Summariser } from '../../ops/waf/report/summarise.ts';

const root = path.join(__dirname, '../..');

/** Fields as in the AWS WAF guide, "Log fields for web ACL traffic" and its examples. */
function record(more: Record<string, unknown> = {}, uri = '/v1/sign-in', clientIp = '203.0.113.7'): string {
  return JSON.stringify({
    timestamp: Date.now() - 60_000,
    formatVersion: 1,
    webaclId: 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/portiere/example',
    terminatingRuleId: 'Default_Action',
    terminatingRuleType: 'REGULAR',
    action: 'ALLOW',
    ruleGroupList: [],
    rateBasedRuleList: [],
    nonTerminatingMatchingRules: [],
    httpRequest: { clientIp, country: 'IT', headers: [], uri, args: '', httpVersion: 'HTTP/2.0', httpMethod: 'POST', requestId: 'r' },
    ...more,
  });
}
const counted = (...rules: string[]) => ({ nonTerminatingMatchingRules: rules.map((ruleId) => ({ ruleId, action: 'COUNT' })) });
const blocked = (rule: string) => ({ action: 'BLOCK', terminatingRuleId: rule });
const group = (name: string, rule: string) => ({
  ruleGroupList: [{ ruleGroupId: `AWS#${name}`, terminatingRule: { ruleId: rule, action: 'BLOCK' }, nonTerminatingMatchingRules: [] }],
});

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function report(parameters: readonly string[], environment: NodeJS.ProcessEnv): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const options = { cwd: root, env: { ...process.env, ...environment } };
    execFile(process.execPath, [path.join(root, 'ops/main.ts'), 'waf', 'report', ...parameters], options, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

/** CloudWatch Logs with these pages of records. */
async function createLogs(pages: readonly (readonly string[])[] | 'missing') {
  const asked: Record<string, unknown>[] = [];
  const port = await serve((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
      asked.push({ target: request.headers['x-amz-target'], ...body });
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      if (pages === 'missing') {
        response
          .writeHead(400)
          .end(JSON.stringify({ __type: 'ResourceNotFoundException', message: 'The specified log group does not exist.' }));
        return;
      }
      const page = Number(body.nextToken ?? 0);
      const events = (pages[page] ?? []).map((message) => ({ message, timestamp: 1, eventId: '1' }));
      response.end(JSON.stringify({ events, ...(page + 1 < pages.length && { nextToken: String(page + 1) }) }));
    });
  });
  const environment = {
    AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
    AWS_REGION: 'eu-south-1',
  };
  return { asked, environment };
}

test('what only counted is what would have been blocked, by rule, address and path, over every page of the log', async () => {
  const { asked, environment } = await createLogs([
    [
      record(counted('rate-of-credentials')),
      record(counted('rate-of-credentials', 'rate-of-everything'), '/v1/accounts'),
      record(
        { ...counted('AWSManagedRulesCommonRuleSet'), ...group('AWSManagedRulesCommonRuleSet', 'NoUserAgent_HEADER') },
        '/',
        '2001:db8::7',
      ),
    ],
    [record(blocked('blocked-addresses'), '/', '198.51.100.9'), record(counted('label-hosting')), record(), 'not a record'],
  ]);

  const { code, stdout } = await report(['--hours', '2', '--json'], environment);

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    blocked: 1,
    wouldHaveBlocked: 3,
    isComplete: true,
    rules: [
      {
        rule: 'rate-of-credentials',
        blocked: 0,
        wouldHaveBlocked: 2,
        addresses: [{ value: '203.0.113.7', requests: 2 }],
        paths: [
          { value: 'POST /v1/accounts', requests: 1 },
          { value: 'POST /v1/sign-in', requests: 1 },
        ],
      },
      { rule: 'AWSManagedRulesCommonRuleSet/NoUserAgent_HEADER', wouldHaveBlocked: 1, addresses: [{ value: '2001:db8::7', requests: 1 }] },
      { rule: 'blocked-addresses', blocked: 1, wouldHaveBlocked: 0, addresses: [{ value: '198.51.100.9', requests: 1 }] },
      { rule: 'rate-of-everything', blocked: 0, wouldHaveBlocked: 1 },
    ],
  });
  expect(asked.map(({ target, logGroupName }) => [target, logGroupName])).toEqual([
    ['Logs_20140328.FilterLogEvents', 'aws-waf-logs-portiere'],
    ['Logs_20140328.FilterLogEvents', 'aws-waf-logs-portiere'],
  ]);
});

test('a path can’t speak to the operator’s terminal', async () => {
  const { environment } = await createLogs([[record(blocked('blocked-addresses'), '/\u001b]0;owned\u0007')]]);

  const { stdout } = await report([], environment);

  expect(stdout).toContain('/\\u001b]0;owned\\u0007');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there.
  expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
});

test.each<[string, string[], RegExp]>([
  ['a log that is not there', [], /There is no log group aws-waf-logs-portiere in us-east-1: is PortiereFirewall deployed/],
  ['hours that are none', ['--hours', '0'], /--hours "0" is no whole number from 1 to 720/],
  ['an option that there is not', ['--days', '3'], /'--days'.*waf report --help/],
])('%s is one sentence, and exit code 2', async (_, parameters, sentence) => {
  const { environment } = await createLogs('missing');

  const { code, stdout, stderr } = await report(parameters, environment);

  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(sentence);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});

test('of the local system, a request that several rules counted is one', async () => {
  const at = (second: number) => `2026-11-28T11:59:0${second}.000Z`;
  const entry = (second: number, rule: string, action: string) => ({
    viewer: '127.0.0.9',
    rule,
    action,
    method: 'POST',
    path: '/v1/sign-in',
    at: at(second),
  });
  const decisions = [
    entry(2, 'Default_Action', 'ALLOW'),
    entry(2, 'rate-of-credentials', 'COUNT'),
    entry(2, 'blocked-addresses', 'COUNT'),
    entry(1, 'blocked-addresses', 'BLOCK'),
    entry(0, 'Default_Action', 'ALLOW'),
  ];
  const answers: Record<string, unknown> = { '/api/clock': { now: '2026-11-28T12:00:00.000Z' }, '/api/waf': decisions };
  const port = await serve((request, response) => response.end(JSON.stringify(answers[request.url ?? ''])));

  const { stdout } = await report(['--local'], { CONSOLE_PORT: String(port) });

  expect(stdout).toContain('1 requests blocked, 1 would have been');
  expect(stdout).toMatch(/blocked-addresses {2}blocked 1, would have blocked 1/);
  expect(stdout).toMatch(/rate-of-credentials {2}blocked 0, would have blocked 1/);
});

test('a flood of made-up paths does not fill the memory', () => {
  const summariser = new Summariser(2);

  for (let index = 0; index < 12_000; index++) {
    const finding = readLogRecord(record(blocked('rate-of-everything'), `/${index}`));
    if (finding) summariser.add(finding);
  }

  const [rule] = summariser.summary().rules;
  expect(rule?.blocked).toBe(12_000);
  expect(rule?.pathCount).toBe(10_001);
  expect(rule?.paths[0]).toEqual({ value: '(others)', requests: 2000 });
});
