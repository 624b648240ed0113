/**
 * What one deployment chooses: the schema of `portiere.config.ts`.
 *
 * Everything is checked at synth, all at once: each problem names the field, the value and the fix, so that nobody
 * deploys half a front door to learn about the next typo.
 */
import * as z from 'zod';
import type { Attestation } from '../contract/attestations.ts';
import type { BlocklistSettings } from '../contract/blocks.ts';
import { type PasswordProfile, securityPolicy } from '../contract/security-policy.ts';
import type { Settings } from '../contract/settings.ts';
import { type BlocklistConfigInput, blocklistOf, blocklistSchema } from './blocklist-config.ts';
import { type DeliveryConfig, type DeliveryConfigInput, deliveryOf, deliverySchema } from './delivery-config.ts';
import { type DisclosureConfig, type DisclosureConfigInput, disclosureOf, disclosureSchema, findStranger } from './disclosure-config.ts';
import { evidenceOf, evidenceSchema } from './evidence-config.ts';
import { type FirewallChoices, type FirewallConfigInput, firewallOf, firewallSchema } from './firewall-config.ts';
import { type GuardrailsConfig, type GuardrailsConfigInput, guardrailsOf, guardrailsSchema } from './guardrails-config.ts';
import { contactsSchema, type Heartbeat, heartbeatSchema, type OnCallContact, runbookUrlSchema } from './on-call-config.ts';
import { europeanRegions } from './regions.ts';
import { type StaffConfig, type StaffConfigInput, staffNetworksSchema, staffOf, staffSchema } from './staff-config.ts';
import { checkStatus, isInside, type StatusConfig, type StatusConfigInput, statusOf, statusSchema } from './status-config.ts';

export type { OnCallContact } from './on-call-config.ts';

/** `portiere.config.ts` as it is written. */
export interface ConfigInput extends StaffConfigInput {
  /** Shown in mails and refused as a password; 1 to 60 characters. */
  readonly productName: string;
  /** Host name of the site, e.g. `id.example.com`. Needs `hostedZone`. Without it, CloudFront's own name is used. */
  readonly domain?: string;
  /** The Route 53 zone that `domain` is in: certificates, records and mail signing (DKIM) are made there. */
  readonly hostedZone?: { readonly id: string; readonly name: string };
  /** Origins beside the site's own that may call the API, e.g. `https://app.example.com`. */
  readonly allowedOrigins?: readonly string[];
  /** Where data and functions live; default `eu-south-1`. */
  readonly region?: string;
  /** Must be said aloud to keep data outside Europe. */
  readonly allowRegionsOutsideEurope?: boolean;
  /** Account id of 12 digits; default: that of the credentials in use. */
  readonly account?: string;
  /** Whom alarms wake. */
  readonly onCall: readonly OnCallContact[];
  /** Where the messages of alarms point to; default: the path in the repository, docs/runbook.md. */
  readonly runbookUrl?: string;
  /** A dead-man's switch outside AWS that hears from the alarm path. */
  readonly heartbeat?: { readonly url: string; readonly everyMinutes?: number };
  /** From-address of every mail; SES must be allowed to send for it. */
  readonly sender: string;
  /** Minimum password length by profile, see `securityPolicy.passwords.profiles`; default `page`. */
  readonly passwordProfile?: PasswordProfile;
  readonly policy?: {
    /** bcrypt cost, within the floor and the ceiling of the security policy; default the policy's. */
    readonly bcryptCost?: number;
  };
  /** Two-step verification: who must have it, and what may stand in for it. */
  readonly secondFactor?: {
    /** Default `staff`. */
    readonly requiredFor?: 'nobody' | 'staff' | 'everyone';
    /** The grace period runs from this instant, or from the account's creation if that is later; default: from the creation. */
    readonly since?: string;
    /** How many days people have to enrol, 0 to the policy's ceiling; default the policy's. */
    readonly graceDays?: number;
    /** Whether people may let a browser skip the second step for 30 days; never staff. Default false. */
    readonly rememberDevices?: boolean;
    /** Staff's second factor must be a passkey. Default false. */
    readonly staffPasskeys?: boolean;
  };
  /**
   * Reserved concurrency: an upper bound on the bill of a flood, and a share that other functions can't take.
   * Off by default: a new AWS account has only 10 concurrent executions, all of which must stay unreserved,
   * and the deployment would fail. Raise the quota (Lambda, "Concurrent executions") before setting it.
   */
  readonly concurrency?: { readonly password?: number; readonly mailer?: number };
  /**
   * How a new version of a function takes over: `gradual` (the default) gives it a tenth of the calls for five minutes, and
   * takes it back by itself when an alarm rings; `all-at-once` is for a deployment that must not wait, as while one rings.
   */
  readonly rollout?: 'gradual' | 'all-at-once';
  /** How the web ACL acts: see `firewall-config.ts`. */
  readonly firewall?: FirewallConfigInput;
  /** Who is blocked at the edge, and who never is: see `blocklist-config.ts`. */
  readonly blocklist?: BlocklistConfigInput;
  /** Where the status page stands, away from all of this: see `status-config.ts`. */
  readonly status?: StatusConfigInput;
  /** How vulnerabilities are reported to you: see `disclosure-config.ts`. */
  readonly disclosure?: DisclosureConfigInput;
  /** Guardrails on the whole AWS account; none unless asked for: see `guardrails-config.ts`. */
  readonly guardrails?: GuardrailsConfigInput;
  /** What people have signed for, with an end each: see `contract/attestations.ts`. Default: nothing, and the page says so. */
  readonly evidence?: readonly Attestation[];
  /** The workflow that may deploy this, without a key; default: none, people deploy with credentials of their own. */
  readonly delivery?: DeliveryConfigInput;
}

