/** `npm run ops -- waf explain`, from outside: a process, its output, its exit code. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.join(__dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'portiere-ops-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  readonly code: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly lastLine: string;
}

function ops(parameters: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Run> {
  return new Promise((resolve) => {
    const options = { cwd: root, env: { ...process.env, ...environment } };
    execFile(process.execPath, [path.join(root, 'ops/main.ts'), ...parameters], options, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr, lastLine: stdout.trimEnd().split('\n').at(-1) ?? '' }),
    );
  });
}

function explain(...parameters: string[]): Promise<Run> {
  return ops(['waf', 'explain', '--template', template, '--ip', '203.0.113.7', ...parameters]);
}

function writeAssembly(name: string, rules: readonly unknown[]): string {
  const directory = path.join(folder, name);
  mkdirSync(directory);
  const artifacts = {
    Firewall: { type: 'aws:cloudformation:stack', environment: 'aws://unknown-account/us-east-1', properties: { templateFile: 'f.json' } },
  };
  const Resources = {
    Blocked: { Type: 'AWS::WAFv2::IPSet', Properties: { Name: 'blocked', Scope: 'CLOUDFRONT', IPAddressVersion: 'IPV4', Addresses: [] } },
    WebAcl: { Type: 'AWS::WAFv2::WebACL', Properties: { Name: 'front', Scope: 'CLOUDFRONT', DefaultAction: { Allow: {} }, Rules: rules } },
  };
  writeFileSync(path.join(directory, 'manifest.json'), JSON.stringify({ version: '38.0.0', artifacts }));
  writeFileSync(path.join(directory, 'f.json'), JSON.stringify({ Resources }));
  return directory;
}

function writeFile(name: string, content: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

const none = [{ Priority: 0, Type: 'NONE' }];
const startsWith = (FieldToMatch: unknown, SearchString: string) => ({
  ByteMatchStatement: { FieldToMatch, SearchString, PositionalConstraint: 'STARTS_WITH', TextTransformations: none },
});
const inBlocked = { IPSetReferenceStatement: { Arn: { 'Fn::GetAtt': ['Blocked', 'Arn'] } } };
const rate = {
  RateBasedStatement: { Limit: 10, AggregateKeyType: 'IP', ScopeDownStatement: startsWith({ UriPath: {} }, '/v1/sign-in') },
};
const template = writeAssembly('usual', [
  { Name: 'blocked-addresses', Priority: 0, Statement: inBlocked, Action: { Block: {} } },
  { Name: 'rate', Priority: 1, Statement: rate, Action: { Block: { CustomResponse: { ResponseCode: 429 } } } },
  { Name: 'agent', Priority: 2, Statement: startsWith({ SingleHeader: { Name: 'user-agent' } }, 'BadBot'), Action: { Block: {} } },
  { Name: 'query', Priority: 3, Statement: startsWith({ QueryString: {} }, 'debug'), Action: { Block: {} } },
  { Name: 'body', Priority: 4, Statement: startsWith({ Body: {} }, '<'), Action: { Block: {} } },
  {
    Name: 'common',
    Priority: 5,
    Statement: { ManagedRuleGroupStatement: { VendorName: 'AWS', Name: 'AWSManagedRulesCommonRuleSet' } },
    OverrideAction: { None: {} },
  },
]);
const geographic = writeAssembly('geographic', [
  { Name: 'country', Priority: 0, Statement: { GeoMatchStatement: { CountryCodes: ['IT'] } }, Action: { Block: {} } },
]);
const impossible = writeAssembly('impossible', [
  { Name: 'asn', Priority: 0, Statement: { AsnMatchStatement: { AsnList: [64496] } }, Action: { Block: {} } },
]);

describe('The trace', () => {
  it('names each rule with its outcome and what it saw, and ends with the decision', async () => {
    const { code, stdout, lastLine } = await explain('--path', '/v1/sign-in', '--header', 'User-Agent: BadBot/1.0');

    expect(code).toBe(0);
    expect(stdout).toContain('0  blocked-addresses (BLOCK): not matched');
    expect(stdout).toContain('- the address is in blocked <- 203.0.113.7; the set is empty');
    expect(stdout).toContain('- more than 10 requests in 300 s by address <- request 1 of 10 for 203.0.113.7');
    expect(stdout).toContain('+ SingleHeader user-agent starts with "BadBot" <- "BadBot/1.0"');
    expect(stdout).toContain('5  common: not reached');
    expect(lastLine).toBe('BLOCK by agent, answered 403');
  });

  it('never takes what AWS alone evaluates for a pass', async () => {
    const { stdout, lastLine } = await explain();

    expect(stdout).toContain('common: not evaluated: the managed rule group AWS/AWSManagedRulesCommonRuleSet');
    expect(lastLine).toBe('ALLOW by default, unless AWS decides otherwise by what is not evaluated here: common');
  });

  it.each([
    ['the query behind the path', ['--path', '/x?debug=1'], 'query'],
    ['the query by itself', ['--query', 'debug=1'], 'query'],
    ['a body', ['--body', '<script>'], 'body'],
    ['a body from a file', ['--body', `@${writeFile('body.txt', '<script>')}`], 'body'],
  ])('takes %s', async (_, parameters, expected) => {
    expect((await explain(...parameters)).lastLine).toBe(`BLOCK by ${expected}, answered 403`);
  });

  it('tells from which request on a rate bites', async () => {
    const { stdout, lastLine } = await explain('--path', '/v1/sign-in', '--count', '11');

    expect(stdout).toContain('Requests 1 to 10: ALLOW by default');
    expect(lastLine).toBe('BLOCK by rate, answered 429');
  });

  it('takes IP sets from a file, to try a list before it bites', async () => {
    const { stdout, lastLine } = await explain('--ip-sets', writeFile('sets.json', '{"blocked": ["203.0.113.0/24"]}'));

    expect(stdout).toContain('IP sets: blocked 1');
    expect(stdout).toContain('+ the address is in blocked <- 203.0.113.7 is in 203.0.113.0/24, of 1 blocks');
    expect(lastLine).toBe('BLOCK by blocked-addresses, answered 403');
  });

  it('asks for the country only where a rule does, and takes it', async () => {
    const parameters = ['waf', 'explain', '--template', geographic, '--ip', '203.0.113.7'];

    const [without, italian, french] = await Promise.all([
      ops(parameters),
      ops([...parameters, '--country', 'IT-25']),
      ops([...parameters, '--country', 'FR']),
    ]);

    expect([without.code, without.stderr]).toEqual([2, 'A rule asks where the address is: say so by --country IT, or IT-25.\n']);
    expect(italian.stdout).toContain('adds the labels awswaf:clientip:geo:country:IT, awswaf:clientip:geo:region:IT-25');
    expect([italian.lastLine, french.lastLine]).toEqual(['BLOCK by country, answered 403', 'ALLOW by default']);
  });

  it('shows no control character of the request to the terminal', async () => {
    const { stdout } = await explain('--path', '/\u001b[31m', '--header', 'User-Agent: \u001b]0;x\u0007');

    expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  it('is one JSON object for machines', async () => {
    const { stdout } = await explain('--path', '/v1/sign-in', '--count', '11', '--json');

    expect(JSON.parse(stdout)).toMatchObject({
      webAcl: { name: 'front', template, ipSets: { blocked: 0 } },
      request: { sourceAddress: '203.0.113.7', method: 'GET', path: '/v1/sign-in', count: 11 },
      before: [{ from: 1, to: 10, action: 'ALLOW' }],
      trace: [{ name: 'blocked-addresses' }, { name: 'rate', rate: { count: 11, limit: 10 } }, {}, {}, {}, { outcome: 'not reached' }],
      decision: { action: 'BLOCK', rule: 'rate', response: { status: 429 } },
    });
  });
});

describe('What is wrong is one line on stderr, with exit code 2 and nothing on stdout', () => {
  const usual = ['waf', 'explain', '--template', template, '--ip', '203.0.113.7'];

  it.each<[string, string[], string]>([
    [
      'no command',
      [],
      'Say which command: the commands are audit, ip, origin, account, incident, report, status, page, evidence, restore, waf (--help tells more).',
    ],
    [
      'an unknown command',
      ['fly'],
      'There is no command "fly": the commands are audit, ip, origin, account, incident, report, status, page, evidence, restore, waf.',
    ],
    [
      'a name that every object has',
      ['constructor'],
      'There is no command "constructor": the commands are audit, ip, origin, account, incident, report, status, page, evidence, restore, waf.',
    ],
    ['an unknown command of waf', ['waf', 'fly'], 'There is no command "fly": the commands are explain, report.'],
    ['no address', ['waf', 'explain'], 'Say where the request comes from, as in --ip 203.0.113.7.'],
    ['a bad address', ['waf', 'explain', '--ip', '203.0.113'], '--ip "203.0.113" is no address: write it as 203.0.113.7 or 2001:db8::7.'],
    ['an unknown option', [...usual, '--fly'], "Unknown option '--fly' (waf explain --help tells the options)."],
    ['a relative path', [...usual, '--path', 'v1'], '--path "v1" does not begin with a slash.'],
    ['a header without a colon', [...usual, '--header', 'x'], `--header "x" is no header: write it as 'User-Agent: curl'.`],
    ['no count', [...usual, '--count', '0'], '--count "0" is no number from 1 to 1000000.'],
    ['a country by name', [...usual, '--country', 'Italy'], '--country "Italy" is no ISO 3166 code: write it as IT or IT-25.'],
    ['a body that is not there', [...usual, '--body', '@/none'], 'The file of --body, "/none", can\'t be read.'],
    [
      'a folder without a template',
      ['waf', 'explain', '--ip', '::1', '--template', '/none'],
      '/none is no cloud assembly: it has no manifest.json.',
    ],
    ['IP sets that are not there', [...usual, '--ip-sets', '/none'], 'The file of --ip-sets, "/none", can\'t be read as JSON.'],
    [
      'an IP set that the template has not',
      [...usual, '--ip-sets', writeFile('unknown.json', '{"other": []}')],
      `${path.join(folder, 'unknown.json')}: the template has no IP set "other", only blocked.`,
    ],
    [
      'a rule that can not be evaluated',
      ['waf', 'explain', '--ip', '::1', '--template', impossible],
      'rule "asn", Statement.AsnMatchStatement: AsnMatchStatement is not evaluated.',
    ],
    [
      'a set with something else than blocks',
      [...usual, '--ip-sets', writeFile('html.json', '{"blocked": ["<html>"]}')],
      '"<html>" is not a CIDR block.',
    ],
  ])('%s', async (_, parameters, message) => {
    const { code, stdout, stderr } = await ops(parameters);

    expect([code, stdout, stderr.trimEnd().split('\n').length]).toEqual([2, '', 1]);
    expect(stderr).toContain(message);
  });
});

it.each([['--help'], ['waf', '--help'], ['waf', 'explain', '--help']])('help is no error: %s', async (...parameters) => {
  const { code, stdout, stderr } = await ops(parameters);

  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('npm run ops --');
});

it('where nothing is synthesized yet it synthesizes, says so, and explains the rules that would be deployed', async () => {
  const environment = { CDK_OUTDIR: path.join(folder, 'fresh'), BUILD_DIR: path.join(folder, 'build') };

  const { code, stderr, lastLine } = await ops(
    ['waf', 'explain', '--ip', '203.0.113.7', '--path', '/v1/sign-in', '--count', '101'],
    environment,
  );

  expect([code, stderr]).toEqual([0, `There is no template in ${path.join(folder, 'fresh')} yet: synthesizing it ...\n`]);
  expect(lastLine).toBe('BLOCK by rate-of-credentials, answered 429');
}, 600_000);
