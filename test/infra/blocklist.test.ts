/** The blocklist as it is deployed: who may write which sets, who calls it, and what a configuration may say. */

import { alarms } from '../../contract/alarms.ts';
import { blocklistSettings } from '../../contract/blocks.ts';
import { type ConfigurationError, parseConfig } from '../../lib/config.ts';
import { minimalConfig, only, type Properties, type Synthesized, synthesize } from './synthesize.ts';

let synthesized: Synthesized;
beforeAll(() => {
  synthesized = synthesize({ ...minimalConfig, blocklist: { allow: ['192.0.2.7', '2001:DB8:1::/48'] } });
});

const statements = (start: string): Properties[] =>
  only(synthesized.ofType('AWS::IAM::Role'), start).properties.Policies.flatMap(
    ({ PolicyDocument }: Properties) => PolicyDocument.Statement,
  );
const functionOf = (start: string) => only(synthesized.ofType('AWS::Lambda::Function'), start).properties;

describe('the function blocklist', () => {
  test('[P15] alone may write IP sets: exactly the two of blocked addresses', () => {
    const writers = synthesized
      .ofType('AWS::IAM::Role')
      .filter(({ properties }) => JSON.stringify(properties).includes('wafv2:'))
      .map(({ logicalId }) => logicalId.replace(/[0-9A-F]{8}$/, ''));
    const [statement] = statements('BlocklistRole').filter(({ Sid }) => Sid === 'IpSets');

    expect(writers).toEqual(['BlocklistRole']);
    expect(statement.Action).toEqual(['wafv2:GetIPSet', 'wafv2:UpdateIPSet']);
    expect(statement.Resource).toHaveLength(2);
    expect(JSON.stringify(statement.Resource)).toMatch(/BlockedV4Arn.*BlockedV6Arn/);
  });

  test('[P15] reaches no person: neither accounts nor credentials, no secret and no mail', () => {
    expect(JSON.stringify(statements('BlocklistRole'))).not.toMatch(/AccountsTable|CredentialsTable|AttemptsTable|secretsmanager|ses:/);
  });

  test('[P15] is called by its queue and by the clock, every five minutes', () => {
    const rule = only(synthesized.ofType('AWS::Events::Rule'), 'BlocklistSchedule').properties;
    const mapping = only(synthesized.ofType('AWS::Lambda::EventSourceMapping'), 'BlocklistConsumes').properties;

    expect(rule).toMatchObject({ ScheduleExpression: 'rate(5 minutes)', State: 'ENABLED' });
    expect(JSON.stringify(rule.Targets)).toContain('BlocklistLive');
    expect(mapping).toMatchObject({ FunctionResponseTypes: ['ReportBatchItemFailures'], ScalingConfig: { MaximumConcurrency: 2 } });
  });

  test('[P15] is asked for blocks by what sees guesses, by what sees traps, by staff, and by nobody else of ours', () => {
    const senders = synthesized
      .ofType('AWS::IAM::Role')
      .filter(({ properties }) => JSON.stringify(properties).includes('SendToBlocks'))
      .map(({ logicalId }) => logicalId.replace(/[0-9A-F]{8}$/, ''));

    expect(senders.sort()).toEqual(['AdminRole', 'PasswordRole', 'PublicRole']);
  });

  test('alone is told feeds and the allow-list, in the spelling of WAF', () => {
    const { PORTIERE_BLOCKLIST } = functionOf('BlocklistFunction').Environment.Variables;

    expect(blocklistSettings.parse(JSON.parse(PORTIERE_BLOCKLIST))).toMatchObject({
      allow: ['192.0.2.7/32', '2001:db8:1::/48'],
      feeds: [{ id: 'spamhaus-drop-v4' }, { id: 'spamhaus-drop-v6' }, { id: 'emerging-threats' }],
    });
    expect(functionOf('PasswordFunction').Environment.Variables.PORTIERE_BLOCKLIST).toBeUndefined();
  });

  test('has its alarms: on errors of its own, its dead letters, feeds, fill, edits, surges and silence', () => {
    const names = synthesized.ofType('AWS::CloudWatch::Alarm').map(({ properties }) => properties.AlarmName);
    const expected = Object.keys(alarms)
      .filter((id) => id.startsWith('Blocklist/'))
      .map((id) => `portiere-${id.replace('/', '-')}`);

    expect(names.filter((name) => name.startsWith('portiere-Blocklist-')).sort()).toEqual(expected.sort());
    expect(expected).toHaveLength(7);
  });
});

describe('the IP sets', () => {
  test("[P15] of allowed addresses are the configuration's, and those of blocked ones no deployment touches", () => {
    const contents = Object.fromEntries(
      synthesized.ofType('AWS::WAFv2::IPSet').map(({ logicalId, properties }) => [logicalId, properties.Addresses]),
    );

    expect(contents).toEqual({ AllowedV4: ['192.0.2.7/32'], AllowedV6: ['2001:db8:1::/48'], BlockedV4: [], BlockedV6: [] });
  });
});

describe('a configuration of the blocklist that is wrong names the field and the fix', () => {
  const list = { id: 'ours', url: 'https://lists.example.com/a.txt', format: 'address-lines' as const };

  test.each<[string, object, RegExp]>([
    ['a feed that nobody knows', { feeds: ['spamhouse'] }, /^blocklist.feeds\[0\].* give one of spamhaus-drop-v4/],
    ['a feed over plain HTTP', { feeds: [{ ...list, url: 'http://lists.example.com/a.txt' }] }, /blocklist.feeds\[0\].*/],
    ['a feed with a password in its address', { feeds: [{ ...list, url: 'https://a:b@lists.example.com/' }] }, /blocklist.feeds\[0\]/],
    ['a feed under two names', { feeds: [list, { ...list, id: 'again' }] }, /give each url once/],
    ['a feed twice', { feeds: ['tor-exits', 'tor-exits'] }, /give each feed once/],
    ['an allowed name', { allow: ['office.example.com'] }, /^blocklist.allow\[0\] is "office.example.com": give an address/],
    ['everybody allowed', { allow: ['0.0.0.0/0'] }, /^blocklist.allow\[0\]/],
    ['an octal address', { allow: ['010.0.0.1'] }, /^blocklist.allow\[0\]/],
    ['a slip of the pen', { feed: [] }, /^blocklist.feed .* known here: feeds, allow, blockableReserved/],
  ])('%s', (_, blocklist, problem) => {
    let found: string[] = [];
    try {
      parseConfig({ ...minimalConfig, blocklist });
    } catch (error) {
      found = (error as ConfigurationError).problems.map(({ field, value, fix }) => `${field} is ${value}: ${fix}`);
    }

    expect(found).toEqual([expect.stringMatching(problem)]);
  });

  test('and one that is right gives a list of its own', () => {
    expect(parseConfig({ ...minimalConfig, blocklist: { feeds: [list, 'tor-exits'] } }).blocklist.feeds).toMatchObject([
      list,
      { id: 'tor-exits' },
    ]);
  });
});