/** `portiere.config.ts`, checked, with every default filled in. */
export interface Config extends StaffConfig {
  readonly productName: string;
  readonly site?: { readonly domain: string; readonly hostedZone: { readonly id: string; readonly name: string } };
  readonly allowedOrigins: readonly string[];
  readonly region: string;
  readonly account?: string;
  readonly onCall: readonly OnCallContact[];
  readonly runbookUrl: string;
  readonly heartbeat?: Heartbeat;
  readonly sender: string;
  readonly passwordProfile: PasswordProfile;
  readonly bcryptCost: number;
  readonly secondFactor: Settings['secondFactor'];
  readonly concurrency: { readonly password?: number; readonly mailer?: number };
  readonly rollout: 'gradual' | 'all-at-once';
  readonly firewall: FirewallChoices;
  readonly blocklist: BlocklistSettings;
  readonly status: StatusConfig;
  readonly disclosure: DisclosureConfig;
  readonly guardrails?: GuardrailsConfig;
  readonly evidence: readonly Attestation[];
  readonly delivery?: DeliveryConfig;
}

export interface ConfigurationProblem {
  /** Where, e.g. `onCall[0].sms`. */
  readonly field: string;
  /** What stands there, as JSON. */
  readonly value: string;
  readonly fix: string;
}

/** Everything that is wrong with a configuration, one line each. */
export class ConfigurationError extends Error {
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[], source = 'portiere.config.ts') {
    super(
      [
        `${source} needs ${problems.length === 1 ? 'a change' : `${problems.length} changes`}:`,
        ...problems.map(({ field, value, fix }) => `  ${field} is ${value}: ${fix}`),
      ].join('\n'),
    );
    this.name = 'ConfigurationError';
    this.problems = problems;
  }
}

/** Gives `portiere.config.ts` its types; checks nothing. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config;
}

const { passwords, secondFactor } = securityPolicy;
const profiles = Object.keys(passwords.profiles) as [PasswordProfile, ...PasswordProfile[]];

const domainName = /^(?=.{4,253}$)([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
const regionName = /^[a-z]{2}(-[a-z]+)+-\d$/;
const text = (fix: string) => z.string({ error: fix });
const matching = (pattern: RegExp, fix: string) => text(fix).regex(pattern, fix);
const mailAddress = (fix: string) => text(fix).pipe(z.email(fix));
/** Everything that says where it is wrong, in the words of whoever must mend it. */
const strictObject = <Shape extends z.core.$ZodLooseShape>(shape: Shape, fix: string) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `remove it or correct its spelling; known here: ${Object.keys(shape).join(', ')}` : fix,
  });

const concurrencyFix = 'give a whole number from 1 to 1000, below your account quota minus 100, or leave it out';
const concurrency = z.int(concurrencyFix).min(1, concurrencyFix).max(1000, concurrencyFix);
const bcryptFix = `give a whole number from ${passwords.bcryptCostFloor} to ${passwords.bcryptCostCeiling}, or leave it out for ${passwords.bcryptCost}`;
const sinceFix = 'give an instant in UTC, as in 2026-09-01T00:00:00Z, or leave it out';
const graceFix = `give a whole number of days from 0 to ${secondFactor.graceDaysCeiling}, or leave it out for ${secondFactor.graceDays}`;
const yesOrNo = z.boolean('give true or false, or leave it out for false');

const originFix = 'give an origin alone, as in https://app.example.com: https, no path, no slash at the end, no wildcard';
const origin = text(originFix).refine(
  (value) => URL.canParse(value) && new URL(value).origin === value && value.startsWith('https://') && !value.includes('*'),
  originFix,
);

