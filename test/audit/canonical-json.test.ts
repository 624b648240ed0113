/** RFC 8785, as far as it goes here, with the RFC's own examples. */
import { canonicalise } from '../../lambda/domain/audit/canonical-json.ts';

describe('the canonical form of a value', () => {
  it('sorts names by UTF-16 code units, as the example of RFC 8785 3.2.3 does', () => {
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 };

    const text = canonicalise(value);

    expect(text).toBe('{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}');
  });

  it('writes text as RFC 8785 3.2.2.2 does: the short escapes, lower-case hex, and everything else as it is', () => {
    expect(canonicalise('\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/')).toBe('"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"');
  });

  it('is the same however the fields were put in, deep down too, and leaves out what is undefined', () => {
    const one = canonicalise({ b: [1, { d: null, c: true }], a: 'x', e: undefined });
    const other = canonicalise({ a: 'x', b: [1, { c: true, d: null }] });

    expect(one).toBe(other);
    expect(one).toBe('{"a":"x","b":[1,{"c":true,"d":null}]}');
  });

  it('keeps two spellings of a name apart: composed and decomposed letters are different texts', () => {
    expect(canonicalise('\u00e9')).not.toBe(canonicalise('e\u0301'));
  });

  it('tells a number from its text, an empty object from none, and -0 not from 0', () => {
    expect([canonicalise({ a: 1 }), canonicalise({ a: '1' }), canonicalise({}), canonicalise(-0)]).toEqual([
      '{"a":1}',
      '{"a":"1"}',
      '{}',
      '0',
    ]);
  });

  it.each([[0.1], [Number.NaN], [2 ** 53], [undefined], [() => 1], ['\ud800'], [{ '\udc00': 1 }], [[undefined]]])(
    'refuses %p, which has none',
    (value) => {
      expect(() => canonicalise(value)).toThrow(TypeError);
    },
  );
});
