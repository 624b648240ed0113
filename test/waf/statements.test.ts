import fc from 'fast-check';
import { createIpSets, requireIpSets } from '../../waf/index.ts';
import { blocks, byteMatch, bytes, compile, decide, rule, type Surroundings, transformations } from './support.ts';

const path = { UriPath: {} };
const blocklist = 'arn:aws:wafv2:us-east-1:000000000000:global/ipset/blocklist/1';

function ipSet(cidrs: readonly string[]): Surroundings {
  return { ipSets: new Map([[blocklist, cidrs]]) };
}

describe('IPSetReferenceStatement', () => {
  const statement = { IPSetReferenceStatement: { Arn: blocklist } };

  test.each([
    ['198.51.100.7', true],
    ['198.51.101.7', false],
    ['::ffff:198.51.100.7', true],
    ['2001:db8::7', true],
    ['2001:db9::7', false],
    ['not an address', false],
  ])('%s', (sourceAddress, expected) => {
    expect(blocks(statement, { sourceAddress }, ipSet(['198.51.100.0/24', '2001:db8::/32']))).toBe(expected);
  });

  test('its content can be replaced without compiling again', () => {
    const firewall = compile([rule('blocklist', 0, statement)], ipSet([]));
    const before = decide(firewall).action;

    firewall.ipSets.set(blocklist, ['198.51.100.7/32']);

    expect([before, decide(firewall).action]).toEqual(['ALLOW', 'BLOCK']);
  });

  test('an update with a bad value changes nothing', () => {
    const firewall = compile([rule('blocklist', 0, statement)], ipSet(['198.51.100.7/32']));

    expect(() => firewall.ipSets.set(blocklist, ['203.0.113.0/24', '<html>'])).toThrow('"<html>" is not a CIDR block');

    expect(decide(firewall).action).toBe('BLOCK');
  });

  test('that is missing is an error that names rule and set, at the start and at the first request', () => {
    const { webAcl } = compile([rule('blocklist', 0, statement)]);
    const none = createIpSets([]);

    expect(() => requireIpSets(webAcl, none)).toThrow(`the IP set ${blocklist} is unknown`);
    expect(() => decide({ webAcl, ipSets: none })).toThrow(
      `rule "blocklist", Statement.IPSetReferenceStatement: the IP set ${blocklist} is unknown`,
    );
  });

  test.each<[string, string, string, string | undefined, boolean]>([
    ['the first', 'FIRST', 'NO_MATCH', '198.51.100.7, 10.0.0.1', true],
    ['not the first', 'FIRST', 'NO_MATCH', '10.0.0.1, 198.51.100.7', false],
    ['the last', 'LAST', 'NO_MATCH', '10.0.0.1,198.51.100.7', true],
    ['not the last', 'LAST', 'NO_MATCH', '198.51.100.7, 10.0.0.1', false],
    ['any', 'ANY', 'NO_MATCH', '10.0.0.1, 198.51.100.7, 10.0.0.2', true],
    ['the eleventh from the end', 'ANY', 'NO_MATCH', `198.51.100.7${', 10.0.0.1'.repeat(10)}`, false],
    ['the tenth from the end', 'ANY', 'NO_MATCH', `10.9.9.9, 198.51.100.7${', 10.0.0.1'.repeat(9)}`, true],
    ['an invalid one, fallback MATCH', 'FIRST', 'MATCH', 'unknown', true],
    ['an invalid one, fallback NO_MATCH', 'FIRST', 'NO_MATCH', 'unknown', false],
    ['an address with a port, fallback MATCH', 'FIRST', 'MATCH', '10.0.0.1:80', true],
    ['no header, whatever the fallback', 'FIRST', 'MATCH', undefined, false],
  ])('forwarded address: %s', (_, Position, FallbackBehavior, header, expected) => {
    const forwarded = {
      IPSetReferenceStatement: { Arn: blocklist, IPSetForwardedIPConfig: { HeaderName: 'X-Forwarded-For', FallbackBehavior, Position } },
    };
    const headers: [string, string][] = header === undefined ? [] : [['x-forwarded-for', header]];

    expect(blocks(forwarded, { sourceAddress: '10.0.0.1', headers }, ipSet(['198.51.100.0/24']))).toBe(expected);
  });

  test('without the header the rule does not apply at all, not even through a NotStatement', () => {
    const forwarded = {
      IPSetReferenceStatement: {
        Arn: blocklist,
        IPSetForwardedIPConfig: { HeaderName: 'x-real-ip', FallbackBehavior: 'NO_MATCH', Position: 'FIRST' },
      },
    };

    expect(blocks({ NotStatement: { Statement: forwarded } }, {}, ipSet([]))).toBe(false);
  });
});

