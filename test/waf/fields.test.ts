import type { WebRequest } from '../../waf/index.ts';
import { blocks, byteMatch, bytes, compile, decide, rule, transformations } from './support.ts';

function size(FieldToMatch: unknown, ComparisonOperator: string, Size: number): unknown {
  return { SizeConstraintStatement: { FieldToMatch, ComparisonOperator, Size, TextTransformations: transformations('NONE') } };
}

describe('request components', () => {
  test.each<[string, unknown, Partial<WebRequest>, boolean]>([
    ['UriPath', byteMatch({ UriPath: {} }, 'EXACTLY', '/images/daily-ad.jpg'), { path: '/images/daily-ad.jpg', query: 'x=1' }, true],
    ['QueryString, without its question mark', byteMatch({ QueryString: {} }, 'EXACTLY', 'x=1'), { query: 'x=1' }, true],
    ['Method', byteMatch({ Method: {} }, 'EXACTLY', 'DELETE'), { method: 'DELETE' }, true],
    [
      'SingleHeader, by name in any case',
      byteMatch({ SingleHeader: { Name: 'User-Agent' } }, 'CONTAINS', 'BadBot'),
      { headers: [['user-agent', 'a BadBot']] },
      true,
    ],
    [
      'SingleHeader, each of two with the name',
      byteMatch({ SingleHeader: { Name: 'x' } }, 'EXACTLY', 'b'),
      {
        headers: [
          ['X', 'a'],
          ['x', 'b'],
        ],
      },
      true,
    ],
    ['SingleHeader that is missing', byteMatch({ SingleHeader: { Name: 'x' } }, 'CONTAINS', 'a'), {}, false],
    [
      'SingleQueryArgument, by name in any case',
      byteMatch({ SingleQueryArgument: { Name: 'UserName' } }, 'EXACTLY', 'abc'),
      { query: 'USERNAME=abc&SalesRegion=seattle' },
      true,
    ],
    [
      'SingleQueryArgument, each of two with the name',
      byteMatch({ SingleQueryArgument: { Name: 'id' } }, 'EXACTLY', '2'),
      { query: 'id=1&id=2' },
      true,
    ],
    ['SingleQueryArgument of another name', byteMatch({ SingleQueryArgument: { Name: 'id' } }, 'EXACTLY', '2'), { query: 'ids=2' }, false],
    ['AllQueryArguments, values', byteMatch({ AllQueryArguments: {} }, 'EXACTLY', 'seattle'), { query: 'a=abc&b=seattle' }, true],
    ['AllQueryArguments, not names', byteMatch({ AllQueryArguments: {} }, 'EXACTLY', 'b'), { query: 'a=abc&b=seattle' }, false],
    ['Body', byteMatch({ Body: {} }, 'CONTAINS', 'evil'), { body: bytes('some evil text') }, true],
    [
      'HeaderOrder',
      byteMatch({ HeaderOrder: { OversizeHandling: 'CONTINUE' } }, 'EXACTLY', 'host:user-agent:accept'),
      {
        headers: [
          ['Host', 'a'],
          ['User-Agent', 'b'],
          ['Accept', 'c'],
        ],
      },
      true,
    ],
    ['UTF-8 in a search string against bytes', byteMatch({ Body: {} }, 'CONTAINS', 'città'), { body: bytes('la città') }, true],
    [
      'UTF-8 in a path that came as Latin-1 characters',
      byteMatch({ UriPath: {} }, 'EXACTLY', '/città'),
      { path: Buffer.from('/città', 'utf8').toString('latin1') },
      true,
    ],
  ])('%s', (_, statement, overrides, expected) => {
    expect(blocks(statement, overrides)).toBe(expected);
  });

  test.each<[string, unknown, string, boolean]>([
    ['all, values', { MatchPattern: { All: {} }, MatchScope: 'VALUE', OversizeHandling: 'CONTINUE' }, 'one', true],
    ['all, keys', { MatchPattern: { All: {} }, MatchScope: 'KEY', OversizeHandling: 'CONTINUE' }, 'one', false],
    ['all, keys and values', { MatchPattern: { All: {} }, MatchScope: 'ALL', OversizeHandling: 'CONTINUE' }, 'x-a', true],
    ['included', { MatchPattern: { IncludedHeaders: ['X-A'] }, MatchScope: 'VALUE', OversizeHandling: 'CONTINUE' }, 'one', true],
    ['included, others', { MatchPattern: { IncludedHeaders: ['X-A'] }, MatchScope: 'VALUE', OversizeHandling: 'CONTINUE' }, 'two', false],
    ['excluded', { MatchPattern: { ExcludedHeaders: ['X-A'] }, MatchScope: 'VALUE', OversizeHandling: 'CONTINUE' }, 'one', false],
  ])('Headers: %s', (_, settings, search, expected) => {
    const headers: [string, string][] = [
      ['x-a', 'one'],
      ['x-b', 'two'],
    ];

    expect(blocks(byteMatch({ Headers: settings }, 'EXACTLY', search), { headers })).toBe(expected);
  });

  test('Cookies: names are told apart by case, several cookie headers are one list', () => {
    const cookies = (name: string) => ({
      Cookies: { MatchPattern: { IncludedCookies: [name] }, MatchScope: 'VALUE', OversizeHandling: 'MATCH' },
    });
    const headers: [string, string][] = [
      ['cookie', 'a=1; session-id=secret'],
      ['cookie', 'b=2'],
    ];

    expect(blocks(byteMatch(cookies('session-id'), 'EXACTLY', 'secret'), { headers })).toBe(true);
    expect(blocks(byteMatch(cookies('Session-Id'), 'EXACTLY', 'secret'), { headers })).toBe(false);
    expect(blocks(byteMatch(cookies('b'), 'EXACTLY', '2'), { headers })).toBe(true);
  });
});

