/**
 * What `Ref` and `Fn::GetAtt` give for each resource type, by the "Return values" section of its page in the
 * CloudFormation template reference.
 */
import { generatedName, hexId, lowerCaseId, type ResourcePlace, upperCaseId, uuid } from './identifiers.ts';
import type { Json } from './model.ts';

export interface Draft extends ResourcePlace {
  readonly type: string;
  /** One resolved top-level property; undefined if the template has none. Only what is asked for is evaluated. */
  property(name: string): Json | undefined;
  /** What the local edge is reached by, if it says so. */
  readonly distributionDomain?: string | undefined;
}

export interface PhysicalResource {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, Json>>;
}

type Maker = (draft: Draft) => PhysicalResource;

function text(draft: Draft, name: string): string | undefined {
  const value = draft.property(name);
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw new Error(`${draft.stack}/${draft.logicalId}: ${name} of ${draft.type} must be a text`);
  return value;
}

function required(draft: Draft, name: string): string {
  const value = text(draft, name);
  if (value === undefined) throw new Error(`${draft.stack}/${draft.logicalId}: ${draft.type} lacks ${name}`);
  return value;
}

function arn(draft: Draft, service: string, resource: string, where: { region?: string; account?: string } = {}): string {
  return `arn:aws:${service}:${where.region ?? draft.region}:${where.account ?? draft.account}:${resource}`;
}

const global = { region: '' };

/** A name that the template gives, or one in CloudFormation's manner. */
function nameOf(draft: Draft, property: string, maximumLength?: number): string {
  return text(draft, property) ?? generatedName(draft, maximumLength);
}

/** Types whose `Ref` is an opaque id or a name that nothing resolves further. */
function onlyRef(ref: (draft: Draft) => string, attribute?: string): Maker {
  return (draft) => ({ ref: ref(draft), attributes: attribute === undefined ? {} : { [attribute]: ref(draft) } });
}

function named(property: string, maximumLength: number, arnOf: (draft: Draft, name: string) => string): Maker {
  return (draft) => {
    const name = nameOf(draft, property, maximumLength);
    return { ref: name, attributes: { Arn: arnOf(draft, name) } };
  };
}

const table: Maker = (draft) => {
  const name = nameOf(draft, 'TableName', 255);
  const tableArn = arn(draft, 'dynamodb', `table/${name}`);
  const tableId = uuid(draft, 'table');
  return { ref: name, attributes: { Arn: tableArn, TableId: tableId, StreamArn: `${tableArn}/stream/2026-01-01T00:00:00.000` } };
};

const kmsKey: Maker = (draft) => {
  // A replica has the id of the key that it copies, which is the whole point of multi-Region keys.
  const primary = draft.type === 'AWS::KMS::ReplicaKey' ? required(draft, 'PrimaryKeyArn').split('/').at(-1) : undefined;
  const keyId = primary ?? (draft.property('MultiRegion') === true ? `mrk-${hexId(draft, 'key', 32)}` : uuid(draft, 'key'));
  return { ref: keyId, attributes: { Arn: arn(draft, 'kms', `key/${keyId}`), KeyId: keyId } };
};

const wafEntity =
  (kind: string): Maker =>
  (draft) => {
    const name = nameOf(draft, 'Name');
    const id = uuid(draft, kind);
    const scope = required(draft, 'Scope');
    const attributes = {
      Arn: arn(draft, 'wafv2', `${scope === 'CLOUDFRONT' ? 'global' : 'regional'}/${kind}/${name}/${id}`),
      Id: id,
      LabelNamespace: `awswaf:${draft.account}:${kind}:${name}:`,
      Capacity: 0,
    };
    return { ref: `${name}|${id}|${scope}`, attributes };
  };

const distribution: Maker = (draft) => {
  const id = `E${upperCaseId(draft, 'distribution', 13)}`;
  const domain = draft.distributionDomain ?? `d${lowerCaseId(draft, 'domain', 13)}.cloudfront.net`;
  return { ref: id, attributes: { Id: id, DomainName: domain, Arn: arn(draft, 'cloudfront', `distribution/${id}`, global) } };
};

