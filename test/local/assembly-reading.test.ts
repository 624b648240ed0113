// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders are CloudFormation's.
import { join } from 'node:path';
import type { Resource } from '../../local/assembly/model.ts';
import { readAssembly } from '../../local/assembly/read-assembly.ts';
import { account, arn, readTestAssembly, region, writeAssembly } from './services-fixture.ts';

function resourceOf(template: Record<string, unknown>, logicalId = 'Subject'): Resource {
  const found = readTestAssembly(writeAssembly({ Demo: { template } })).resources.find((resource) => resource.logicalId === logicalId);
  if (found === undefined) throw new Error(`no ${logicalId}`);
  return found;
}

/** What a value becomes as a property of a resource. */
function evaluated(value: unknown, template: Record<string, unknown> = {}): unknown {
  const Resources = {
    Subject: { Type: 'AWS::SSM::Parameter', Properties: { Value: value } },
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'mail' } },
  };
  return resourceOf({ ...template, Resources }).properties.Value;
}

test.each<[string, unknown, unknown]>([
  ['Ref to a pseudo parameter', { Ref: 'AWS::Region' }, region],
  ['Ref to a resource', { Ref: 'Queue' }, `https://sqs.${region}.amazonaws.com/${account}/mail`],
  ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, `arn:aws:sqs:${region}:${account}:mail`],
  ['Fn::GetAtt as a text', { 'Fn::GetAtt': 'Queue.QueueName' }, 'mail'],
  ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::Partition' }, 3]] }, 'a-aws-3'],
  ['Fn::Sub with references', { 'Fn::Sub': '${AWS::AccountId}/${Queue.QueueName}/${!Kept}' }, `${account}/mail/\${Kept}`],
  ['Fn::Sub with variables', { 'Fn::Sub': ['${Name}', { Name: { Ref: 'AWS::StackName' } }] }, 'Demo'],
  ['Fn::Select and Fn::Split', { 'Fn::Select': ['1', { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
  ['Fn::Base64', { 'Fn::Base64': 'text' }, 'dGV4dA=='],
  ['Fn::GetAZs', { 'Fn::GetAZs': '' }, [`${region}a`, `${region}b`, `${region}c`]],
  ['AWS::NoValue in a list and in a map', [{ Ref: 'AWS::NoValue' }, { gone: { Ref: 'AWS::NoValue' } }], [{}]],
  [
    'a policy condition, which is no function',
    { Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    { Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
  ],
  ['a reference to a secret, which is left alone', '{{resolve:secretsmanager:name}}', '{{resolve:secretsmanager:name}}'],
])('%s is evaluated', (_, value, expected) => {
  expect(evaluated(value)).toEqual(expected);
});

test('conditions, mappings and parameters decide as CloudFormation has them', () => {
  const template = {
    Parameters: {
      Stage: { Type: 'String', Default: 'live' },
      BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/x/version' },
    },
    Mappings: { Sizes: { live: { memory: 512 } } },
    Conditions: {
      IsLive: { 'Fn::Equals': [{ Ref: 'Stage' }, 'live'] },
      IsTest: { 'Fn::Not': [{ Condition: 'IsLive' }] },
      Either: { 'Fn::Or': [{ Condition: 'IsTest' }, { 'Fn::And': [{ Condition: 'IsLive' }, { 'Fn::Equals': ['a', 'a'] }] }] },
    },
  };

  const value = evaluated(
    [
      { 'Fn::If': ['Either', 'yes', 'no'] },
      { 'Fn::If': ['IsTest', 'yes', { Ref: 'AWS::NoValue' }] },
      { 'Fn::FindInMap': ['Sizes', { Ref: 'Stage' }, 'memory'] },
    ],
    template,
  );

  expect(value).toEqual(['yes', 512]);
});

test('a resource whose condition is false does not exist', () => {
  const directory = writeAssembly({
    Demo: {
      template: {
        Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
        Resources: { Gone: { Type: 'AWS::SQS::Queue', Condition: 'Never' } },
      },
    },
  });

  expect(readTestAssembly(directory).resources).toEqual([]);
});

test('values travel between stacks by export, by output, and across regions by the exports of the CDK', () => {
  const directory = writeAssembly({
    Source: {
      region: 'us-east-1',
      template: {
        Resources: {
          Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'pages' } },
          Writer: {
            Type: 'Custom::CrossRegionExportWriter',
            Properties: { WriterProps: { region, exports: { '/cdk/exports/Target/topic': { Ref: 'Topic' } } } },
          },
        },
        Outputs: { TopicArn: { Value: { Ref: 'Topic' } } },
      },
    },
    Neighbour: {
      template: {
        Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'mail' } } },
        Outputs: { Shared: { Value: arn('Queue'), Export: { Name: { 'Fn::Sub': '${AWS::StackName}:mail' } } } },
      },
    },
    Target: {
      template: {
        Resources: {
          Reader: {
            Type: 'Custom::CrossRegionExportReader',
            Properties: { ReaderProps: { region, imports: { '/cdk/exports/Target/topic': '{{resolve:ssm:/cdk/exports/Target/topic}}' } } },
          },
          Subject: {
            Type: 'AWS::SSM::Parameter',
            Properties: {
              Value: [
                { 'Fn::ImportValue': 'Neighbour:mail' },
                { 'Fn::GetAtt': ['Reader', '/cdk/exports/Target/topic'] },
                { 'Fn::GetStackOutput': { StackName: 'Source', OutputName: 'TopicArn', Region: 'us-east-1' } },
              ],
            },
          },
        },
      },
    },
  });

  const subject = readTestAssembly(directory).ofType('AWS::SSM::Parameter')[0];

  const topicArn = `arn:aws:sns:us-east-1:${account}:pages`;
  expect(subject?.properties.Value).toEqual([`arn:aws:sqs:${region}:${account}:mail`, topicArn, topicArn]);
});