const schema = strictObject(
  {
    productName: text('give the name that your customers know, 1 to 60 characters')
      .trim()
      .min(1, 'give the name that your customers know, 1 to 60 characters')
      .max(60, 'shorten it to at most 60 characters'),
    domain: z.optional(matching(domainName, 'give a lower-case host name as in id.example.com, without https://')),
    hostedZone: z.optional(
      strictObject(
        {
          id: matching(/^Z[A-Z0-9]{5,31}$/, 'give the id of the Route 53 zone, as in Z0123456789ABCDEFGHIJ'),
          name: matching(domainName, 'give the name of the Route 53 zone, as in example.com'),
        },
        'give { id, name } of a Route 53 zone',
      ),
    ),
    allowedOrigins: z._default(z.array(origin, 'give a list of origins, or leave it out'), []),
    region: z._default(matching(regionName, 'give an AWS region as in eu-south-1'), 'eu-south-1'),
    allowRegionsOutsideEurope: z._default(z.boolean('give true or false, or leave it out'), false),
    account: z.optional(
      matching(/^\d{12}$/, 'give the 12 digits of the AWS account in quotes, or leave it out to use the credentials in use'),
    ),
    onCall: contactsSchema,
    runbookUrl: runbookUrlSchema,
    heartbeat: heartbeatSchema,
    sender: mailAddress('give the address that mails come from, as in no-reply@example.com'),
    staff: staffSchema,
    staffNetworks: staffNetworksSchema,
    passwordProfile: z._default(
      z.enum(profiles, `give one of ${profiles.map((name) => `${name} (${passwords.profiles[name]} characters)`).join(', ')}`),
      passwords.defaultProfile,
    ),
    policy: z._default(
      strictObject(
        { bcryptCost: z.optional(z.int(bcryptFix).min(passwords.bcryptCostFloor, bcryptFix).max(passwords.bcryptCostCeiling, bcryptFix)) },
        'give an object, or leave it out',
      ),
      {},
    ),
    secondFactor: z._default(
      strictObject(
        {
          requiredFor: z.optional(
            z.enum(['nobody', 'staff', 'everyone'], 'give one of nobody, staff, everyone, or leave it out for staff'),
          ),
          since: z.optional(z.iso.datetime(sinceFix)),
          graceDays: z.optional(z.int(graceFix).min(0, graceFix).max(secondFactor.graceDaysCeiling, graceFix)),
          rememberDevices: z.optional(yesOrNo),
          staffPasskeys: z.optional(yesOrNo),
        },
        'give an object, or leave it out',
      ),
      {},
    ),
    concurrency: z._default(
      strictObject({ password: z.optional(concurrency), mailer: z.optional(concurrency) }, 'give an object, or leave it out'),
      {},
    ),
    rollout: z._default(z.enum(['gradual', 'all-at-once'], 'give gradual or all-at-once, or leave it out for gradual'), 'gradual'),
    firewall: z._default(firewallSchema, {}),
    blocklist: z._default(blocklistSchema, {}),
    status: z._default(statusSchema, {}),
    disclosure: z._default(disclosureSchema, {}),
    guardrails: z.optional(guardrailsSchema),
    evidence: z._default(evidenceSchema, []),
    delivery: z.optional(deliverySchema),
  },
  'export an object by default, made with defineConfig',
);

/**
 * Checks a configuration and fills in the defaults.
 *
 * @param input default export of the configuration file
 * @param source its name, for the message
 * @throws {ConfigurationError} with every problem at once
 */
export function parseConfig(input: unknown, source?: string): Config {
  const parsed = schema.safeParse(input);
  if (!parsed.success) {
    throw new ConfigurationError(
      parsed.error.issues.flatMap((issue) => describe(issue, input)),
      source,
    );
  }
  const config = parsed.data;
  const problems = crossCheck(config);
  if (problems.length > 0) {
    throw new ConfigurationError(problems, source);
  }
  const { domain, hostedZone, account } = config;
  return {
    productName: config.productName,
    ...(domain && hostedZone ? { site: { domain, hostedZone } } : {}),
    allowedOrigins: config.allowedOrigins,
    region: config.region,
    ...(account ? { account } : {}),
    onCall: config.onCall as readonly OnCallContact[],
    runbookUrl: config.runbookUrl,
    ...(config.heartbeat ? { heartbeat: config.heartbeat } : {}),
    sender: config.sender,
    ...staffOf(config as StaffConfigInput),
    passwordProfile: config.passwordProfile,
    bcryptCost: config.policy.bcryptCost ?? passwords.bcryptCost,
    secondFactor: {
      requiredFor: config.secondFactor.requiredFor ?? 'staff',
      since: config.secondFactor.since ?? '1970-01-01T00:00:00Z',
      graceDays: config.secondFactor.graceDays ?? secondFactor.graceDays,
      rememberDevices: config.secondFactor.rememberDevices ?? false,
      staffPasskeys: config.secondFactor.staffPasskeys ?? false,
    },
    concurrency: withoutUndefined(config.concurrency),
    rollout: config.rollout,
    firewall: firewallOf(config.firewall),
    blocklist: blocklistOf(config.blocklist),
    status: statusOf(config.status, config.region),
    evidence: evidenceOf(config.evidence),
    disclosure: disclosureOf(config.disclosure),
    ...(config.guardrails ? { guardrails: guardrailsOf(config.guardrails) } : {}),
    ...(config.delivery ? { delivery: deliveryOf(config.delivery) } : {}),
  };
}

