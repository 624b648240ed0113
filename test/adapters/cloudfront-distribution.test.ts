/** The adapter against the local system's CloudFront, with its role; and what it makes of a document as CloudFront writes them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFrontDistribution } from '../../lambda/adapters/cloudfront-distribution.ts';
import { readDistribution, replaceOriginHeader } from '../../lambda/adapters/distribution-document.ts';
import { type RunningServices, role, startOn, writeAssembly } from '../local/services-fixture.ts';

const arnOfSite = { 'Fn::Join': ['', ['arn:aws:cloudfront::000000000000:distribution/', { Ref: 'Site' }]] };
const assemblyWith = (comment: string) =>
  writeAssembly({
    Edge: {
      template: {
        Resources: {
          Rotation: role({ Action: ['cloudfront:GetDistribution', 'cloudfront:UpdateDistribution'], Resource: arnOfSite }),
          Reader: role({ Action: 'cloudfront:GetDistribution', Resource: arnOfSite }),
          Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { SecretString: 'first' } },
          Site: {
            Type: 'AWS::CloudFront::Distribution',
            Properties: {
              DistributionConfig: {
                Comment: comment,
                Origins: [
                  { Id: 'web', DomainName: 'web.s3.amazonaws.com' },
                  {
                    Id: 'api',
                    DomainName: 'api.example.com',
                    OriginCustomHeaders: [
                      { HeaderName: 'x-other', HeaderValue: 'a & b' },
                      {
                        HeaderName: 'x-origin-secret',
                        HeaderValue: { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'Secret' }, ':SecretString:::}}']] },
                      },
                    ],
                  },
                ],
              },
            },
          },
        },
      },
    },
  });

let running: RunningServices;
const environment = { ...process.env };
beforeEach(async () => {
  running = await startOn(assemblyWith('site'));
});
afterEach(async () => {
  Object.assign(process.env, environment);
  await running.stop();
});

function distributionAs(roleId = 'Rotation'): CloudFrontDistribution {
  const { credentials } = running.clientAs(roleId);
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
  });
  return new CloudFrontDistribution(running.refOf('Site'), 'x-origin-secret', {
    AWS_ENDPOINT_URL: running.services.endpoint,
    AWS_REGION: 'eu-south-1',
  });
}

const secretAtEdge = () =>
  running.services.distributions.originHeaders(running.refOf('Site'), 'api').find(({ name }) => name === 'x-origin-secret')?.value;

describe('the distribution', () => {
  it('[P16] says what it sends, and sends what it is given from the next request on; other headers stay as they were', async () => {
    const distribution = distributionAs();
    const read = await distribution.read();

    expect(read).toMatchObject({ sends: ['first'], isDeployed: true });
    expect(await distribution.send('second', read)).toBe(true);
    expect(secretAtEdge()).toBe('second');
    expect((await distribution.read()).sends).toEqual(['second']);
    expect(running.services.distributions.originHeaders(running.refOf('Site'), 'api')[0]).toEqual({ name: 'x-other', value: 'a & b' });
  });

  it('[P16] takes no change by a reading that is older than another’s change', async () => {
    const distribution = distributionAs();
    const read = await distribution.read();
    await distribution.send('second', read);

    expect(await distribution.send('third', read)).toBe(false);
    expect(secretAtEdge()).toBe('second');
  });

  it('[P16] is changed by nobody whose role does not say so, and a failure names no secret', async () => {
    const reader = distributionAs('Reader');
    const read = await reader.read();

    await expect(reader.send('second', read)).rejects.toMatchObject({ part: 'cloudfront', cause: { name: 'AccessDenied' } });
    running.faults.set({ service: 'cloudfront', mode: 'error', rate: 1, seconds: 60 });
    await expect(reader.read()).rejects.toMatchObject({
      part: 'cloudfront',
      cause: { message: 'CloudFront answered 503 ServiceUnavailable' },
    });
    expect(secretAtEdge()).toBe('first');
  });

  it('keeps what was written to it over a restart, until a deployment changes it: then it gets what is current', async () => {
    const data = mkdtempSync(join(tmpdir(), 'distribution-'));
    const restart = async (comment: string) => {
      await running.stop();
      running = await startOn(assemblyWith(comment), data);
      return secretAtEdge();
    };
    await restart('site');
    const distribution = distributionAs();
    await distribution.send('second', await distribution.read());

    expect([await restart('site'), await restart('site, changed')]).toEqual(['second', 'first']);
    rmSync(data, { recursive: true });
  });
});

describe('a document of CloudFront’s', () => {
  const header = (value: string) =>
    `<OriginCustomHeader><HeaderName>X-Origin-Secret</HeaderName>\n <HeaderValue>${value}</HeaderValue></OriginCustomHeader>`;
  const document = (headers: string) => `<?xml version="1.0"?>
<Distribution xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Id>E1</Id><Status>InProgress</Status><DomainName>d1.cloudfront.net</DomainName>
<DistributionConfig><CallerReference>c</CallerReference><Origins><Items><Origin><DomainName>api.example.com</DomainName><CustomHeaders><Items>${headers}</Items></CustomHeaders></Origin></Items></Origins>
<SettingOfTomorrow><Enabled>true</Enabled></SettingOfTomorrow></DistributionConfig><AliasICPRecordals/></Distribution>`;

  it('goes back letter by letter but for the one value, settings that nobody here knows included', () => {
    const { status, domainName, config, values } = readDistribution(document(header('old')), 'x-origin-secret');

    expect({ status, domainName, values }).toEqual({ status: 'InProgress', domainName: 'd1.cloudfront.net', values: ['old'] });
    expect(replaceOriginHeader(config, 'x-origin-secret', 'new')).toBe(config.replace('>old<', '>new<'));
    expect(config).toMatch(
      /^<DistributionConfig xmlns="http:\/\/cloudfront\.amazonaws\.com\/doc\/2020-05-31\/">.*<SettingOfTomorrow>.*<\/DistributionConfig>$/s,
    );
  });

  it.each([
    ['without the header', document('')],
    ['of something else', '<Error/>'],
  ])('%s is refused', (_, xml) => {
    expect(() => readDistribution(xml, 'x-origin-secret')).toThrow();
  });

  it('takes no value that could be more than a value', () => {
    expect(() => replaceOriginHeader('', 'x-origin-secret', '</HeaderValue>')).toThrow();
  });
});
