/** The statements that the rules of the web ACL are made of. */
import type { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { securityPolicy } from '../../contract/security-policy.ts';

export type Statement = CfnWebACL.StatementProperty;

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

export interface RateLimit {
  readonly limit: number;
  readonly windowSeconds?: number;
}

/** More requests than that from one address, of those in scope. */
export function rate({ limit, windowSeconds = securityPolicy.edgeRates.windowSeconds }: RateLimit, scope?: Statement): Statement {
  return {
    rateBasedStatement: {
      limit,
      evaluationWindowSec: windowSeconds,
      aggregateKeyType: 'IP',
      ...(scope ? { scopeDownStatement: scope } : {}),
    },
  };
}

/** The same from one address to one path, in whatever spelling. */
export function ratePerPath({ limit, windowSeconds = securityPolicy.edgeRates.windowSeconds }: RateLimit, scope: Statement): Statement {
  return {
    rateBasedStatement: {
      limit,
      evaluationWindowSec: windowSeconds,
      aggregateKeyType: 'CUSTOM_KEYS',
      customKeys: [{ ip: {} }, { uriPath: { textTransformations: asTheApiReadsIt } }],
      scopeDownStatement: scope,
    },
  };
}

/** One pattern for all prefixes: 33 WCU, where a string match would be 32 for each of them. */
export function pathStartsWith(...prefixes: string[]): Statement {
  return {
    regexMatchStatement: {
      fieldToMatch: { uriPath: {} },
      regexString: `^(${prefixes.map((prefix) => prefix.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})`,
      textTransformations: asTheApiReadsIt,
    },
  };
}

export function methodIs(method: string): Statement {
  return {
    byteMatchStatement: {
      fieldToMatch: { method: {} },
      positionalConstraint: 'EXACTLY',
      searchString: method,
      textTransformations: asItStands,
    },
  };
}

export function longer(fieldToMatch: CfnWebACL.FieldToMatchProperty, size: number): Statement {
  return { sizeConstraintStatement: { fieldToMatch, comparisonOperator: 'GT', size, textTransformations: asItStands } };
}

/** A header that is not there has no length at all. */
export function hasHeader(name: string): Statement {
  return {
    sizeConstraintStatement: {
      fieldToMatch: { singleHeader: { Name: name } },
      comparisonOperator: 'GE',
      size: 0,
      textTransformations: asItStands,
    },
  };
}

export function inSet(arn: string): Statement {
  return { ipSetReferenceStatement: { arn } };
}

export function hasLabel(key: string): Statement {
  return { labelMatchStatement: { scope: 'LABEL', key } };
}

export function anyOf(statements: Statement[]): Statement {
  return { orStatement: { statements } };
}

export function and(...statements: Statement[]): Statement {
  return { andStatement: { statements } };
}

export function not(statement: Statement): Statement {
  return { notStatement: { statement } };
}
