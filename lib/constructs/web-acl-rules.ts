/** The rules of the web ACL, in the order in which they are tried. */
import type { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { securityPolicy } from '../../contract/security-policy.ts';

type Statement = CfnWebACL.StatementProperty;
type Rule = CfnWebACL.RuleProperty;

export interface AddressSets {
  /** ARNs of an IPv4 and an IPv6 set: a set holds one family. */
  readonly allowed: readonly string[];
  readonly blocked: readonly string[];
}

/** Keys of the custom response bodies, see `edge-refusals.ts`. */
export interface RefusalActions {
  readonly blocked: CfnWebACL.RuleActionProperty;
  readonly rateLimited: CfnWebACL.RuleActionProperty;
  readonly payloadTooLarge: CfnWebACL.RuleActionProperty;
}

const { cspReports, edgeRates, requests } = securityPolicy;

/**
 * A path as the API will read it. Without these `/v1/%73ign-in`, `/v1/./sign-in` and `/V1/Sign-In` would slip past a
 * rule on `/v1/sign-in`.
 */
const asTheApiReadsIt: CfnWebACL.TextTransformationProperty[] = [
  { priority: 0, type: 'URL_DECODE' },
  { priority: 1, type: 'NORMALIZE_PATH' },
  { priority: 2, type: 'LOWERCASE' },
];
const asItStands: CfnWebACL.TextTransformationProperty[] = [{ priority: 0, type: 'NONE' }];

export function webAclRules(addresses: AddressSets, refusals: RefusalActions, managedRules: 'block' | 'count'): Rule[] {
  const rules: Omit<Rule, 'priority' | 'visibilityConfig'>[] = [
    {
      name: 'blocked-addresses',
      // `allowed` takes an address off the block lists, which are fed by machines. It exempts from nothing else.
      statement: and(anyOf(addresses.blocked.map(inSet)), not(anyOf(addresses.allowed.map(inSet)))),
      action: refusals.blocked,
    },
    { name: 'rate-of-everything', statement: rate(edgeRates.everything), action: refusals.rateLimited },
    {
      name: 'rate-of-credentials',
      // 32 WCU a prefix (2 and 10 a transformation): with the managed groups' 925, some 1,200 of the 1,500 that cost nothing more.
      statement: rate(edgeRates.credentials, anyOf(edgeRates.credentialPrefixes.map(pathStartsWith))),
      action: refusals.rateLimited,
    },
    {
      name: 'rate-of-csp-reports',
      // Apart from the credentials: an office whose browsers all report the same fault must still be able to sign in.
      statement: rate(cspReports.perAddress, pathStartsWith(cspReports.path)),
      action: refusals.rateLimited,
    },
    {
      name: 'oversized-url',
      statement: anyOf([longer({ uriPath: {} }, requests.headerBytes), longer({ queryString: {} }, requests.headerBytes)]),
      action: refusals.blocked,
    },
    {
      name: 'oversized-body',
      // WAF sees the first 16 KiB of a body; MATCH makes everything that goes on behind them count as too large.
      statement: longer({ body: { oversizeHandling: 'MATCH' } }, requests.bodyBytes),
      action: refusals.payloadTooLarge,
    },
    managedGroup('AWSManagedRulesAmazonIpReputationList', managedRules),
    managedGroup('AWSManagedRulesCommonRuleSet', managedRules, [
      // Bodies carry passwords, and passwords may be anything: `../`, `<script>`, an address. They are strict JSON, are
      // limited above and checked behind, and no body ever reaches HTML. So these may count but not block.
      'SizeRestrictions_BODY',
      'CrossSiteScripting_BODY',
      'GenericLFI_BODY',
      'GenericRFI_BODY',
      'EC2MetaDataSSRF_BODY',
    ]),
    managedGroup('AWSManagedRulesKnownBadInputsRuleSet', managedRules),
  ];
  return rules.map((rule, priority) => ({ ...rule, priority, visibilityConfig: visibility(rule.name) }));
}

export function visibility(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: true };
}

function managedGroup(
  name: string,
  mode: 'block' | 'count',
  countOnly: readonly string[] = [],
): Omit<Rule, 'priority' | 'visibilityConfig'> {
  return {
    name,
    statement: {
      managedRuleGroupStatement: {
        vendorName: 'AWS',
        name,
        ...(countOnly.length > 0 ? { ruleActionOverrides: countOnly.map((rule) => ({ name: rule, actionToUse: { count: {} } })) } : {}),
      },
    },
    overrideAction: mode === 'count' ? { count: {} } : { none: {} },
  };
}

function rate(limit: number, scopeDownStatement?: Statement): Statement {
  return {
    rateBasedStatement: {
      limit,
      evaluationWindowSec: edgeRates.windowSeconds,
      aggregateKeyType: 'IP',
      ...(scopeDownStatement ? { scopeDownStatement } : {}),
    },
  };
}

function pathStartsWith(searchString: string): Statement {
  return {
    byteMatchStatement: {
      fieldToMatch: { uriPath: {} },
      positionalConstraint: 'STARTS_WITH',
      searchString,
      textTransformations: asTheApiReadsIt,
    },
  };
}

function longer(fieldToMatch: CfnWebACL.FieldToMatchProperty, size: number): Statement {
  return { sizeConstraintStatement: { fieldToMatch, comparisonOperator: 'GT', size, textTransformations: asItStands } };
}

function inSet(arn: string): Statement {
  return { ipSetReferenceStatement: { arn } };
}

function anyOf(statements: Statement[]): Statement {
  return { orStatement: { statements } };
}

function and(...statements: Statement[]): Statement {
  return { andStatement: { statements } };
}

function not(statement: Statement): Statement {
  return { notStatement: { statement } };
}