const edgeFunction: Maker = (draft) => {
  const functionArn = arn(draft, 'cloudfront', `function/${required(draft, 'Name')}`, global);
  return { ref: functionArn, attributes: { FunctionARN: functionArn, 'FunctionMetadata.FunctionARN': functionArn, Stage: 'LIVE' } };
};

const bucket: Maker = (draft) => {
  const name = text(draft, 'BucketName') ?? generatedName(draft, 63).toLowerCase();
  const attributes = {
    Arn: `arn:aws:s3:::${name}`,
    DomainName: `${name}.s3.amazonaws.com`,
    RegionalDomainName: `${name}.s3.${draft.region}.amazonaws.com`,
    DualStackDomainName: `${name}.s3.dualstack.${draft.region}.amazonaws.com`,
    WebsiteURL: `http://${name}.s3-website.${draft.region}.amazonaws.com`,
  };
  return { ref: name, attributes };
};

const functionVersion: Maker = (draft) => {
  const { functionArn } = functionReference(draft);
  return { ref: `${functionArn}:1`, attributes: { FunctionArn: `${functionArn}:1`, Version: '1' } };
};

const functionAlias: Maker = (draft) => {
  const aliasArn = `${functionReference(draft).functionArn}:${required(draft, 'Name')}`;
  return { ref: aliasArn, attributes: { AliasArn: aliasArn } };
};

/** `FunctionName` of versions and aliases is a name or an ARN. */
function functionReference(draft: Draft): { functionArn: string } {
  const reference = required(draft, 'FunctionName');
  return { functionArn: reference.startsWith('arn:') ? reference : arn(draft, 'lambda', `function:${reference}`) };
}

