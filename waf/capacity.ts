/**
 * Web ACL capacity units (WCU): what AWS WAF charges a web ACL's rules by. Up to 1,500 are in the price of a web ACL, 5,000 is the
 * limit. The figures are those of the AWS WAF developer guide, in the sections "Rule statements" and "AWS Managed Rules rule groups list".
 */
import { type Properties, readList, readProperties, readString, readVariant, refuse } from './template.ts';

/** What the price of a web ACL covers. */
export const includedCapacity = 1500;

const managedGroups: Readonly<Record<string, number>> = {
  AWSManagedRulesCommonRuleSet: 700,
  AWSManagedRulesAdminProtectionRuleSet: 100,
  AWSManagedRulesKnownBadInputsRuleSet: 200,
  AWSManagedRulesSQLiRuleSet: 200,
  AWSManagedRulesAmazonIpReputationList: 25,
  AWSManagedRulesAnonymousIpList: 50,
  AWSManagedRulesBotControlRuleSet: 50,
  AWSManagedRulesATPRuleSet: 50,
  AWSManagedRulesACFPRuleSet: 50,
};

const stringMatches: Readonly<Record<string, number>> = { EXACTLY: 2, STARTS_WITH: 2, ENDS_WITH: 2, CONTAINS: 10, CONTAINS_WORD: 10 };
const perTransformation = 10;
const perCustomKey = 30;

export interface RuleCapacity {
  readonly name: string;
  readonly units: number;
}

/**
 * @param webAcl CloudFormation properties of an `AWS::WAFv2::WebACL`
 * @returns units of each rule, in the order of the template
 * @throws WebAclError for a statement, or a managed rule group, whose units are not known here
 */
export function computeCapacity(webAcl: unknown): RuleCapacity[] {
  const { Rules } = readProperties(webAcl, 'web ACL');
  return readList(Rules ?? [], 'web ACL.Rules', 0, 1000).map((rule, index) => {
    const { Name, Statement } = readProperties(rule, `rule ${index}`);
    const name = readString(Name, `rule ${index}, Name`);
    return { name, units: unitsOf(Statement, `rule ${JSON.stringify(name)}, Statement`) };
  });
}

function unitsOf(statement: unknown, place: string): number {
  const [kind, settings] = readVariant(statement, place);
  const properties = readProperties(settings, `${place}.${kind}`);
  const within = `${place}.${kind}`;
  switch (kind) {
    case 'IPSetReferenceStatement':
      return properties.IPSetForwardedIPConfig === undefined ? 1 : 5;
    case 'GeoMatchStatement':
    case 'LabelMatchStatement':
      return 1;
    case 'ByteMatchStatement':
      return inspecting(stringMatches[readString(properties.PositionalConstraint, within)] ?? refuseUnknown(within), properties);
    case 'SizeConstraintStatement':
      return inspecting(1, properties);
    case 'RegexMatchStatement':
      return inspecting(3, properties);
    case 'RegexPatternSetReferenceStatement':
      return inspecting(25, properties);
    case 'SqliMatchStatement':
      return inspecting(properties.SensitivityLevel === 'HIGH' ? 30 : 20, properties);
    case 'XssMatchStatement':
      return inspecting(40, properties);
    case 'NotStatement':
      return unitsOf(properties.Statement, within);
    case 'AndStatement':
    case 'OrStatement':
      return readList(properties.Statements, within, 1, 1000).reduce((sum: number, part) => sum + unitsOf(part, within), 0);
    case 'RateBasedStatement':
      return rateUnits(properties, within);
    case 'ManagedRuleGroupStatement': {
      const scope = properties.ScopeDownStatement === undefined ? 0 : unitsOf(properties.ScopeDownStatement, within);
      return (managedGroups[readString(properties.Name, within)] ?? refuseUnknown(within)) + scope;
    }
    default:
      return refuseUnknown(within);
  }
}

/** The JSON body counts twice, all query arguments ten more, and each text transformation ten; `NONE` is none. */
function inspecting(base: number, { FieldToMatch, TextTransformations }: Properties): number {
  const field = readProperties(FieldToMatch, 'FieldToMatch');
  const component = (field.JsonBody === undefined ? base : 2 * base) + (field.AllQueryArguments === undefined ? 0 : 10);
  return component + transformationUnits(TextTransformations);
}

function transformationUnits(transformations: unknown): number {
  const types = readList(transformations ?? [], 'TextTransformations', 0, 10).map(
    (entry) => readProperties(entry, 'TextTransformation').Type,
  );
  return perTransformation * types.filter((type) => type !== 'NONE').length;
}

/** The guide says nothing of transformations in a custom key: counted as elsewhere, so that this is never too little. */
function rateUnits({ CustomKeys, ScopeDownStatement }: Properties, place: string): number {
  const keys = readList(CustomKeys ?? [], place, 0, 5).map((key) => readProperties(readVariant(key, place)[1], place));
  const keyUnits = keys.reduce((sum, { TextTransformations }) => sum + perCustomKey + transformationUnits(TextTransformations), 0);
  return 2 + keyUnits + (ScopeDownStatement === undefined ? 0 : unitsOf(ScopeDownStatement, `${place}.ScopeDownStatement`));
}

function refuseUnknown(place: string): never {
  return refuse(place, 'its capacity units are not known here', 'Add them to waf/capacity.ts from the AWS WAF developer guide');
}
