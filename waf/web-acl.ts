/** Compiles the properties of an `AWS::WAFv2::WebACL`. */
import { type CompiledAction, compileAction, readResponseBodies } from './actions.ts';
import type { Compilation } from './evaluation.ts';
import type { IpSets } from './ip-sets.ts';
import { type CompiledRule, compileRules } from './rules.ts';
import { readChoice, readProperties, readString, refuse, WebAclError } from './template.ts';
import type { References } from './types.ts';

/** Compiled, and unchanging: one may serve several evaluators. */
export interface WebAcl {
  readonly name: string;
  /** By priority. */
  readonly rules: readonly CompiledRule[];
  readonly defaultAction: CompiledAction;
  /** IP sets that its rules refer to, by ARN. */
  readonly ipSetArns: readonly string[];
}

const webAclKeys = [
  'Name',
  'Scope',
  'Description',
  'DefaultAction',
  'Rules',
  'VisibilityConfig',
  'CustomResponseBodies',
  'AssociationConfig',
  'Tags',
] as const;
/** For Captcha, Challenge, logging and anti-DDoS at the load balancer: nothing that a decision here depends on. */
const ignoredKeys = ['CaptchaConfig', 'ChallengeConfig', 'TokenDomains', 'DataProtectionConfig', 'OnSourceDDoSProtectionConfig'] as const;

/**
 * @param webAcl CloudFormation properties of an `AWS::WAFv2::WebACL`, intrinsic functions resolved
 * @param references what its statements refer to
 * @throws WebAclError naming rule, statement and remedy for whatever can't be evaluated
 */
export function compileWebAcl(webAcl: unknown, references: References = {}): WebAcl {
  const place = 'web ACL';
  const properties = readProperties(webAcl, place, [...webAclKeys, ...ignoredKeys]);
  const name = properties.Name === undefined ? 'unnamed' : readString(properties.Name, `${place}.Name`);
  const scope = readChoice(properties.Scope, `${place}.Scope`, ['CLOUDFRONT', 'REGIONAL']);
  const bodies = readResponseBodies(properties.CustomResponseBodies, `${place}.CustomResponseBodies`);
  const defaultAction = compileAction(properties.DefaultAction, bodies, `${place}.DefaultAction`);
  if (defaultAction.action !== 'ALLOW' && defaultAction.action !== 'BLOCK') {
    refuse(`${place}.DefaultAction`, `${Object.keys(properties.DefaultAction as object)[0]} is no default action`, 'Use Allow or Block');
  }
  const compilation: Compilation = {
    references,
    ipSetArns: new Set(),
    labelPrefix: `awswaf:${references.accountId ?? '000000000000'}:webacl:${name}:`,
    bodyLimit: readBodyLimit(properties.AssociationConfig, scope, `${place}.AssociationConfig`),
    fields: new Map(),
  };
  const rules = compileRules(properties.Rules, bodies, compilation);
  return { name, rules, defaultAction, ipSetArns: [...compilation.ipSetArns] };
}

/** 16 KB unless the association raises it (AWS WAF guide, "Managing body inspection size limits"). */
function readBodyLimit(value: unknown, scope: 'CLOUDFRONT' | 'REGIONAL', place: string): number {
  if (value === undefined) return 16_384;
  const { RequestBody } = readProperties(value, place, ['RequestBody']);
  const resource = scope === 'CLOUDFRONT' ? 'CLOUDFRONT' : 'API_GATEWAY';
  const setting = RequestBody === undefined ? undefined : readProperties(RequestBody, `${place}.RequestBody`)[resource];
  if (setting === undefined) return 16_384;
  const settingPlace = `${place}.RequestBody.${resource}`;
  const { DefaultSizeInspectionLimit } = readProperties(setting, settingPlace, ['DefaultSizeInspectionLimit']);
  const size = readChoice(DefaultSizeInspectionLimit, `${settingPlace}.DefaultSizeInspectionLimit`, ['KB_16', 'KB_32', 'KB_48', 'KB_64']);
  return Number(size.slice(3)) * 1024;
}

/**
 * For the start of whatever evaluates requests later: a missing set shows at once, not with the first request.
 *
 * @throws WebAclError naming the first IP set that a rule refers to and that is not there
 */
export function requireIpSets(webAcl: WebAcl, ipSets: IpSets): void {
  const missing = webAcl.ipSetArns.find((arn) => ipSets.get(arn) === undefined);
  if (missing !== undefined)
    throw new WebAclError(`web ACL: the IP set ${missing} is unknown. Put it among the IP sets, empty if need be.`);
}

/** What is declared but not imitated here whatever the request, one line each, with the rule's name. */
export function describeUnsupported(webAcl: WebAcl): string[] {
  return webAcl.rules.flatMap((rule) =>
    rule.kind === 'managed' ? [`${rule.name}: ${rule.notEvaluated.what} is declared, but not imitated: here it never matches`] : [],
  );
}
