/** Capacity units, against the figures that the AWS WAF developer guide gives for each statement. */
import { computeCapacity } from '../../waf/index.ts';
import { byteMatch, rule, transformations, webAclProperties } from './support.ts';

const unitsOf = (statement: unknown) => computeCapacity(webAclProperties([rule('only', 0, statement)]))[0]?.units;
const size = (FieldToMatch: unknown, ...types: string[]) => ({
  SizeConstraintStatement: { FieldToMatch, ComparisonOperator: 'GT', Size: 1, TextTransformations: transformations(...types) },
});
const ipSet = { IPSetReferenceStatement: { Arn: 'arn' } };

test.each<[string, unknown, number]>([
  ['an IP set', ipSet, 1],
  ['a label', { LabelMatchStatement: { Scope: 'LABEL', Key: 'a' } }, 1],
  ['a string at the start', byteMatch({ UriPath: {} }, 'STARTS_WITH', '/a', 'NONE'), 2],
  ['a string anywhere, after two transformations', byteMatch({ UriPath: {} }, 'CONTAINS', 'a', 'URL_DECODE', 'LOWERCASE'), 30],
  ['the size of a body', size({ Body: {} }, 'NONE'), 1],
  ['the size in JSON', size({ JsonBody: {} }, 'NONE'), 2],
  ['the size of all arguments', size({ AllQueryArguments: {} }, 'NONE'), 11],
  [
    'a regular expression',
    { RegexMatchStatement: { FieldToMatch: { UriPath: {} }, RegexString: 'a', TextTransformations: transformations('LOWERCASE') } },
    13,
  ],
  ['not, and, or: what is in them', { NotStatement: { Statement: { OrStatement: { Statements: [ipSet, ipSet] } } } }, 2],
  ['a rate', { RateBasedStatement: { Limit: 10, AggregateKeyType: 'IP' } }, 2],
  ['a rate in a scope', { RateBasedStatement: { Limit: 10, AggregateKeyType: 'IP', ScopeDownStatement: ipSet } }, 3],
  [
    'a rate by two keys of its own',
    { RateBasedStatement: { Limit: 10, AggregateKeyType: 'CUSTOM_KEYS', CustomKeys: [{ IP: {} }, { HTTPMethod: {} }] } },
    62,
  ],
  ['the core rule set', { ManagedRuleGroupStatement: { VendorName: 'AWS', Name: 'AWSManagedRulesCommonRuleSet' } }, 700],
])('%s', (_, statement, units) => {
  expect(unitsOf(statement)).toBe(units);
});

test('what has no known figure is refused, never counted as nothing', () => {
  const unknown = { ManagedRuleGroupStatement: { VendorName: 'Somebody', Name: 'SomebodysRules' } };

  expect(() => unitsOf(unknown)).toThrow(/rule "only".*capacity units are not known here/);
});
