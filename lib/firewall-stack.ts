import { CrossStackReferences, ReferenceStrength, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, ResourcePolicy } from 'aws-cdk-lib/aws-logs';
import { CfnIPSet, CfnLoggingConfiguration, CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import { securityPolicy } from '../contract/security-policy.ts';
import type { Config } from './config.ts';
import { refusalBodies, refuseWith } from './constructs/edge-refusals.ts';
import { EncryptionKey } from './constructs/encryption-key.ts';
import { importHostedZone } from './constructs/hosted-zone.ts';
import { retentionDays } from './constructs/portiere-function.ts';
import { visibility, webAclRules } from './constructs/web-acl-rules.ts';

export interface FirewallStackProps extends StackProps {
  readonly config: Config;
}

/** WAF insists on this start of the name. */
const wafLogGroupPrefix = 'aws-waf-logs-';
const sensitiveHeaders = ['cookie', 'authorization', 'x-csrf-token'];

/** What CloudFront takes from us-east-1 alone: the web ACL and the certificate of the site. */
export class FirewallStack extends Stack {
  readonly webAclArn: string;
  readonly key: EncryptionKey;
  readonly certificate?: Certificate;

  constructor(scope: Construct, id: string, props: FirewallStackProps) {
    super(scope, id, { ...props, description: 'Portiere: web ACL and certificate of the edge (us-east-1)' });
    const { config } = props;
    this.key = new EncryptionKey(this, 'Key', {
      description: 'Portiere: encrypts the logs of the edge and its alarm topics',
      logGroupPrefixes: [wafLogGroupPrefix],
    });
    const webAcl = this.createWebAcl(config);
    this.webAclArn = webAcl.attrArn;
    this.logRequests(webAcl);
    if (config.site) {
      const { domain, hostedZone } = config.site;
      this.certificate = new Certificate(this, 'Certificate', {
        domainName: domain,
        validation: CertificateValidation.fromDns(importHostedZone(this, hostedZone)),
      });
      readAcrossRegions(this.certificate);
    }
    readAcrossRegions(webAcl);
  }

  private createWebAcl(config: Config): CfnWebACL {
    const sets = (purpose: 'Allowed' | 'Blocked', description: string) =>
      (['IPV4', 'IPV6'] as const).map((family) => {
        const set = new CfnIPSet(this, `${purpose}${family === 'IPV4' ? 'V4' : 'V6'}`, {
          name: `portiere-${purpose.toLowerCase()}-${family.toLowerCase()}`,
          description,
          scope: 'CLOUDFRONT',
          ipAddressVersion: family,
          // Operators and feeds fill the sets; a deployment must not empty them, so the template never changes this list.
          addresses: [],
        });
        return set.attrArn;
      });
    return new CfnWebACL(this, 'WebAcl', {
      name: 'portiere',
      description: 'Portiere: block lists, rates per address, size limits, managed rules',
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      rules: webAclRules(
        { allowed: sets('Allowed', 'Never blocked by a list'), blocked: sets('Blocked', 'Blocked by hand, by feeds or by themselves') },
        { blocked: refuseWith('blocked'), rateLimited: refuseWith('rate_limited'), payloadTooLarge: refuseWith('payload_too_large') },
        config.managedRules,
      ),
      customResponseBodies: refusalBodies(),
      visibilityConfig: visibility('portiere'),
      // Sampled requests are kept for three hours and shown in the console: without the credentials in them.
      dataProtectionConfig: {
        dataProtections: [{ action: 'SUBSTITUTION', field: { fieldType: 'SINGLE_HEADER', fieldKeys: sensitiveHeaders } }],
      },
    });
  }

  /** What was blocked or counted, without credentials. Allowed requests are in the access logs. */
  private logRequests(webAcl: CfnWebACL): void {
    const logGroup = new LogGroup(this, 'WebAclLogs', {
      logGroupName: `${wafLogGroupPrefix}portiere`,
      retention: retentionDays(securityPolicy.retention.accessLogDays),
      encryptionKey: this.key,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const policy = new ResourcePolicy(this, 'WebAclLogsPolicy', {
      policyStatements: [
        new PolicyStatement({
          principals: [new ServicePrincipal('delivery.logs.amazonaws.com')],
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [logGroup.logGroupArn],
          conditions: {
            StringEquals: { 'aws:SourceAccount': this.account },
            ArnLike: { 'aws:SourceArn': `arn:${this.partition}:logs:${this.region}:${this.account}:*` },
          },
        }),
      ],
    });
    const logging = new CfnLoggingConfiguration(this, 'WebAclLogging', {
      resourceArn: webAcl.attrArn,
      // Without the `:*` that the log group's own ARN ends with: WAF refuses it.
      logDestinationConfigs: [`arn:${this.partition}:logs:${this.region}:${this.account}:log-group:${wafLogGroupPrefix}portiere`],
      redactedFields: sensitiveHeaders.map((name) => ({ singleHeader: { Name: name } })),
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [
          {
            Behavior: 'KEEP',
            Requirement: 'MEETS_ANY',
            Conditions: [{ ActionCondition: { Action: 'BLOCK' } }, { ActionCondition: { Action: 'COUNT' } }],
          },
        ],
      },
    });
    logging.node.addDependency(logGroup, policy);
  }
}

/** Read by the edge stack in its own region through the stack's outputs: no functions, no copies of the value elsewhere. */
function readAcrossRegions(construct: Construct): void {
  CrossStackReferences.of(construct).produce(ReferenceStrength.WEAK);
}
