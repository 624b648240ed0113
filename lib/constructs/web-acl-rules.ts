/** The rules of the web ACL, in the order in which they are tried. */
import type { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { securityPolicy } from '../../contract/security-policy.ts';
import { labelRule, rateRule } from '../../contract/web-acl.ts';
import type { FirewallChoices } from '../firewall-config.ts';
import type { Refusals } from './edge-refusals.ts';
import { addressGroups, anonymousLabels, inspectingGroups, paidGroups } from './managed-rule-groups.ts';
import {
  and,
  anyOf,
  hasHeader,
  hasLabel,
  inSet,
  longer,
  methodIs,
  not,
  pathStartsWith,
  type RateLimit,
  rate,
  ratePerPath,
  type Statement,
} from './web-acl-statements.ts';

type Rule = CfnWebACL.RuleProperty;
type UnplacedRule = Omit<Rule, 'priority' | 'visibilityConfig' | 'action'> & { readonly action?: CfnWebACL.RuleActionProperty };

export interface AddressSets {
  /** ARNs of an IPv4 and an IPv6 set: a set holds one family. */
  readonly allowed: readonly string[];
  readonly blocked: readonly string[];
}

const { cspReports, edgeRates, edgeHeaders, requests } = securityPolicy;
/** WAF puts it in front of the names of headers that it inserts. */
const insertedPrefix = 'x-amzn-waf-';

/** @param choices of the deployment; where `mode` is `count`, nothing here blocks */
export function webAclRules(addresses: AddressSets, refusals: Refusals, choices: FirewallChoices): Rule[] {
  const rules: UnplacedRule[] = [
    // First of those that write this header, and the last one that matches wins: what a viewer sent never reaches the API.
    labelling('forged', hasHeader(edgeHeaders.addressKind)),
    {
      name: 'blocked-addresses',
      // `allowed` takes an address off the block lists, which are fed by machines. It exempts from nothing else.
      statement: and(anyOf(addresses.blocked.map(inSet)), not(anyOf(addresses.allowed.map(inSet)))),
      action: refusals.blocked,
    },
    ...rateRules(refusals),
    ...sizeRules(refusals),
    ...addressGroups(choices),
    labelling('hosting', hasLabel(anonymousLabels.hosting)),
    labelling('anonymous', hasLabel(anonymousLabels.anonymous)),
    limiting(
      'anonymous-credentials',
      { limit: edgeRates.anonymousCredentials },
      and(hasLabel(anonymousLabels.anonymous), onCredentials()),
      refusals,
    ),
    ...inspectingGroups(choices),
    ...paidGroups(choices),
  ];
  return rules
    .map((rule) => (choices.mode === 'count' && rule.action?.block ? { ...rule, action: { count: {} } } : rule))
    .map((rule, priority) => ({ ...rule, priority, visibilityConfig: visibility(rule.name) }));
}

function rateRules(refusals: Refusals): UnplacedRule[] {
  return [
    { name: rateRule('everything'), statement: rate({ limit: edgeRates.everything }), action: refusals.rateLimited() },
    limiting('credentials', { limit: edgeRates.credentials }, onCredentials(), refusals),
    ...Object.entries(edgeRates.apart).map(([kind, { prefix, ...limit }]) =>
      limiting(kind as keyof typeof edgeRates.apart, limit, pathStartsWith(prefix), refusals),
    ),
    // Apart from the credentials: an office whose browsers all report the same fault must still be able to sign in.
    limiting('csp-reports', { limit: cspReports.perAddress }, pathStartsWith(cspReports.path), refusals),
    {
      name: rateRule('one-path'),
      // Reading one path again and again is what apps do; writing to it is not.
      statement: ratePerPath({ limit: edgeRates.onePath }, not(anyOf(['GET', 'HEAD', 'OPTIONS'].map(methodIs)))),
      action: refusals.rateLimited(),
    },
  ];
}

function sizeRules(refusals: Refusals): UnplacedRule[] {
  return [
    {
      name: 'oversized-url',
      statement: anyOf([longer({ uriPath: {} }, requests.headerBytes), longer({ queryString: {} }, requests.headerBytes)]),
      action: refusals.blocked,
    },
    {
      name: 'oversized-headers',
      // WAF sees the first 8 KB of all headers and the first 200 of them: MATCH takes what goes on behind for too large.
      statement: anyOf([
        longer(
          { headers: { matchPattern: { excludedHeaders: ['cookie'] }, matchScope: 'VALUE', oversizeHandling: 'MATCH' } },
          requests.headerBytes,
        ),
        longer({ singleHeader: { Name: 'cookie' } }, requests.cookieBytes),
      ]),
      action: refusals.blocked,
    },
    {
      name: 'oversized-body',
      // WAF sees the first 16 KiB of a body; MATCH makes everything that goes on behind them count as too large.
      statement: longer({ body: { oversizeHandling: 'MATCH' } }, requests.bodyBytes),
      action: refusals.payloadTooLarge,
    },
  ];
}

/** A rate rule on some of the routes. */
function limiting(name: Parameters<typeof rateRule>[0], limit: RateLimit, scope: Statement, refusals: Refusals): UnplacedRule {
  return { name: rateRule(name), statement: rate(limit, scope), action: refusals.rateLimited(limit.windowSeconds) };
}

/** A rule that blocks nobody: it tells the API, in a header that no viewer can write, what kind of address this is. */
function labelling(kind: string, statement: Statement): UnplacedRule {
  const name = edgeHeaders.addressKind.slice(insertedPrefix.length);
  return {
    name: labelRule(kind),
    statement,
    action: { count: { customRequestHandling: { insertHeaders: [{ name, value: kind }] } } },
    ruleLabels: [{ name: `address:${kind}` }],
  };
}

function onCredentials(): Statement {
  return pathStartsWith(...edgeRates.credentialPrefixes);
}

export function visibility(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: true };
}
