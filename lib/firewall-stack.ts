import { CrossStackReferences, ReferenceStrength, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, ResourcePolicy } from 'aws-cdk-lib/aws-logs';
import { CfnIPSet, CfnLoggingConfiguration, CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import { securityPolicy } from '../contract/security-policy.ts';
import { webAclLogGroup, webAclName } from '../contract/web-acl.ts';
import type { Config } from './config.ts';
import { refusalBodies, refusals } from './constructs/edge-refusals.ts';
import { EncryptionKey } from './constructs/encryption-key.ts';
import type { IpSetArns } from './constructs/function-role.ts';
import { importHostedZone } from './constructs/hosted-zone.ts';
import { retentionDays } from './constructs/portiere-function.ts';
import { visibility, webAclRules } from './constructs/web-acl-rules.ts';

export interface FirewallStackProps extends StackProps {
  readonly config: Config;
}

/** A set holds one family. */
interface FamilySets {
  readonly ipv4: CfnIPSet;
  readonly ipv6: CfnIPSet;
}

/** Beside them the query: there stand the tokens of links that work without a script. */
const sensitiveHeaders = ['cookie', 'authorization', 'x-csrf-token'];

/** What CloudFront takes from us-east-1 alone: the web ACL and the certificate of the site. */
export class FirewallStack extends Stack {
  readonly webAclArn: string;
  readonly key: EncryptionKey;
  /** Written by the function `blocklist`, in the main region. */
  readonly blockedSetArns: IpSetArns;
  readonly certificate?: Certificate;
  /** Of the status page, where it has a name of its own. */
  readonly statusCertificate?: Certificate;

  constructor(scope: Construct, id: string, props: FirewallStackProps) {
    super(scope, id, { ...props, description: 'Portiere: web ACL and certificate of the edge (us-east-1)' });
    const { config } = props;
    if (config.firewall.mode === 'count') {
      Validations.of(this).addWarning(
        'portiere:firewall-counts',
        'firewall.mode is count: nobody is blocked or limited at the edge. Look at `npm run ops -- waf report`, then take it out of portiere.config.ts.',
      );
    }
    this.key = new EncryptionKey(this, 'Key', {
      description: 'Portiere: encrypts the logs of the edge and its alarm topics',
      logGroupPrefixes: [webAclLogGroup],
    });
    const allowed = this.createSets('Allowed', 'Never blocked by a list', config.blocklist.allow);
    // The function fills them. The template never changes this list, and so no deployment ever empties them.
    const blocked = this.createSets('Blocked', 'Blocked by hand, by feeds or by themselves', []);
    this.blockedSetArns = { ipv4: blocked.ipv4.attrArn, ipv6: blocked.ipv6.attrArn };
    const webAcl = this.createWebAcl(config, allowed, blocked);
    this.webAclArn = webAcl.attrArn;
    this.logRequests(webAcl);
    if (config.site) {
      const { domain, hostedZone } = config.site;
      const zone = importHostedZone(this, hostedZone);
      this.certificate = new Certificate(this, 'Certificate', {
        domainName: domain,
        validation: CertificateValidation.fromDns(zone),
      });
      readAcrossRegions(this.certificate);
      if (config.status.domain) {
        this.statusCertificate = new Certificate(this, 'StatusCertificate', {
          domainName: config.status.domain,
          validation: CertificateValidation.fromDns(zone),
        });
        readAcrossRegions(this.statusCertificate);
      }
    }
    for (const construct of [webAcl, blocked.ipv4, blocked.ipv6]) readAcrossRegions(construct);
  }

  private createSets(purpose: 'Allowed' | 'Blocked', description: string, addresses: readonly string[]): FamilySets {
    const create = (family: 'IPV4' | 'IPV6') =>
      new CfnIPSet(this, `${purpose}${family === 'IPV4' ? 'V4' : 'V6'}`, {
        name: `portiere-${purpose.toLowerCase()}-${family.toLowerCase()}`,
        description,
        scope: 'CLOUDFRONT',
        ipAddressVersion: family,
        addresses: addresses.filter((cidr) => cidr.includes(':') === (family === 'IPV6')),
      });
    return { ipv4: create('IPV4'), ipv6: create('IPV6') };
  }

  private createWebAcl(config: Config, allowed: FamilySets, blocked: FamilySets): CfnWebACL {
    const arns = ({ ipv4, ipv6 }: FamilySets) => [ipv4.attrArn, ipv6.attrArn];
    return new CfnWebACL(this, 'WebAcl', {
      name: webAclName,
      description: 'Portiere: block lists, rates per address, size limits, managed rules',
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      rules: webAclRules({ allowed: arns(allowed), blocked: arns(blocked) }, refusals, config.firewall),
      customResponseBodies: refusalBodies(),
      visibilityConfig: visibility(webAclName),
      // Sampled requests are kept for three hours and shown in the console: without the credentials in them.
      dataProtectionConfig: {
        dataProtections: [
          { action: 'SUBSTITUTION', field: { fieldType: 'SINGLE_HEADER', fieldKeys: sensitiveHeaders } },
          { action: 'SUBSTITUTION', field: { fieldType: 'QUERY_STRING' } },
        ],
      },
    });
  }

  /** What was blocked or counted, without credentials. Allowed requests are in the access logs. */
  private logRequests(webAcl: CfnWebACL): void {
    const logGroup = new LogGroup(this, 'WebAclLogs', {
      logGroupName: webAclLogGroup,
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
      logDestinationConfigs: [`arn:${this.partition}:logs:${this.region}:${this.account}:log-group:${webAclLogGroup}`],
      redactedFields: [...sensitiveHeaders.map((name) => ({ singleHeader: { Name: name } })), { queryString: {} }],
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
