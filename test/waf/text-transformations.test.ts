import fc from 'fast-check';
import { compileTransformations, type TransformationType, transform } from '../../waf/text-transformations.ts';

describe('text transformations', () => {
  test.each<[TransformationType, string, string]>([
    ['NONE', 'A%20b', 'A%20b'],
    ['LOWERCASE', 'BadBot/1.0', 'badbot/1.0'],
    ['LOWERCASE', 'caf\xc3\x89', 'caf\xc3\x89'],
    ['UPPERCASE', 'BadBot', 'BADBOT'],
    ['URL_DECODE', '/v1/%73ign%2Din?a+b', '/v1/sign-in?a b'],
    ['URL_DECODE', '100%zz%4', '100%zz%4'],
    ['URL_DECODE', '%2561', '%61'],
    ['URL_DECODE_UNI', '%u0041%uFF1Cscript%41', 'A<scriptA'],
    ['URL_DECODE', '%u0041', '%u0041'],
    ['HTML_ENTITY_DECODE', '&lt;script&gt;&quot;&nbsp;&#97;&#x62;', '<script>"\xa0ab'],
    ['HTML_ENTITY_DECODE', '&#x20AC;', '\xe2\x82\xac'],
    ['HTML_ENTITY_DECODE', '&unknown; & &#99999999;', '&unknown; & &#99999999;'],
    ['COMPRESS_WHITE_SPACE', 'a\f\t\n\r\v\xa0  b', 'a b'],
    ['REMOVE_WHITESPACE', 'a \t b', 'ab'],
    ['TRIM', '  a b \t', 'a b'],
    ['TRIM_LEFT', '  a ', 'a '],
    ['TRIM_RIGHT', ' a  ', ' a'],
    ['NORMALIZE_PATH', '/a//b/./c/../d', '/a/b/d'],
    ['NORMALIZE_PATH', '/../../etc/passwd', '/etc/passwd'],
    ['NORMALIZE_PATH', '../a/../b', '../b'],
    ['NORMALIZE_PATH', '/a/b/..', '/a/'],
    ['NORMALIZE_PATH', '/a/b/', '/a/b/'],
    ['NORMALIZE_PATH', '//', '/'],
    ['NORMALIZE_PATH', '/file.name', '/file.name'],
    ['NORMALIZE_PATH_WIN', '\\a\\..\\b', '/b'],
    ['REMOVE_NULLS', 'a\0b', 'ab'],
    ['REPLACE_NULLS', 'a\0b', 'a b'],
    ['BASE64_DECODE', 'QmFkQm90', 'BadBot'],
    ['BASE64_DECODE', 'QmFk*Qm90', 'Bad'],
    ['BASE64_DECODE_EXT', 'Qm Fk*Qm.90', 'BadBot'],
    ['CMD_LINE', 'C^MD.exe "/C"  DIR,;X (y', 'cmd.exe/c dir x(y'],
    ['HEX_DECODE', '426164', 'Bad'],
    ['HEX_DECODE', '42616', '42616'],
    ['SQL_HEX_DECODE', 'union 0x414243', 'union ABC'],
    ['JS_DECODE', '\\u003cscript\\x3e\\141\\n', '<script>a\n'],
    ['JS_DECODE', '\\uFF1C', '<'],
    ['CSS_DECODE', 'ja\\vascript', 'javascript'],
    ['CSS_DECODE', '\\6a\\000061 vascript', 'javascript'],
    ['ESCAPE_SEQ_DECODE', '\\x41\\102\\t\\q\\"', 'AB\t\\q"'],
    ['REPLACE_COMMENTS', 'union/* a *//**/select', 'union  select'],
    ['REPLACE_COMMENTS', 'a/* open', 'a '],
    ['REPLACE_COMMENTS', 'a */ b', 'a */ b'],
    ['UTF8_TO_UNICODE', 'caf\xc3\xa9', 'caf%u00e9'],
    ['UTF8_TO_UNICODE', '\xff', '\xff'],
  ])('%s makes of %j %j', (type, text, expected) => {
    expect(transform(type, text)).toBe(expected);
  });

  test('MD5 is the raw digest', () => {
    expect(Buffer.from(transform('MD5', 'abc'), 'latin1').toString('hex')).toBe('900150983cd24fb0d6963f7d28e17f72');
  });

  test('run by ascending priority, whatever their order in the template', () => {
    const { apply } = compileTransformations(
      [
        { Priority: 5, Type: 'LOWERCASE' },
        { Priority: 1, Type: 'BASE64_DECODE' },
      ],
      'test',
    );

    expect(apply('QmFkQm90')).toBe('badbot');
  });

  test('of one statement compose: each takes what the one before it made', () => {
    const types = fc.uniqueArray(
      fc.constantFrom<TransformationType>(
        'URL_DECODE',
        'LOWERCASE',
        'NORMALIZE_PATH',
        'JS_DECODE',
        'HTML_ENTITY_DECODE',
        'CMD_LINE',
        'NONE',
      ),
      { minLength: 1, maxLength: 7 },
    );
    const text = fc
      .array(fc.constantFrom('%41', '%2e', '/', '.', 'A', '\\x41', '&lt;', '"', ' '), { maxLength: 20 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(types, text, (chosen, value) => {
        const { apply } = compileTransformations(chosen.map((Type, index) => ({ Priority: index * 3, Type })).toReversed(), 'test');
        expect(apply(value)).toBe(chosen.reduce((result, type) => transform(type, result), value));
      }),
      { seed: 44, numRuns: 500 },
    );
  });

  test('take any bytes without throwing, and give bytes', () => {
    const types: TransformationType[] = [
      'LOWERCASE',
      'URL_DECODE',
      'URL_DECODE_UNI',
      'HTML_ENTITY_DECODE',
      'COMPRESS_WHITE_SPACE',
      'NORMALIZE_PATH',
      'NORMALIZE_PATH_WIN',
      'BASE64_DECODE',
      'BASE64_DECODE_EXT',
      'CMD_LINE',
      'HEX_DECODE',
      'SQL_HEX_DECODE',
      'JS_DECODE',
      'CSS_DECODE',
      'ESCAPE_SEQ_DECODE',
      'REPLACE_COMMENTS',
      'UTF8_TO_UNICODE',
      'MD5',
      'TRIM',
    ]; // prettier-ignore
    const text = fc.array(
      fc.oneof(
        fc.nat(255).map((code) => String.fromCharCode(code)),
        fc.constantFrom('%', '\\', '&#x', '/', '..', '/*', '0x', '%u'),
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(text, fc.constantFrom(...types), (parts, type) => /^[\0-\xff]*$/.test(transform(type, parts.join('')))),
      { seed: 4, numRuns: 2000 },
    );
  });

  test('NORMALIZE_PATH leaves nothing to normalise', () => {
    const path = fc.array(fc.constantFrom('a', 'b', '.', '..', '', 'c.d'), { maxLength: 12 }).map((segments) => segments.join('/'));
    fc.assert(
      fc.property(path, (text) => {
        const once = transform('NORMALIZE_PATH', text);
        return (
          transform('NORMALIZE_PATH', once) === once &&
          !once.includes('//') &&
          !/\/\.\.?(?:\/|$)/.test(once.replace(/^(?:\.\.\/)+\.\.(?=\/|$)/, ''))
        );
      }),
      { seed: 4, numRuns: 1000 },
    );
  });

  test.each([
    [[{ Priority: 0, Type: 'ROT13' }], 'TextTransformations[0].Type: "ROT13" is not supported'],
    [[], 'expected a list of 1 to 10 entries'],
    [
      [
        { Priority: 0, Type: 'NONE' },
        { Priority: 0, Type: 'LOWERCASE' },
      ],
      'the same priority',
    ],
  ])('refuses %j', (value, message) => {
    expect(() => compileTransformations(value, 'rule "x", TextTransformations')).toThrow(message);
  });
});