describe('ByteMatchStatement', () => {
  test.each<[string, string, string, boolean]>([
    ['EXACTLY', '/login', '/login', true],
    ['EXACTLY', '/login', '/login/', false],
    ['STARTS_WITH', '/login', '/login/x', true],
    ['STARTS_WITH', '/login', '/x/login', false],
    ['ENDS_WITH', '.php', '/a.php', true],
    ['ENDS_WITH', '.php', '/a.php5', false],
    ['CONTAINS', 'admin', '/xadminx', true],
    ['CONTAINS', 'Admin', '/admin', false],
    ['CONTAINS_WORD', 'BadBot', 'BadBot', true],
    ['CONTAINS_WORD', 'BadBot', ';BadBot', true],
    ['CONTAINS_WORD', 'BadBot', '-BadBot;', true],
    ['CONTAINS_WORD', 'BadBot', 'xBadBot', false],
    ['CONTAINS_WORD', 'BadBot', 'BadBot_', false],
    ['CONTAINS_WORD', 'BadBot', 'BadBots BadBot', true],
  ])('%s %j in %j', (constraint, search, text, expected) => {
    expect(blocks(byteMatch(path, constraint, search), { path: text })).toBe(expected);
  });

  test('SearchStringBase64 means the bytes that it encodes', () => {
    const statement = {
      ByteMatchStatement: {
        FieldToMatch: { Body: {} },
        PositionalConstraint: 'CONTAINS',
        SearchStringBase64: 'AP8=',
        TextTransformations: transformations('NONE'),
      },
    };

    expect(blocks(statement, { body: Uint8Array.of(65, 0, 255, 66) })).toBe(true);
  });
});

describe('regular expressions', () => {
  const regex = (RegexString: string) => ({
    RegexMatchStatement: { RegexString, FieldToMatch: { Body: {} }, TextTransformations: transformations('NONE') },
  });

  test.each<[string, string, boolean]>([
    ['I[a@]mAB[a@]dRequest', 'x I@mAB@dRequest', true],
    ['I[a@]mAB[a@]dRequest', 'IemABadRequest', false],
    ['^/v1/(sign-in|accounts)$', '/v1/accounts', true],
    ['^/v1/(sign-in|accounts)$', '/v1/accounts/x', false],
    ['(?i)badbot', 'BADBOT', true],
    ['(?i:bad)bot', 'BADbot', true],
    ['(?i:bad)bot', 'BADBOT', false],
    ['a.b', 'a\nb', false],
    ['(?s)a.b', 'a\nb', true],
    ['^b$', 'a\nb', false],
    ['(?m)^b$', 'a\nb\nc', true],
    ['end$', 'end\n', true],
    ['end\\z', 'end\n', false],
    ['\\Astart', 'start', true],
    ['\\Astart', 'a\nstart', false],
    ['[[:digit:]]{3}', 'a123', true],
    ['[[:alpha:]_-]+\\z', 'a-_', true],
    ['[]x]', ']', true],
    ['[^]x]', 'x]', false],
    ['[a\\-z]', '-', true],
    ['[\\w-]+\\z', 'a-b', true],
    ['[a-]', '-', true],
    ['a{2', 'a{2', true],
    ['a{2}', 'aa', true],
    ['\\Qa.b\\E', 'a.b', true],
    ['\\Qa.b\\E', 'axb', false],
    ['\\x41\\x{42}', 'AB', true],
    ['\\.\\/\\"\\-', './"-', true],
    ['a\\sb', 'a\tb', true],
    ['(?P<name>a)b', 'ab', true],
    ['a+?b', 'aab', true],
    ['\\bword\\b', 'a word.', true],
    ['caf\u00e9', 'un café', true],
    ['^caf..$', 'café', true],
  ])('%s on %j', (pattern, text, expected) => {
    expect(blocks(regex(pattern), { body: bytes(text) })).toBe(expected);
  });

  test.each([
    ['(a)\\1', 'back-references'],
    ['a(?!b)', 'look-around'],
    ['(?<=a)b', 'look-around'],
    ['(?>a)', 'groups other than'],
    ['a++', 'possessive'],
    ['(*FAIL)', 'groups other than'],
    ['a(?i)b', 'groups other than'],
    ['\\R', '\\R'],
    ['\\pL', '\\p'],
    ['\\x{20ac}', 'code points above 255'],
    ['[a', 'a class without its end'],
    ['(a', 'Unterminated group'],
    ['*a', 'Nothing to repeat'],
    ['[z-a]', 'out of order'],
  ])('%s is refused, naming the construct', (pattern, problem) => {
    expect(() => blocks(regex(pattern))).toThrow(problem);
    expect(() => blocks(regex(pattern))).toThrow('rule "only", Statement.RegexMatchStatement.RegexString');
  });

  test('every text matches the pattern that quotes it, and a class of its bytes', () => {
    const text = fc
      .array(
        fc.nat(126).map((code) => String.fromCharCode(Math.max(code, 1))),
        { minLength: 1, maxLength: 20 },
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (value) => {
        const escaped = value.replace(/[^A-Za-z0-9]/g, (character) => `\\${character}`);
        return blocks(regex(`^${escaped}\\z`), { body: bytes(value) }) && blocks(regex(`^[${escaped}]+\\z`), { body: bytes(value) });
      }),
      { seed: 17, numRuns: 300 },
    );
  });

  test('a pattern may have the 512 bytes that AWS WAF takes, counted in UTF-8', () => {
    expect(blocks(regex(`${'a?'.repeat(255)}^b`), { body: bytes('b') })).toBe(true);
    expect(() => blocks(regex('é'.repeat(257)))).toThrow('the pattern has 514 bytes');
  });

  test('a pattern set holds ten patterns', () => {
    const statement = {
      RegexPatternSetReferenceStatement: { Arn: 'arn:set', FieldToMatch: path, TextTransformations: transformations('NONE') },
    };
    const holding = (count: number) => ({
      regexPatternSets: new Map([['arn:set', Array.from({ length: count }, (_, index) => `^/${index}$`)]]),
    });

    expect(blocks(statement, { path: '/9' }, holding(10))).toBe(true);
    expect(() => blocks(statement, {}, holding(11))).toThrow('expected a list of 0 to 10 entries, got 11 entries');
  });

  test('a pattern set matches when one of its patterns does', () => {
    const statement = {
      RegexPatternSetReferenceStatement: { Arn: 'arn:set', FieldToMatch: path, TextTransformations: transformations('LOWERCASE') },
    };
    const references = { regexPatternSets: new Map([['arn:set', ['^/wp-', '\\.php$']]]) };

    expect(blocks(statement, { path: '/WP-Admin' }, references)).toBe(true);
    expect(blocks(statement, { path: '/x.php' }, references)).toBe(true);
    expect(blocks(statement, { path: '/x' }, references)).toBe(false);
  });
});

