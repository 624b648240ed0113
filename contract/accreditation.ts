/**
 * The AWS services that the templates use, and what AWS itself documents about the attestations that P10 names.
 *
 * A resource of a service that is not in this table fails the synthesis: somebody must first look at what AWS says of it. What is
 * here is what AWS's own documentation says of a service by name, and nothing else. `notVerified` means that we have not read it in
 * a source that we can name, not that AWS lacks it. The binding list is AWS's: https://aws.amazon.com/compliance/services-in-scope/
 */

export const programmes = {
  'iso-27001': 'ISO/IEC 27001',
  soc: 'SOC 1, SOC 2 (SSAE 16, ISAE 3402)',
  pci: 'PCI DSS Level 1',
  c5: 'C5',
  'ens-high': 'ENS High',
  'it-grundschutz': 'IT-Grundschutz',
} as const;

export type Programme = keyof typeof programmes;

export interface AccreditedService {
  readonly name: string;
  /** Programmes that AWS's documentation of the service names. */
  readonly documented: readonly Programme[];
  /** Where it says so; absent where nothing is documented. */
  readonly source?: string;
}

/** The day on which the sources were read, in the copies that AWS published at github.com/awsdocs (last changed in 2023). */
export const accreditationReadOn = '2026-11-28';

const docs = 'https://docs.aws.amazon.com';
const notVerified = [] as const;

/** By the second part of CloudFormation's types: `AWS::DynamoDB::Table`. */
export const accreditedServices: Readonly<Record<string, AccreditedService>> = {
  AccessAnalyzer: { name: 'IAM Access Analyzer', documented: notVerified },
  ApiGatewayV2: { name: 'Amazon API Gateway', documented: notVerified },
  Budgets: { name: 'AWS Budgets', documented: notVerified },
  CertificateManager: { name: 'AWS Certificate Manager', documented: notVerified },
  CloudFormation: { name: 'AWS CloudFormation', documented: notVerified },
  CloudFront: {
    name: 'Amazon CloudFront',
    documented: ['soc', 'pci'],
    source: `${docs}/AmazonCloudFront/latest/DeveloperGuide/compliance.html`,
  },
  CloudTrail: { name: 'AWS CloudTrail', documented: notVerified },
  CloudWatch: {
    name: 'Amazon CloudWatch',
    documented: ['soc', 'pci'],
    source: `${docs}/AmazonCloudWatch/latest/monitoring/compliance-validation.html`,
  },
  CodeDeploy: { name: 'AWS CodeDeploy', documented: notVerified },
  Config: { name: 'AWS Config', documented: notVerified },
  DynamoDB: {
    name: 'Amazon DynamoDB',
    documented: ['soc', 'pci'],
    source: `${docs}/amazondynamodb/latest/developerguide/Compliance.html`,
  },
  Events: { name: 'Amazon EventBridge', documented: notVerified },
  GuardDuty: { name: 'Amazon GuardDuty', documented: notVerified },
  IAM: {
    name: 'AWS Identity and Access Management',
    documented: ['soc', 'pci'],
    source: `${docs}/IAM/latest/UserGuide/iam-compliance-validation.html`,
  },
  KMS: {
    name: 'AWS Key Management Service',
    documented: ['iso-27001', 'soc', 'pci', 'c5'],
    source: `${docs}/kms/latest/developerguide/kms-compliance.html`,
  },
  Lambda: { name: 'AWS Lambda', documented: ['soc', 'pci'], source: `${docs}/lambda/latest/dg/security-compliance.html` },
  Logs: { name: 'Amazon CloudWatch Logs', documented: notVerified },
  Route53: { name: 'Amazon Route 53', documented: notVerified },
  S3: { name: 'Amazon S3', documented: ['soc', 'pci'], source: `${docs}/AmazonS3/latest/userguide/s3-compliance.html` },
  SES: { name: 'Amazon SES', documented: notVerified },
  SNS: { name: 'Amazon SNS', documented: notVerified },
  SQS: { name: 'Amazon SQS', documented: notVerified },
  SSM: { name: 'AWS Systems Manager Parameter Store', documented: notVerified },
  SecretsManager: {
    name: 'AWS Secrets Manager',
    documented: ['soc', 'pci'],
    source: `${docs}/secretsmanager/latest/userguide/secretsmanager-compliance.html`,
  },
  SecurityHub: { name: 'AWS Security Hub', documented: notVerified },
  WAFv2: { name: 'AWS WAF', documented: notVerified },
};

/** Of the CDK itself: what it makes with them runs on services of the table. */
export const typesOfTheCdk = ['AWS::CDK::Metadata', 'Custom::CDKBucketDeployment'] as const;

/**
 * Stores, by type: where a template names the key that encrypts them. `*` stands for every element of a list. Without a name there
 * the key is one of AWS's own, which we can neither watch nor withdraw.
 */
export const keysOfStores: Readonly<Record<string, string>> = {
  'AWS::CloudTrail::Trail': 'KMSKeyId',
  'AWS::DynamoDB::GlobalTable': 'Replicas.*.SSESpecification.KMSMasterKeyId',
  'AWS::DynamoDB::Table': 'SSESpecification.KMSMasterKeyId',
  'AWS::Logs::LogGroup': 'KmsKeyId',
  'AWS::S3::Bucket': 'BucketEncryption.ServerSideEncryptionConfiguration.*.ServerSideEncryptionByDefault.KMSMasterKeyID',
  'AWS::SNS::Topic': 'KmsMasterKeyId',
  'AWS::SQS::Queue': 'KmsMasterKeyId',
  'AWS::SecretsManager::Secret': 'KmsKeyId',
};

/** Where a template may send what is stored to another region, by type. */
export const replicasOfStores: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::GlobalTable': 'Replicas.*.Region',
  'AWS::SecretsManager::Secret': 'ReplicaRegions.*.Region',
};

/** What stores what people are and do, as against what passes through on its way to whoever is on call. */
export const storesOfPersonalData = [
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::S3::Bucket',
  'AWS::SecretsManager::Secret',
] as const;