describe('oversize handling', () => {
  const body = (handling: string | undefined) => ({ Body: handling === undefined ? {} : { OversizeHandling: handling } });
  const large = { body: bytes(`${'a'.repeat(16_384)}evil`) };

  test.each([
    ['MATCH', true],
    ['NO_MATCH', false],
    ['CONTINUE', false],
    [undefined, false],
  ])('a body over 16 KB whose end holds the search string, %s', (handling, expected) => {
    expect(blocks(byteMatch(body(handling), 'CONTAINS', 'evil'), large)).toBe(expected);
  });

  test('CONTINUE inspects the part within the limit', () => {
    expect(blocks(byteMatch(body('CONTINUE'), 'CONTAINS', 'evil'), { body: bytes(`evil${'a'.repeat(20_000)}`) })).toBe(true);
  });

  test('a size constraint over the limit never matches with CONTINUE: the rest never reaches the firewall', () => {
    expect(blocks(size(body('CONTINUE'), 'GT', 16_384), large)).toBe(false);
    expect(blocks(size(body('MATCH'), 'GT', 16_384), large)).toBe(true);
  });

  test('the association raises the limit', () => {
    const rules = [rule('body', 0, byteMatch(body('CONTINUE'), 'CONTAINS', 'evil'))];
    const AssociationConfig = { RequestBody: { CLOUDFRONT: { DefaultSizeInspectionLimit: 'KB_32' } } };

    expect(decide(compile(rules, {}, { AssociationConfig }), large).action).toBe('BLOCK');
    expect(decide(compile(rules), large).action).toBe('ALLOW');
  });

  test.each([
    ['more than 200 headers', Array.from({ length: 201 }, (_, index): [string, string] => [`x-${index}`, '1'])],
    ['more than 8 KB of headers', [['x', 'a'.repeat(8193)] as [string, string]]],
  ])('%s', (_, headers) => {
    const field = (OversizeHandling: string) => ({ Headers: { MatchPattern: { All: {} }, MatchScope: 'ALL', OversizeHandling } });

    expect(blocks(byteMatch(field('MATCH'), 'EXACTLY', 'absent'), { headers })).toBe(true);
    expect(blocks(byteMatch(field('NO_MATCH'), 'CONTAINS', 'x'), { headers })).toBe(false);
    expect(blocks(byteMatch(field('CONTINUE'), 'CONTAINS', 'x'), { headers })).toBe(true);
  });
});

