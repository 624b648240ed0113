import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settingsSchema } from '../../contract/settings.ts';
import { normaliseEmail } from '../../lambda/domain/email-address.ts';
import { ConfigurationError, parseConfig, settingsOf } from '../../lib/config.ts';
import { disclosureSettingsOf } from '../../lib/disclosure-config.ts';
import { configWithDomain, minimalConfig } from './synthesize.ts';

function problemsOf(input: unknown): string[] {
  try {
    parseConfig(input);
  } catch (error) {
    if (error instanceof ConfigurationError) {
      return error.problems.map(({ field, value, fix }) => `${field} is ${value}: ${fix}`);
    }
    throw error;
  }
  return [];
}

describe('a configuration that is good', () => {
  test('is filled in with a European region, the policy and the profile of the page', () => {
    const config = parseConfig(minimalConfig);

    expect(config).toMatchObject({
      region: 'eu-south-1',
      passwordProfile: 'page',
      bcryptCost: 12,
      secondFactor: {
        requiredFor: 'staff',
        since: '1970-01-01T00:00:00Z',
        graceDays: 14,
        rememberDevices: false,
        staffPasskeys: false,
      },
      allowedOrigins: [],
      firewall: { mode: 'block', managedRules: 'block', anonymousAddresses: 'label', paidRuleGroups: [] },
      concurrency: {},
    });
    expect(config.site).toBeUndefined();
  });

  test('gives the functions settings that they accept, with staff addresses normalised', () => {
    const settings = settingsOf(parseConfig(configWithDomain));

    expect(settingsSchema.parse(settings)).toEqual(settings);
    expect(settings.siteOrigin).toBe('https://id.example.com');
    expect(settings.staff).toEqual(['ada@example.com']);
  });

  test('[P27] tells functions from where staff may act, in one spelling, and nothing where that is anywhere', () => {
    const some = settingsOf(parseConfig({ ...configWithDomain, staffNetworks: ['203.0.113.9', '2001:DB8::1/32', '203.0.113.9/32'] }));

    expect(some.staffNetworks).toEqual(['203.0.113.9/32', '2001:db8::/32']);
    expect(settingsSchema.parse(some)).toEqual(some);
    expect(settingsOf(parseConfig(configWithDomain))).not.toHaveProperty('staffNetworks');
  });

  test('[P27] reads an address of staff as the sign-in does, however it is written: who is staff there is staff here', () => {
    const written = ['Ada@Example.com', 'ada@bücher.example', 'ADA@BÜCHER.example', 'ada@xn--bcher-kva.example', 'bob@ｅxample.com'];

    const { staff } = settingsOf(parseConfig({ ...configWithDomain, staff: written }));

    expect(staff).toEqual(['ada@example.com', 'ada@xn--bcher-kva.example', 'bob@example.com']);
    expect(new Set(written.map((address) => normaliseEmail(address)))).toEqual(new Set(staff));
  });

  test('tells the function that takes reports who of staff hears of them, in one spelling; of all of them it says nothing', () => {
    const toldOf = (disclosure: object) =>
      disclosureSettingsOf(parseConfig({ ...configWithDomain, staff: ['ada@example.com', 'bob@example.com'], disclosure }).disclosure)
        .notify;

    expect([toldOf({}), toldOf({ notify: [] }), toldOf({ notify: ['Ada@Example.com'] })]).toEqual([undefined, [], ['ada@example.com']]);
  });

  test('may keep data outside Europe only when it says so', () => {
    expect(problemsOf({ ...minimalConfig, region: 'us-west-2', allowRegionsOutsideEurope: true })).toEqual([]);
  });
});