/** What holds between fields. */
function crossCheck(config: z.infer<typeof schema>): ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  const report = (field: string, value: unknown, fix: string) => problems.push({ field, value: shown(value), fix });
  const { domain, hostedZone, region } = config;
  if (domain && !hostedZone) {
    report('hostedZone', hostedZone, `give { id, name } of the Route 53 zone that ${domain} is in: its certificates are proven there`);
  }
  if (hostedZone && !domain) {
    report('domain', domain, `give the host name of the site inside ${hostedZone.name}, or leave hostedZone out`);
  }
  if (domain && hostedZone && domain !== hostedZone.name && !domain.endsWith(`.${hostedZone.name}`)) {
    report('domain', domain, `give a name inside the hosted zone ${hostedZone.name}`);
  }
  if (hostedZone && !isInside(config.sender.split('@')[1] ?? '', hostedZone.name)) {
    report(
      'sender',
      config.sender,
      `give an address inside the hosted zone ${hostedZone.name}: its mails are signed (DKIM) with records made there`,
    );
  }
  const stranger = findStranger(config.disclosure, staffOf(config as StaffConfigInput).staff);
  if (stranger !== undefined) report('disclosure.notify', stranger, 'name members of `staff` alone: whoever reads reports is one');
  if (config.firewall.originMutualTls && !domain) {
    report(
      'firewall.originMutualTls',
      config.firewall.originMutualTls,
      'give a domain too: the API’s own address asks nobody for a certificate',
    );
  }
  if (!config.allowRegionsOutsideEurope && !(europeanRegions as readonly string[]).includes(region)) {
    report('region', region, `give one of ${europeanRegions.join(', ')}, or set allowRegionsOutsideEurope: true`);
  }
  if (config.guardrails?.monthlyBudgetUsd !== undefined && !config.onCall.some((contact) => 'email' in contact)) {
    report(
      'guardrails.monthlyBudgetUsd',
      config.guardrails.monthlyBudgetUsd,
      'add an { email } to onCall: budgets notify by mail, or leave it out',
    );
  }
  for (const { field, value, fix } of checkStatus(config, europeanRegions)) report(field, value, fix);
  if (config.secondFactor.staffPasskeys && config.secondFactor.requiredFor === 'nobody') {
    report('secondFactor.requiredFor', 'nobody', 'give staff or everyone, or leave staffPasskeys out: a passkey is a second factor');
  }
  return problems;
}

function describe(issue: z.core.$ZodIssue, input: unknown): ConfigurationProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: fieldName([...issue.path, key]),
      value: shown(valueAt(input, [...issue.path, key])),
      fix: issue.message,
    }));
  }
  return [{ field: fieldName(issue.path), value: shown(valueAt(input, issue.path)), fix: issue.message }];
}

function fieldName(path: readonly PropertyKey[]): string {
  const name = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return name.replace(/^\./, '') || 'the default export';
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, part) => (value as Record<PropertyKey, unknown> | undefined)?.[part], input);
}

function shown(value: unknown): string {
  const text = value === undefined ? 'missing' : (JSON.stringify(value) ?? String(value));
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

function withoutUndefined(values: { password?: number | undefined; mailer?: number | undefined }): Config['concurrency'] {
  return { ...(values.password ? { password: values.password } : {}), ...(values.mailer ? { mailer: values.mailer } : {}) };
}

/** What the functions are told of it (`PORTIERE_SETTINGS`). */
export function settingsOf(config: Config): Settings {
  return {
    productName: config.productName,
    ...(config.site ? { siteOrigin: `https://${config.site.domain}` } : {}),
    allowedOrigins: [...config.allowedOrigins],
    passwordProfile: config.passwordProfile,
    bcryptCost: config.bcryptCost,
    staff: [...config.staff],
    ...(config.staffNetworks.length > 0 ? { staffNetworks: [...config.staffNetworks] } : {}),
    secondFactor: config.secondFactor,
    sender: config.sender,
  };
}