const makers: Readonly<Record<string, Maker>> = {
  'AWS::ApiGatewayV2::Api': (draft) => {
    const id = lowerCaseId(draft, 'api', 10);
    return { ref: id, attributes: { ApiId: id, ApiEndpoint: `https://${id}.execute-api.${draft.region}.amazonaws.com` } };
  },
  'AWS::ApiGatewayV2::Authorizer': onlyRef((draft) => lowerCaseId(draft, 'authorizer', 6), 'AuthorizerId'),
  'AWS::ApiGatewayV2::Deployment': onlyRef((draft) => lowerCaseId(draft, 'deployment', 6), 'DeploymentId'),
  'AWS::ApiGatewayV2::DomainName': (draft) => ({
    ref: required(draft, 'DomainName'),
    attributes: {
      RegionalDomainName: `d-${lowerCaseId(draft, 'domain', 10)}.execute-api.${draft.region}.amazonaws.com`,
      RegionalHostedZoneId: `Z${upperCaseId(draft, 'zone', 13)}`,
    },
  }),
  'AWS::ApiGatewayV2::Integration': onlyRef((draft) => lowerCaseId(draft, 'integration', 7), 'IntegrationId'),
  'AWS::ApiGatewayV2::Route': onlyRef((draft) => lowerCaseId(draft, 'route', 7), 'RouteId'),
  'AWS::ApiGatewayV2::Stage': onlyRef((draft) => required(draft, 'StageName')),
  'AWS::CertificateManager::Certificate': onlyRef(
    (draft) => arn(draft, 'acm', `certificate/${uuid(draft, 'certificate')}`),
    'CertificateArn',
  ),
  'AWS::CloudFront::CachePolicy': onlyRef((draft) => uuid(draft, 'cache policy'), 'Id'),
  'AWS::CloudFront::Distribution': distribution,
  'AWS::CloudFront::Function': edgeFunction,
  'AWS::CloudFront::KeyValueStore': (draft) => {
    const id = uuid(draft, 'store');
    return { ref: required(draft, 'Name'), attributes: { Id: id, Arn: arn(draft, 'cloudfront', `key-value-store/${id}`, global) } };
  },
  'AWS::CloudFront::OriginAccessControl': onlyRef((draft) => `E${upperCaseId(draft, 'access control', 13)}`, 'Id'),
  'AWS::CloudFront::OriginRequestPolicy': onlyRef((draft) => uuid(draft, 'origin request policy'), 'Id'),
  'AWS::CloudFront::ResponseHeadersPolicy': onlyRef((draft) => uuid(draft, 'response headers policy'), 'Id'),
  'AWS::CloudWatch::Alarm': named('AlarmName', 255, (draft, name) => arn(draft, 'cloudwatch', `alarm:${name}`)),
  'AWS::CloudWatch::CompositeAlarm': named('AlarmName', 255, (draft, name) => arn(draft, 'cloudwatch', `alarm:${name}`)),
  'AWS::CloudWatch::Dashboard': onlyRef((draft) => nameOf(draft, 'DashboardName', 255)),
  'AWS::CodeDeploy::Application': onlyRef((draft) => nameOf(draft, 'ApplicationName', 100)),
  'AWS::CodeDeploy::DeploymentConfig': onlyRef((draft) => nameOf(draft, 'DeploymentConfigName', 100)),
  'AWS::CodeDeploy::DeploymentGroup': onlyRef((draft) => nameOf(draft, 'DeploymentGroupName', 100)),
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::DynamoDB::Table': table,
  'AWS::Events::EventBus': named('Name', 256, (draft, name) => arn(draft, 'events', `event-bus/${name}`)),
  'AWS::Events::Rule': named('Name', 64, (draft, name) => arn(draft, 'events', `rule/${name}`)),
  'AWS::IAM::ManagedPolicy': onlyRef((draft) => arn(draft, 'iam', `policy/${nameOf(draft, 'ManagedPolicyName')}`, global), 'PolicyArn'),
  'AWS::IAM::Policy': onlyRef((draft) => required(draft, 'PolicyName')),
  'AWS::IAM::Role': (draft) => {
    const name = nameOf(draft, 'RoleName', 64);
    const path = text(draft, 'Path') ?? '/';
    return {
      ref: name,
      attributes: { Arn: arn(draft, 'iam', `role${path}${name}`, global), RoleId: `AROA${upperCaseId(draft, 'role', 17)}` },
    };
  },
  'AWS::KMS::Alias': onlyRef((draft) => required(draft, 'AliasName')),
  'AWS::KMS::Key': kmsKey,
  'AWS::KMS::ReplicaKey': kmsKey,
  'AWS::Lambda::Alias': functionAlias,
  'AWS::Lambda::EventInvokeConfig': onlyRef((draft) => uuid(draft, 'event invoke configuration')),
  'AWS::Lambda::EventSourceMapping': (draft) => {
    const id = uuid(draft, 'event source mapping');
    return { ref: id, attributes: { Id: id, EventSourceMappingArn: arn(draft, 'lambda', `event-source-mapping:${id}`) } };
  },
  'AWS::Lambda::Function': named('FunctionName', 64, (draft, name) => arn(draft, 'lambda', `function:${name}`)),
  'AWS::Lambda::LayerVersion': onlyRef((draft) => arn(draft, 'lambda', `layer:${nameOf(draft, 'LayerName', 140)}:1`), 'LayerVersionArn'),
  'AWS::Lambda::Permission': onlyRef((draft) => generatedName(draft, 100)),
  'AWS::Lambda::Version': functionVersion,
  'AWS::Logs::Delivery': onlyRef((draft) => lowerCaseId(draft, 'delivery', 16), 'DeliveryId'),
  'AWS::Logs::DeliveryDestination': named('Name', 60, (draft, name) => arn(draft, 'logs', `delivery-destination:${name}`)),
  'AWS::Logs::DeliverySource': named('Name', 60, (draft, name) => arn(draft, 'logs', `delivery-source:${name}`)),
  'AWS::Logs::LogGroup': named('LogGroupName', 512, (draft, name) => arn(draft, 'logs', `log-group:${name}:*`)),
  'AWS::Logs::MetricFilter': onlyRef((draft) => nameOf(draft, 'FilterName', 512)),
  'AWS::Route53::HostedZone': onlyRef((draft) => `Z${upperCaseId(draft, 'zone', 13)}`, 'Id'),
  'AWS::Route53::RecordSet': onlyRef((draft) => required(draft, 'Name')),
  'AWS::S3::Bucket': bucket,
  'AWS::S3::BucketPolicy': onlyRef((draft) => required(draft, 'Bucket')),
  'AWS::SES::ConfigurationSet': onlyRef((draft) => nameOf(draft, 'Name', 64)),
  'AWS::SES::EmailIdentity': (draft) => {
    const identity = required(draft, 'EmailIdentity');
    const tokens = [1, 2, 3].map((number) => [number, lowerCaseId(draft, `dkim ${number}`, 32)] as const);
    const records = tokens.flatMap(([number, token]) => [
      [`DkimDNSTokenName${number}`, `${token}._domainkey.${identity}`],
      [`DkimDNSTokenValue${number}`, `${token}.dkim.amazonses.com`],
    ]);
    return { ref: identity, attributes: Object.fromEntries(records) };
  },
  'AWS::SNS::Subscription': onlyRef((draft) => `${required(draft, 'TopicArn')}:${uuid(draft, 'subscription')}`, 'Arn'),
  'AWS::SNS::Topic': (draft) => {
    const name = nameOf(draft, 'TopicName', 256);
    return { ref: arn(draft, 'sns', name), attributes: { TopicArn: arn(draft, 'sns', name), TopicName: name } };
  },
  'AWS::SQS::Queue': (draft) => {
    const name = nameOf(draft, 'QueueName', 80);
    const url = `https://sqs.${draft.region}.amazonaws.com/${draft.account}/${name}`;
    return { ref: url, attributes: { Arn: arn(draft, 'sqs', name), QueueName: name, QueueUrl: url } };
  },
  'AWS::SSM::Parameter': (draft) => {
    const name = nameOf(draft, 'Name');
    return { ref: name, attributes: { Type: required(draft, 'Type'), Value: required(draft, 'Value') } };
  },
  'AWS::Scheduler::Schedule': named('Name', 64, (draft, name) => arn(draft, 'scheduler', `schedule/default/${name}`)),
  'AWS::Scheduler::ScheduleGroup': named('Name', 64, (draft, name) => arn(draft, 'scheduler', `schedule-group/${name}`)),
  'AWS::SecretsManager::Secret': onlyRef((draft) => {
    // Secrets Manager puts six characters of its own behind the name in the ARN.
    const name = text(draft, 'Name') ?? `${draft.logicalId}-${upperCaseId(draft, 'name', 12)}`;
    return arn(draft, 'secretsmanager', `secret:${name}-${lowerCaseId(draft, 'arn', 6)}`);
  }, 'Id'),
  'AWS::WAFv2::IPSet': wafEntity('ipset'),
  'AWS::WAFv2::LoggingConfiguration': onlyRef((draft) => required(draft, 'ResourceArn')),
  'AWS::WAFv2::RegexPatternSet': wafEntity('regexpatternset'),
  'AWS::WAFv2::RuleGroup': wafEntity('rulegroup'),
  'AWS::WAFv2::WebACL': wafEntity('webacl'),
};

export function isKnownType(type: string): boolean {
  return Object.hasOwn(makers, type);
}

/** @throws Error naming stack, logical id and type when the type is unknown or lacks what its name is made of */
export function makePhysicalResource(draft: Draft): PhysicalResource {
  const maker = Object.hasOwn(makers, draft.type) ? makers[draft.type] : undefined;
  if (maker === undefined) {
    throw new Error(`${draft.stack}/${draft.logicalId}: what Ref and Fn::GetAtt give for ${draft.type} is not known to the local system`);
  }
  return maker(draft);
}