describe('a configuration that is wrong names the field, the value and the fix', () => {
  test.each<[string, object, RegExp]>([
    ['an empty product name', { productName: '' }, /^productName is "": give the name/],
    ['a product name of 61 characters', { productName: 'x'.repeat(61) }, /^productName is "x+": shorten it to at most 60/],
    ['a domain with a scheme', { domain: 'https://id.example.com' }, /^domain is "https:\/\/id.example.com": give a lower-case host name/],
    [
      'a client certificate without a domain',
      { firewall: { originMutualTls: { clientCertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b' } } },
      /^firewall.originMutualTls is .*: give a domain too/,
    ],
    [
      'a client certificate in another region',
      {
        ...configWithDomain,
        firewall: { originMutualTls: { clientCertificateArn: 'arn:aws:acm:eu-south-1:123456789012:certificate/0a1b' } },
      },
      /^firewall.originMutualTls.clientCertificateArn is .*: give the ARN of a certificate in us-east-1/,
    ],
    [
      'a truststore that is no object of S3',
      {
        ...configWithDomain,
        firewall: {
          originMutualTls: {
            clientCertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b',
            truststore: { uri: 'https://x/y' },
          },
        },
      },
      /^firewall.originMutualTls.truststore.uri is "https:..x.y": give where the truststore lies in S3/,
    ],
    ['a domain without a zone', { domain: 'id.example.com' }, /^hostedZone is missing: give \{ id, name \}/],
    ['a zone without a domain', { hostedZone: configWithDomain.hostedZone }, /^domain is missing: give the host name/],
    [
      'a zone id that is none',
      { ...configWithDomain, hostedZone: { id: 'example', name: 'example.com' } },
      /^hostedZone.id is "example": give the id/,
    ],
    [
      'a domain outside its zone',
      { ...configWithDomain, domain: 'id.example.org' },
      /^domain is "id.example.org": give a name inside the hosted zone/,
    ],
    ['a sender outside the zone', { ...configWithDomain, sender: 'a@example.org' }, /^sender is "a@example.org": give an address inside/],
    [
      'an origin with a path',
      { allowedOrigins: ['https://app.example.com/'] },
      /^allowedOrigins\[0\] is "https:\/\/app.example.com\/": give an origin alone/,
    ],
    ['a wildcard origin', { allowedOrigins: ['https://*.example.com'] }, /^allowedOrigins\[0\] is .*no wildcard/],
    ['an origin without TLS', { allowedOrigins: ['http://app.example.com'] }, /^allowedOrigins\[0\] is .*https/],
    ['a region outside Europe', { region: 'us-east-1' }, /^region is "us-east-1": give one of eu-south-1, .*allowRegionsOutsideEurope/],
    ['a region that is none', { region: 'Milan' }, /^region is "Milan": give an AWS region/],
    ['an account of 11 digits', { account: '12345678901' }, /^account is "12345678901": give the 12 digits/],
    ['nobody on call', { onCall: [] }, /^onCall is \[\]: an alarm that reaches nobody/],
    ['a phone without its country', { onCall: [{ sms: '0200000000' }] }, /^onCall\[0\].sms is "0200000000": .*E\.164/],
    ['a contact of two kinds', { onCall: [{ sms: '+390200000000', email: 'a@example.com' }] }, /^onCall\[0\] is .*exactly one of/],
    ['a webhook without TLS', { onCall: [{ https: 'http://example.com' }] }, /^onCall\[0\].https is .*: give the address of a webhook/],
    ['a sender that is no address', { sender: 'example.com' }, /^sender is "example.com": give the address/],
    ['staff that is no address', { staff: ['ada'] }, /^staff\[0\] is "ada": give an e-mail address/],
    ['a network of staff that is none', { staffNetworks: ['office'] }, /^staffNetworks\[0\] is "office": give an address or a CIDR block/],
    [
      'a mail about reports to somebody who is no staff',
      { staff: ['ada@example.com'], disclosure: { notify: ['ada@example.com', 'eve@example.com'] } },
      /^disclosure.notify is "eve@example.com": name members of `staff` alone/,
    ],
    [
      'a mail about reports to no address',
      { disclosure: { notify: 'ada@example.com' } },
      /^disclosure.notify is .*: give addresses of staff/,
    ],
    ['staff shut out of everywhere', { staffNetworks: [] }, /^staffNetworks is \[\]: give at least one address/],
    ['an unknown password profile', { passwordProfile: 'weak' }, /^passwordProfile is "weak": give one of page \(6 characters\)/],
    [
      'a second factor for some',
      { secondFactor: { requiredFor: 'some' } },
      /^secondFactor.requiredFor is "some": give one of nobody, staff, everyone/,
    ],
    ['a rule without an hour', { secondFactor: { since: '2026-09-01' } }, /^secondFactor.since is "2026-09-01": give an instant in UTC/],
    [
      'a grace of half a day',
      { secondFactor: { graceDays: 0.5 } },
      /^secondFactor.graceDays is 0.5: give a whole number of days from 0 to 90/,
    ],
    ['a grace over the ceiling', { secondFactor: { graceDays: 91 } }, /^secondFactor.graceDays is 91: /],
    ['a yes that is a word', { secondFactor: { rememberDevices: 'yes' } }, /^secondFactor.rememberDevices is "yes": give true or false/],
    ['a misspelt rule', { secondFactor: { passkeys: true } }, /^secondFactor.passkeys is true: .*known here: requiredFor, since/],
    [
      'passkeys for staff of whom nothing is asked',
      { secondFactor: { requiredFor: 'nobody', staffPasskeys: true } },
      /^secondFactor.requiredFor is "nobody": give staff or everyone/,
    ],
    ['a bcrypt cost under the floor', { policy: { bcryptCost: 9 } }, /^policy.bcryptCost is 9: give a whole number from 10 to 15/],
    ['a bcrypt cost over the ceiling', { policy: { bcryptCost: 16 } }, /^policy.bcryptCost is 16: /],
    ['a concurrency of nothing', { concurrency: { password: 0 } }, /^concurrency.password is 0: .*account quota/],
    ['a firewall that does nothing', { firewall: { mode: 'off' } }, /^firewall.mode is "off": give block or count/],
    [
      'a paid rule group that is none',
      { firewall: { paidRuleGroups: ['bots'] } },
      /^firewall.paidRuleGroups\[0\] is "bots": give one of bot-control, /,
    ],
    [
      'both levels of bot control',
      { firewall: { paidRuleGroups: ['bot-control', 'bot-control-targeted'] } },
      /^firewall.paidRuleGroups is .*give bot-control or bot-control-targeted/,
    ],
    [
      'an unknown way with anonymous addresses',
      { firewall: { anonymousAddresses: 'allow' } },
      /^firewall.anonymousAddresses is "allow": give label or block/,
    ],
    ['an unknown mode of the firewall', { firewall: { managedRules: 'off' } }, /^firewall.managedRules is "off": give block or count/],
    ['a field that nobody knows', { pasword: true }, /^pasword is true: remove it or correct its spelling; known here: productName/],
  ])('%s', (_, change, expected) => {
    const problems = problemsOf({ ...minimalConfig, ...change });

    expect(problems).toEqual([expect.stringMatching(expected)]);
  });

  test('all of it at once', () => {
    const problems = problemsOf({ ...minimalConfig, productName: '', sender: 'x', region: 'Milan' });

    expect(problems).toHaveLength(3);
  });

  test('and the synthesis ends with exit code 1, the sentences, and no stack trace', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'portiere-config-')), 'portiere.config.ts');
    writeFileSync(file, `export default ${JSON.stringify({ ...minimalConfig, sender: 'nobody', region: 'mars-1' })};`);

    const run = spawnSync(process.execPath, [join(__dirname, '../../bin/portiere.ts')], {
      encoding: 'utf8',
      env: { ...process.env, CDK_CONTEXT_JSON: JSON.stringify({ config: file }) },
    });

    expect(run.status).toBe(1);
    expect(run.stderr).toContain('needs 2 changes:');
    expect(run.stderr).toContain('sender is "nobody": give the address');
    expect(run.stderr).toContain('region is "mars-1"');
    expect(run.stderr).not.toMatch(/^\s+at /m);
  });
});
