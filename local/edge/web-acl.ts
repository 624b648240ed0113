/** From the assembly's resources to a web ACL that can be evaluated. */
import { compileWebAcl, createIpSets, type IpSets, type References, requireIpSets, type WebAcl } from '../../waf/index.ts';
import type { Assembly, Resource } from '../assembly/model.ts';

export interface EvaluableWebAcl {
  readonly webAcl: WebAcl;
  /** With the content that the template gives them. */
  readonly ipSets: IpSets;
}

/** @throws WebAclError when it refers to what is not in the assembly, or holds what can't be evaluated */
export function readWebAcl(resource: Resource, assembly: Assembly, locate?: References['locate']): EvaluableWebAcl {
  const byArn = (type: string, read: (properties: Record<string, never>) => readonly string[]) =>
    new Map(assembly.ofType(type).map((set) => [String(set.attributes.Arn), read(set.properties)]));
  const webAcl = compileWebAcl(resource.properties, {
    regexPatternSets: byArn('AWS::WAFv2::RegexPatternSet', ({ RegularExpressionList }) => RegularExpressionList ?? []),
    ruleGroups: new Map(assembly.ofType('AWS::WAFv2::RuleGroup').map((group) => [String(group.attributes.Arn), group.properties])),
    accountId: assembly.account,
    ...(locate && { locate }),
  });
  const ipSets = createIpSets(byArn('AWS::WAFv2::IPSet', ({ Addresses }) => Addresses ?? []));
  requireIpSets(webAcl, ipSets);
  return { webAcl, ipSets };
}
