import { compileWebAcl } from '../../waf/index.ts';
import { byteMatch, compile, rule, transformations, webAclProperties } from './support.ts';

const everything = byteMatch({ UriPath: {} }, 'STARTS_WITH', '/');
const managed = { ManagedRuleGroupStatement: { VendorName: 'AWS', Name: 'AWSManagedRulesCommonRuleSet' } };

describe('a template that cannot be evaluated is refused with rule, property and remedy', () => {
  const asn = { AsnMatchStatement: { AsnList: [64496] } };
  const bytes = (settings: Record<string, unknown>) => ({
    ByteMatchStatement: {
      FieldToMatch: { UriPath: {} },
      PositionalConstraint: 'EXACTLY',
      SearchString: 'x',
      TextTransformations: transformations('NONE'),
      ...settings,
    },
  });
  const regex = (RegexString: string) => ({
    RegexMatchStatement: { RegexString, FieldToMatch: { UriPath: {} }, TextTransformations: transformations('NONE') },
  });
  const rate = (settings: Record<string, unknown>) => ({ RateBasedStatement: { Limit: 100, AggregateKeyType: 'IP', ...settings } });

  test.each<[string, unknown, string]>([
    [
      'a statement that is not evaluated',
      asn,
      'rule "bad", Statement.AsnMatchStatement: AsnMatchStatement is not evaluated. Use AndStatement',
    ],
    ['the same, nested', { NotStatement: { Statement: asn } }, 'rule "bad", Statement.NotStatement.Statement.AsnMatchStatement'],
    [
      'an unknown custom key',
      rate({ AggregateKeyType: 'CUSTOM_KEYS', CustomKeys: [{ JA4Fingerprint: { FallbackBehavior: 'MATCH' } }] }),
      'the custom key JA4Fingerprint is not evaluated',
    ],
    [
      'an unknown rule group',
      { RuleGroupReferenceStatement: { Arn: 'arn:x' } },
      'the rule group arn:x is unknown. Pass it in references.ruleGroups',
    ],
    [
      'a nested rule group',
      { NotStatement: { Statement: { RuleGroupReferenceStatement: { Arn: 'x' } } } },
      "RuleGroupReferenceStatement can't be nested",
    ],
    ['a nested rate', { NotStatement: { Statement: rate({}) } }, "RateBasedStatement can't be nested"],
    ['a nested managed group', { NotStatement: { Statement: managed } }, "ManagedRuleGroupStatement can't be nested"],
    [
      'two statements in one',
      { ...(everything as object), ...asn },
      'expected exactly one kind, got ByteMatchStatement and AsnMatchStatement',
    ],
    ['none', {}, 'expected exactly one kind, got none'],
    ['an unknown property', bytes({ Weight: 1 }), 'rule "bad", Statement.ByteMatchStatement: Weight is not supported here'],
    [
      'an unknown component',
      bytes({ FieldToMatch: { JA3Fingerprint: { FallbackBehavior: 'MATCH' } } }),
      'the component JA3Fingerprint is not evaluated',
    ],
    [
      'a name in lower case, which CDK passes through',
      bytes({ FieldToMatch: { SingleHeader: { name: 'host' } } }),
      'FieldToMatch.SingleHeader: name is not supported here. Use Name',
    ],
    ['an unknown constraint', bytes({ PositionalConstraint: 'BEGINS' }), '"BEGINS" is not supported. Use EXACTLY, STARTS_WITH'],
    ['no search string', bytes({ SearchString: undefined }), 'expected either SearchString or SearchStringBase64'],
    ['both search strings', bytes({ SearchStringBase64: 'eA==' }), 'expected either SearchString or SearchStringBase64'],
    ['a search string over 200 bytes', bytes({ SearchString: 'é'.repeat(101) }), 'the search string has 202 bytes'],
    [
      'no word',
      bytes({ SearchString: 'a b', PositionalConstraint: 'CONTAINS_WORD' }),
      'CONTAINS_WORD takes letters, digits and underscores only',
    ],
    ['no transformation', bytes({ TextTransformations: [] }), 'expected a list of 1 to 10 entries, got 0 entries'],
    [
      'an unresolved reference',
      { IPSetReferenceStatement: { Arn: { 'Fn::GetAtt': ['Set', 'Arn'] } } },
      'Resolve references before compiling',
    ],
    [
      'an unknown pattern set',
      {
        RegexPatternSetReferenceStatement: {
          Arn: 'arn:missing',
          FieldToMatch: { UriPath: {} },
          TextTransformations: transformations('NONE'),
        },
      },
      'the regex pattern set arn:missing is unknown',
    ],
    ['geography without a look-up', { GeoMatchStatement: { CountryCodes: ['IT'] } }, 'Pass references.locate'],
    ['an and of one', { AndStatement: { Statements: [everything] } }, 'expected a list of 2 to'],
    ['a rate below 10', rate({ Limit: 9 }), 'Statement.RateBasedStatement.Limit: expected an integer from 10'],
    ['a window between', rate({ EvaluationWindowSec: 90 }), '90 is not supported. Use 60, 120, 300 or 600'],
    ['CONSTANT of everything', rate({ AggregateKeyType: 'CONSTANT' }), 'CONSTANT without a ScopeDownStatement'],
    ['no custom keys', rate({ AggregateKeyType: 'CUSTOM_KEYS' }), 'CustomKeys are missing'],
    ['custom keys that are not asked for', rate({ CustomKeys: [{ IP: {} }] }), 'CustomKeys are set with IP'],
    [
      'the address as the only custom key',
      rate({ AggregateKeyType: 'CUSTOM_KEYS', CustomKeys: [{ IP: {} }] }),
      'an address alone is no custom key',
    ],
    ['an unknown custom key', rate({ AggregateKeyType: 'CUSTOM_KEYS', CustomKeys: [{ ASN: {} }] }), 'the custom key ASN is not evaluated'],
    ['a forwarded address without its header', rate({ AggregateKeyType: 'FORWARDED_IP' }), 'the aggregate key needs ForwardedIPConfig'],
    ['a pattern over 512 bytes', regex('a'.repeat(513)), 'the pattern has 513 bytes'],
    ['an empty pattern', regex(''), 'the pattern has 0 bytes'],
    ['no label', { LabelMatchStatement: { Scope: 'LABEL', Key: 'a b' } }, '"a b" is not a label'],
  ])('%s', (_, statement, message) => {
    expect(() => compile([rule('bad', 0, statement)])).toThrow(message);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['an unknown action', { Action: { Monetize: {} } }, 'the action Monetize is not evaluated'],
    ['no action', {}, 'rule "bad", Action: expected an object'],
    ['an override without a group', { OverrideAction: { None: {} } }, 'it belongs to rule groups only'],
    [
      'a body that is not defined',
      { Action: { Block: { CustomResponse: { ResponseCode: 403, CustomResponseBodyKey: 'x' } } } },
      'there is no body "x"',
    ],
    [
      'a status that AWS does not send',
      { Action: { Block: { CustomResponse: { ResponseCode: 418 } } } },
      "AWS WAF doesn't answer with 418",
    ],
    [
      'content-type as a header',
      { Action: { Block: { CustomResponse: { ResponseCode: 403, ResponseHeaders: [{ Name: 'Content-Type', Value: 'x' }] } } } },
      'content-type is set by the body',
    ],
    [
      'a header over 255 characters',
      { Action: { Block: { CustomResponse: { ResponseCode: 403, ResponseHeaders: [{ Name: 'a', Value: 'x'.repeat(256) }] } } } },
      'the value of a has 256 characters',
    ],
    [
      'a header twice',
      {
        Action: {
          Allow: {
            CustomRequestHandling: {
              InsertHeaders: [
                { Name: 'a', Value: '1' },
                { Name: 'A', Value: '2' },
              ],
            },
          },
        },
      },
      'a header stands there twice',
    ],
    ['a reserved label', { Action: { Count: {} }, RuleLabels: [{ Name: 'aws:x' }] }, 'aws is reserved in labels'],
  ])('%s', (_, extra, message) => {
    expect(() => compile([rule('bad', 0, everything, extra)])).toThrow(message);
  });

  test('a rate-based rule that allows', () => {
    expect(() => compile([rule('bad', 0, rate({}), { Action: { Allow: {} } })])).toThrow('a rate-based rule cannot allow');
  });

  test('an action on a managed group', () => {
    expect(() => compile([rule('bad', 0, managed)])).toThrow('a rule group has actions of its own');
  });

  test.each([
    [{ Rules: [rule('a', 0, everything), rule('a', 1, everything)] }, 'two rules have the name "a"'],
    [{ Rules: [rule('a', 0, everything), rule('b', 0, everything)] }, 'two rules have the priority 0'],
    [{ DefaultAction: { Count: {} } }, 'Count is no default action'],
    [{ DefaultAction: { Captcha: {} } }, 'Captcha is no default action'],
    [{ Scope: 'EDGE' }, '"EDGE" is not supported'],
    [{ Rulez: [] }, 'web ACL: Rulez is not supported here'],
    [{ CustomResponseBodies: { x: { ContentType: 'TEXT_PLAIN', Content: 'x'.repeat(4097) } } }, '4097 bytes'],
  ])('%j', (extra, message) => {
    expect(() => compileWebAcl(webAclProperties([], extra))).toThrow(message);
  });

  test('something else entirely', () => {
    expect(() => compileWebAcl('{}')).toThrow('web ACL: expected an object, got "{}"');
  });
});
