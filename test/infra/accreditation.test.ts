import nodeConsole from 'node:console';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnResource, Stack } from 'aws-cdk-lib';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { accreditedServices, keysOfStores, programmes } from '../../contract/accreditation.ts';
import { judgeTemplate } from '../../lib/accreditation/rules.ts';
import { configWithDomain, minimalConfig, synthesize } from './synthesize.ts';

const regions = ['eu-south-1', 'eu-central-1'];
const judge = (Type: string, Properties: object = {}, region = 'eu-south-1') =>
  judgeTemplate({ region, resources: { Thing: { Type, Properties } } }, regions).map(({ rule }) => rule);
const key = { 'Fn::GetAtt': ['Key', 'Arn'] };

describe('the rules on accredited services', () => {
  test('[P10] refuse a resource of a service that nobody has looked at, by its name, and say what to do', () => {
    const [fault, ...more] = judgeTemplate({ region: 'eu-south-1', resources: { Stream: { Type: 'AWS::Kinesis::Stream' } } }, regions);

    expect(more).toEqual([]);
    expect(fault).toMatchObject({
      rule: 'AccreditedService',
      logicalId: 'Stream',
      description: expect.stringContaining('AWS::Kinesis::Stream'),
    });
    expect(fault?.fix).toContain('https://aws.amazon.com/compliance/services-in-scope/');
  });

  test.each(['AWS::constructor::Thing', 'AWS::toString::Thing', 'Custom::Anything', 'Alexa::ASK::Skill'])('[P10] refuse %s', (type) => {
    expect(judge(type)).toEqual(['AccreditedService']);
  });

  test.each([
    ['AWS::DynamoDB::Table', { SSESpecification: { KMSMasterKeyId: key } }, { SSESpecification: { SSEEnabled: true } }],
    ['AWS::SQS::Queue', { KmsMasterKeyId: key }, { SqsManagedSseEnabled: true }],
    ['AWS::SNS::Topic', { KmsMasterKeyId: key }, { KmsMasterKeyId: 'alias/aws/sns' }],
    ['AWS::Logs::LogGroup', { KmsKeyId: key }, {}],
    ['AWS::SecretsManager::Secret', { KmsKeyId: key }, { KmsKeyId: { 'Fn::Sub': 'arn:aws:kms:eu-south-1:1:alias/aws/secretsmanager' } }],
    [
      'AWS::S3::Bucket',
      { BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { KMSMasterKeyID: key } }] } },
      { BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] } },
    ],
    [
      'AWS::DynamoDB::GlobalTable',
      { Replicas: [{ Region: 'eu-south-1', SSESpecification: { KMSMasterKeyId: key } }] },
      { Replicas: [{ Region: 'eu-south-1' }] },
    ],
    ['AWS::CloudTrail::Trail', { KMSKeyId: key }, {}],
  ])('[P10] want a key of ours for %s, and take none of AWS in its place', (type, good, bad) => {
    expect([judge(type, good), judge(type, bad), judge(type)]).toEqual([[], ['CustomerManagedKey'], ['CustomerManagedKey']]);
    expect(Object.keys(keysOfStores)).toContain(type);
  });

  test('[P10] refuse a store outside of the chosen regions, a copy that leaves them, and a copy to who knows where', () => {
    const table = { SSESpecification: { KMSMasterKeyId: key } };
    const replica = (Region: unknown) => ({ Region, SSESpecification: { KMSMasterKeyId: key } });
    const bucket = {
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { KMSMasterKeyID: key } }] },
      ReplicationConfiguration: { Rules: [{ Destination: { Bucket: 'arn:aws:s3:::elsewhere' } }] },
    };

    expect(judge('AWS::DynamoDB::Table', table, 'us-east-1')).toEqual(['ChosenRegion']);
    expect(judge('AWS::DynamoDB::GlobalTable', { Replicas: [replica('eu-central-1'), replica('us-west-2')] })).toEqual(['ChosenRegion']);
    expect(judge('AWS::SecretsManager::Secret', { KmsKeyId: key, ReplicaRegions: [{ Region: 'ap-south-1' }] })).toEqual(['ChosenRegion']);
    expect(judge('AWS::SecretsManager::Secret', { KmsKeyId: key, ReplicaRegions: [{ Region: { Ref: 'Where' } }] })).toEqual([
      'ChosenRegion',
    ]);
    expect(judge('AWS::S3::Bucket', bucket)).toEqual(['ChosenRegion']);
    // What CloudFront's firewall writes can be written there alone.
    expect(judge('AWS::Logs::LogGroup', { KmsKeyId: key }, 'us-east-1')).toEqual([]);
  });
});

describe('a synthesis', () => {
  test('[P10] fails at a foreign service, a table without our key and a table in another region, and names each', () => {
    let outdir = '';
    const said = jest.spyOn(nodeConsole, 'error').mockImplementation(() => {});
    try {
      synthesize(minimalConfig, {
        prepare: ({ app, stacks }) => {
          outdir = app.outdir;
          new CfnResource(stacks.api, 'Stream', { type: 'AWS::Kinesis::Stream' });
          new Table(stacks.data, 'Open', { partitionKey: { name: 'id', type: AttributeType.STRING } });
          const elsewhere = new Stack(app, 'Elsewhere', { env: { region: 'us-west-2' } });
          new Table(elsewhere, 'Far', { partitionKey: { name: 'id', type: AttributeType.STRING } });
        },
      });
    } catch {
      // Whether it throws or ends the process with 1 depends on who called the CDK; the report is the same.
    }
    said.mockRestore();
    const report = readFileSync(join(outdir, 'validation-report.json'), 'utf8');

    expect(JSON.parse(report).pluginReports.find((each: { pluginName: string }) => each.pluginName === 'Portiere').conclusion).toBe(
      'failure',
    );
    expect(report).toMatch(/AWS::Kinesis::Stream, whose service is not in the table/);
    expect(report).toMatch(/PortiereData\/Open/);
    expect(report).toMatch(/keeps data in us-west-2, outside of eu-south-1 and eu-central-1/);
  }, 300_000);

  test('[P10] with everything switched on uses no service that is not in the table, and the table has none that is not used', () => {
    const all = [
      synthesize(configWithDomain),
      synthesize({
        ...minimalConfig,
        account: '123456789012',
        delivery: { github: { repository: 'example/front-door', environment: 'production' } },
      }),
      synthesize({ ...configWithDomain, guardrails: { monthlyBudgetUsd: 500 } }),
    ].flatMap(({ resources }) => resources.map(({ type }) => type.split('::')[1] ?? ''));

    const used = new Set(all);

    // The CDK makes these two with its own functions: the stacks themselves, and values that cross regions.
    expect(Object.keys(accreditedServices).filter((service) => !used.has(service))).toEqual(['CloudFormation', 'SSM']);
  }, 300_000);
});

describe('the table of services', () => {
  test('[P10] names a source of AWS for whatever it calls documented, and nothing else', () => {
    for (const [id, { documented, source }] of Object.entries(accreditedServices)) {
      expect([id, documented.length > 0]).toEqual([id, source !== undefined]);
      if (source !== undefined) expect(source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/.*\.html$/);
      for (const programme of documented) expect(Object.keys(programmes)).toContain(programme);
    }
  });
});
