/** The part of the configuration that says how the web ACL acts. */
import * as z from 'zod';
import { type OriginMutualTls, type OriginMutualTlsInput, originMutualTlsOf, originMutualTlsSchema } from './origin-mutual-tls-config.ts';

/** Managed rule groups that AWS charges for by themselves: see docs/waf.md for what they cost and ask. */
export const paidRuleGroups = [
  'bot-control',
  'bot-control-targeted',
  'account-takeover-prevention',
  'account-creation-fraud-prevention',
] as const;
export type PaidRuleGroup = (typeof paidRuleGroups)[number];

export interface FirewallConfigInput {
  /**
   * `count` lets every rule only count, our own and AWS's: for a first roll-out. `npm run ops -- waf report` then says what would have
   * been blocked. The blocklist blocks nobody meanwhile, and nobody is limited at the edge. Default `block`.
   */
  readonly mode?: 'block' | 'count';
  /** `count` lets AWS's managed rules only count, to watch for false positives before `block` (the default). */
  readonly managedRules?: 'block' | 'count';
  /**
   * Addresses that AWS lists as Tor exits, proxies and VPNs. `label` (the default) tells the API, and limits them harder on the routes
   * that take credentials; `block` refuses them.
   */
  readonly anonymousAddresses?: 'label' | 'block';
  /** Groups that cost extra, by month and by request; none by default. */
  readonly paidRuleGroups?: readonly PaidRuleGroup[];
  /** The edge shows the API a certificate, and the API takes nobody without one; needs `domain`. See docs/deploy.md. */
  readonly originMutualTls?: OriginMutualTlsInput;
}

/** With every default filled in. */
export interface FirewallChoices {
  readonly mode: 'block' | 'count';
  readonly managedRules: 'block' | 'count';
  readonly anonymousAddresses: 'label' | 'block';
  readonly paidRuleGroups: readonly PaidRuleGroup[];
  readonly originMutualTls?: OriginMutualTls;
}

const known = ['mode', 'managedRules', 'anonymousAddresses', 'paidRuleGroups', 'originMutualTls'];
const modeFix = 'give block or count, or leave it out for block';
const mode = z.optional(z.enum(['block', 'count'], modeFix));
const groupFix = `give one of ${paidRuleGroups.join(', ')}`;

export const firewallSchema = z.strictObject(
  {
    mode,
    managedRules: mode,
    anonymousAddresses: z.optional(z.enum(['label', 'block'], 'give label or block, or leave it out for label')),
    paidRuleGroups: z.optional(
      z
        .array(z.enum(paidRuleGroups, groupFix), `give a list of ${paidRuleGroups.join(', ')}, or leave it out`)
        .refine((groups) => new Set(groups).size === groups.length, 'give each group once')
        .refine(
          (groups) => groups.filter((name) => name.startsWith('bot-control')).length < 2,
          'give bot-control or bot-control-targeted: the second does what the first does',
        ),
    ),
    originMutualTls: z.optional(originMutualTlsSchema),
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `remove it or correct its spelling; known here: ${known.join(', ')}`
        : 'give an object, or leave it out',
  },
);

export function firewallOf(input: z.infer<typeof firewallSchema>): FirewallChoices {
  const { mode = 'block', managedRules = mode, anonymousAddresses = 'label', paidRuleGroups = [], originMutualTls } = input;
  return {
    mode,
    managedRules: mode === 'count' ? 'count' : managedRules,
    anonymousAddresses,
    paidRuleGroups,
    ...(originMutualTls ? { originMutualTls: originMutualTlsOf(originMutualTls) } : {}),
  };
}
