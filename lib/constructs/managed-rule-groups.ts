/** The managed rule groups of AWS, and which of their rules may not decide here. */
import type { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import type { FirewallChoices, PaidRuleGroup } from '../firewall-config.ts';

type ManagedStatement = CfnWebACL.ManagedRuleGroupStatementProperty;
export type ManagedRule = Pick<CfnWebACL.RuleProperty, 'name' | 'statement' | 'overrideAction'>;

/** Labels of the group's two rules; the group adds them whether its rules block or count. */
export const anonymousLabels = {
  anonymous: 'awswaf:managed:aws:anonymous-ip-list:AnonymousIPList',
  hosting: 'awswaf:managed:aws:anonymous-ip-list:HostingProviderIPList',
} as const;

/** Addresses with a bad name come first: what is refused by its address needs no inspection. */
export function addressGroups({ managedRules, anonymousAddresses }: FirewallChoices): ManagedRule[] {
  return [
    group('AWSManagedRulesAmazonIpReputationList', managedRules),
    group('AWSManagedRulesAnonymousIpList', managedRules, [
      // Customers' own servers call the API from hosting providers, and their offices leave by clouds' gateways: a label, never a block.
      'HostingProviderIPList',
      // A person behind Tor or a VPN is not known to be dangerous. Labelled, limited harder, and blocked where a deployment says so.
      ...(anonymousAddresses === 'block' ? [] : ['AnonymousIPList']),
    ]),
  ];
}

export function inspectingGroups({ managedRules }: FirewallChoices): ManagedRule[] {
  return [
    group('AWSManagedRulesCommonRuleSet', managedRules, [
      // Bodies carry passwords, and passwords may be anything: `../`, `<script>`, an address. They are strict JSON, are
      // limited above and checked behind, and no body ever reaches HTML. So these may count but not block.
      'SizeRestrictions_BODY',
      'CrossSiteScripting_BODY',
      'GenericLFI_BODY',
      'GenericRFI_BODY',
      'EC2MetaDataSSRF_BODY',
    ]),
    // Bodies again: whoever reports a vulnerability quotes what sets it off.
    group('AWSManagedRulesKnownBadInputsRuleSet', managedRules, ['Log4JRCE_BODY', 'JavaDeserializationRCE_BODY', 'ReactJSRCE_BODY']),
  ];
}

const email = { identifier: '/email' };
const password = { identifier: '/password' };

const paid: Readonly<Record<PaidRuleGroup, (mode: 'block' | 'count') => ManagedRule>> = {
  'bot-control': (mode) => botControl('COMMON', mode),
  'bot-control-targeted': (mode) => botControl('TARGETED', mode),
  'account-takeover-prevention': (mode) =>
    group('AWSManagedRulesATPRuleSet', mode, [], {
      managedRuleGroupConfigs: [
        {
          awsManagedRulesAtpRuleSet: {
            loginPath: '/v1/sign-in',
            requestInspection: { payloadType: 'JSON', usernameField: email, passwordField: password },
            // As the API answers: wrong passwords are 401, locks 429.
            responseInspection: { statusCode: { successCodes: [200], failureCodes: [401, 429] } },
          },
        },
      ],
    }),
  'account-creation-fraud-prevention': (mode) =>
    group('AWSManagedRulesACFPRuleSet', mode, [], {
      managedRuleGroupConfigs: [
        {
          awsManagedRulesAcfpRuleSet: {
            registrationPagePath: '/register',
            creationPath: '/v1/accounts',
            requestInspection: { payloadType: 'JSON', emailField: email, usernameField: email, passwordField: password },
            responseInspection: { statusCode: { successCodes: [202], failureCodes: [400, 422] } },
          },
        },
      ],
    }),
};

/** Groups that AWS charges for, by month and by request: only those that the configuration names. */
export function paidGroups({ managedRules, paidRuleGroups }: FirewallChoices): ManagedRule[] {
  return paidRuleGroups.map((name) => paid[name](managedRules));
}

/** Apps call the API with the HTTP library of their language: such clients are labelled, never blocked for it. */
function botControl(inspectionLevel: 'COMMON' | 'TARGETED', mode: 'block' | 'count'): ManagedRule {
  return group('AWSManagedRulesBotControlRuleSet', mode, ['CategoryHttpLibrary', 'SignalNonBrowserUserAgent'], {
    managedRuleGroupConfigs: [{ awsManagedRulesBotControlRuleSet: { inspectionLevel } }],
  });
}

function group(
  name: string,
  mode: 'block' | 'count',
  countOnly: readonly string[] = [],
  more: Partial<ManagedStatement> = {},
): ManagedRule {
  return {
    name,
    statement: {
      managedRuleGroupStatement: {
        vendorName: 'AWS',
        name,
        ...(countOnly.length > 0 ? { ruleActionOverrides: countOnly.map((rule) => ({ name: rule, actionToUse: { count: {} } })) } : {}),
        ...more,
      },
    },
    overrideAction: mode === 'count' ? { count: {} } : { none: {} },
  };
}