test('names without a name of their own are the same in each run, so that data is found again', () => {
  const directory = writeAssembly({
    Demo: {
      template: {
        Resources: {
          Table: { Type: 'AWS::DynamoDB::Table', Properties: {} },
          Key: { Type: 'AWS::KMS::Key', Properties: { MultiRegion: true } },
        },
      },
    },
  });

  const [first, second] = [readTestAssembly(directory), readTestAssembly(directory)];

  expect(first.resources.map(({ ref }) => ref)).toEqual(second.resources.map(({ ref }) => ref));
  expect(first.resources[0]?.ref).toMatch(/^Demo-Table-[A-Z2-7]{12}$/);
  expect(first.resources[1]?.ref).toMatch(/^mrk-[0-9a-f]{32}$/);
});

test('a resource is found by its name, ARN, id or URL', () => {
  const assembly = readTestAssembly(
    writeAssembly({ Demo: { template: { Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'mail' } } } } } }),
  );
  const queue = assembly.resources[0];

  const found = ['mail', `arn:aws:sqs:${region}:${account}:mail`, `https://sqs.${region}.amazonaws.com/${account}/mail`].map(assembly.find);

  expect(found).toEqual([queue, queue, queue]);
  expect(assembly.find('elsewhere')).toBeUndefined();
});

test('assets are found by object key', () => {
  const directory = writeAssembly({ Demo: { template: {} } }, { abc: 'asset.abc' });
  const assembly = readTestAssembly(directory);

  expect(assembly.assetDirectory('abc.zip')).toBe(join(directory, 'asset.abc'));
  expect(() => assembly.assetDirectory('other.zip')).toThrow('holds no asset other.zip');
});

test('distributions have the domain names that they are reached by, in the order of the templates', () => {
  const distribution = { Type: 'AWS::CloudFront::Distribution' };
  const directory = writeAssembly({
    Demo: { template: { Resources: { Site: distribution } } },
    Other: { template: { Resources: { Status: distribution, Third: distribution } } },
  });

  const assembly = readAssembly(directory, {
    account,
    region,
    distributionDomains: ['localhost:8443', 'localhost:8444'],
  });

  const [third, status, site] = [...assembly.resources].reverse().map(({ attributes }) => attributes.DomainName);
  expect([site, status]).toEqual(['localhost:8443', 'localhost:8444']);
  expect(third).toMatch(/^d\w+\.cloudfront\.net$/);
});

test('a type nobody asks for is fine; asking for it is an error that names stack, logical id and type', () => {
  const other = { Type: 'AWS::Other::Thing', Properties: { Name: 'kept' } };

  const subject = resourceOf({
    Resources: { Subject: { Type: 'AWS::SSM::Parameter', Properties: { Value: { Ref: 'Other' } } }, Other: other },
  });

  expect(resourceOf({ Resources: { Subject: other } }).properties).toEqual({ Name: 'kept' });
  expect(() => subject.properties).toThrow('Demo/Other: what Ref and Fn::GetAtt give for AWS::Other::Thing is not known');
});

test.each<[string, unknown, string]>([
  ['an unknown function', { 'Fn::Cidr': ['10.0.0.0/8', 2] }, 'Demo/Subject.Value: the intrinsic function Fn::Cidr is not known'],
  ['a reference to nothing', { Ref: 'Nothing' }, 'Demo/Subject.Value: there is no resource or parameter Nothing'],
  [
    'an unknown attribute',
    { 'Fn::GetAtt': ['Queue', 'Colour'] },
    'what Fn::GetAtt gives for Colour of Queue (AWS::SQS::Queue) is not known',
  ],
  ['an import of nothing', { 'Fn::ImportValue': 'nothing' }, `no stack in ${region} exports nothing`],
])('%s is an error that says what and where', (_, value, message) => {
  expect(() => evaluated(value)).toThrow(message);
});

test('a folder without a manifest is refused by name', () => {
  expect(() => readTestAssembly('/nowhere')).toThrow('/nowhere is no cloud assembly');
});