describe('SizeConstraintStatement', () => {
  test.each<[string, number, boolean]>([
    ['EQ', 9, true],
    ['EQ', 8, false],
    ['NE', 8, true],
    ['LE', 9, true],
    ['LT', 9, false],
    ['GE', 9, true],
    ['GT', 9, false],
    ['GT', 8, true],
  ])("AWS's example /logo.jpg, nine characters, %s %i", (ComparisonOperator, Size, expected) => {
    const statement = {
      SizeConstraintStatement: { FieldToMatch: path, ComparisonOperator, Size, TextTransformations: transformations('NONE') },
    };

    expect(blocks(statement, { path: '/logo.jpg' })).toBe(expected);
  });

  test('counts bytes, after the transformations', () => {
    const statement = {
      SizeConstraintStatement: {
        FieldToMatch: path,
        ComparisonOperator: 'EQ',
        Size: 3,
        TextTransformations: transformations('URL_DECODE'),
      },
    };

    expect(blocks(statement, { path: '/%C3%A9' })).toBe(true);
  });
});

describe('And, Or and Not', () => {
  const yes = byteMatch({ Method: {} }, 'EXACTLY', 'GET');
  const no = byteMatch({ Method: {} }, 'EXACTLY', 'PUT');
  test.each<[string, unknown, boolean]>([
    ['and of both', { AndStatement: { Statements: [yes, yes] } }, true],
    ['and of one', { AndStatement: { Statements: [yes, no] } }, false],
    ['or of one', { OrStatement: { Statements: [no, yes] } }, true],
    ['or of none', { OrStatement: { Statements: [no, no] } }, false],
    ['not', { NotStatement: { Statement: no } }, true],
    ['nested', { AndStatement: { Statements: [yes, { NotStatement: { Statement: { OrStatement: { Statements: [no, no] } } } }] } }, true],
  ])('%s', (_, statement, expected) => {
    expect(blocks(statement)).toBe(expected);
  });

  test('agree with logic, however they are nested', () => {
    type Formula = { readonly statement: unknown; readonly truth: boolean };
    const { formula } = fc.letrec<{ formula: Formula }>((tie) => ({
      formula: fc.oneof(
        { maxDepth: 5 },
        fc.boolean().map((truth) => ({ statement: truth ? yes : no, truth })),
        fc.array(tie('formula'), { minLength: 2, maxLength: 3 }).map((parts) => ({
          statement: { AndStatement: { Statements: parts.map((part) => part.statement) } },
          truth: parts.every((part) => part.truth),
        })),
        fc.array(tie('formula'), { minLength: 2, maxLength: 3 }).map((parts) => ({
          statement: { OrStatement: { Statements: parts.map((part) => part.statement) } },
          truth: parts.some((part) => part.truth),
        })),
        tie('formula').map((part) => ({ statement: { NotStatement: { Statement: part.statement } }, truth: !part.truth })),
      ),
    }));
    fc.assert(
      fc.property(formula, ({ statement, truth }) => blocks(statement) === truth),
      { seed: 2, numRuns: 500 },
    );
  });
});