describe('JsonBody', () => {
  const json = (settings: Record<string, unknown>) => ({ JsonBody: { MatchPattern: { All: {} }, MatchScope: 'VALUE', ...settings } });
  const dogs = '{"dogs":[{"name":"Rex","age":3},{"name":"Fido","tags":["good"]}],"note~/":"x"}';

  test.each<[string, Record<string, unknown>, string, string, boolean]>([
    ['a value', {}, dogs, 'Fido', true],
    ['a number as written', {}, '{"n":1.50e3}', '1.50e3', true],
    ['a literal', {}, '[true]', 'true', true],
    ['a key when values are asked for', {}, dogs, 'tags', false],
    ['a key', { MatchScope: 'KEY' }, dogs, 'tags', true],
    ['both', { MatchScope: 'ALL' }, dogs, 'good', true],
    ["AWS's example of included paths", { MatchPattern: { IncludedPaths: ['/dogs/0/name', '/dogs/1/name'] } }, dogs, 'Fido', true],
    ['a path that is not included', { MatchPattern: { IncludedPaths: ['/dogs/0/name'] } }, dogs, 'Fido', false],
    ['what lies under an included path', { MatchPattern: { IncludedPaths: ['/dogs/1'] } }, dogs, 'good', true],
    ['not what only begins like an included path', { MatchPattern: { IncludedPaths: ['/dog'] } }, dogs, 'good', false],
    ['a pointer with escapes', { MatchPattern: { IncludedPaths: ['/note~0~1'] } }, dogs, 'x', true],
    ['an escaped string', {}, '{"a":"\\u0046\\u0069do"}', 'Fido', true],
    ['a surrogate pair', {}, '"\\ud83d\\ude00"', '😀', true],
    ['the first of two equal keys, which JSON.parse drops', {}, '{"role":"admin","role":"user"}', 'admin', true],
    ['what stands before a failure', {}, '{"a":"Fido", oops', 'Fido', true],
    ['what stands behind a failure', {}, '{"a" oops, "b":"Fido"}', 'Fido', false],
    ['a failure with NO_MATCH', { InvalidFallbackBehavior: 'NO_MATCH' }, '{"a":"Fido", oops', 'Fido', false],
    ['a failure with MATCH', { InvalidFallbackBehavior: 'MATCH' }, 'not json', 'Fido', true],
    ['a failure as a string', { InvalidFallbackBehavior: 'EVALUATE_AS_STRING' }, 'name=Fido', 'name=Fido', true],
    ['a missing comma, which is no failure', { InvalidFallbackBehavior: 'MATCH' }, '{"key1":"value1""key2":"value2"}', 'absent', false],
    ['a missing colon, which is no failure', { InvalidFallbackBehavior: 'MATCH' }, '{"key1" "value1"}', 'absent', false],
    ['text behind the end', { InvalidFallbackBehavior: 'MATCH' }, '{} x', 'absent', true],
    ['a bracket of the other kind', { InvalidFallbackBehavior: 'MATCH' }, '{"a":1]', 'absent', true],
    ['a key without a value', { InvalidFallbackBehavior: 'MATCH' }, '{"a"}', 'absent', true],
    ['no body at all, which is no invalid one', { InvalidFallbackBehavior: 'MATCH' }, '', 'absent', false],
    ['256 levels', { InvalidFallbackBehavior: 'MATCH' }, `${'['.repeat(256)}${']'.repeat(256)}`, 'absent', false],
    ['257 levels', { InvalidFallbackBehavior: 'MATCH' }, `${'['.repeat(257)}${']'.repeat(257)}`, 'absent', true],
    ['a body of brackets only', { InvalidFallbackBehavior: 'MATCH' }, '['.repeat(16_000), 'absent', true],
  ])('%s', (_, settings, text, search, expected) => {
    expect(blocks(byteMatch(json(settings), 'EXACTLY', search), { body: bytes(text) })).toBe(expected);
  });

  test('transformations are applied to the elements, after parsing', () => {
    expect(blocks(byteMatch(json({}), 'EXACTLY', 'badbot', 'BASE64_DECODE', 'LOWERCASE'), { body: bytes('{"a":"QmFkQm90"}') })).toBe(true);
  });

  test('oversize handling comes before parsing', () => {
    const body = bytes(`{"a":"${'x'.repeat(20_000)}"}`);

    expect(blocks(byteMatch(json({ OversizeHandling: 'MATCH' }), 'EXACTLY', 'absent'), { body })).toBe(true);
    expect(blocks(byteMatch(json({ OversizeHandling: 'NO_MATCH' }), 'CONTAINS', 'x'), { body })).toBe(false);
  });
});

test('rules that inspect the same component transform it once', () => {
  const statement = byteMatch({ Body: {} }, 'CONTAINS', 'absent', 'LOWERCASE');
  const webAcl = compile([rule('one', 0, statement), rule('two', 1, statement)]);
  let reads = 0;
  const body = new Proxy(bytes('text') as Uint8Array, {
    get: (target, key) => {
      if (key === 'buffer') reads++;
      return Reflect.get(target, key, target);
    },
  });

  decide(webAcl, { body });

  expect(reads).toBe(1);
});
