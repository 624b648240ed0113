/** Our encoding of items against the SDK's own, which is not in the bundles. */
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { type AttributeMap, decodeMap, encodeMap } from '../../lambda/adapters/attribute-values.ts';

const scalar = fc.oneof(
  fc.string(),
  fc.boolean(),
  fc.constant(null),
  fc.maxSafeInteger(),
  fc.double({ noDefaultInfinity: true, noNaN: true, min: -1e15, max: 1e15 }).map((value) => value + 0),
  fc.uint8Array({ maxLength: 20 }),
);
const name = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => text !== '__proto__');
const value = fc.letrec((tie) => ({
  any: fc.oneof({ depthSize: 'small' }, scalar, fc.array(tie('any'), { maxLength: 4 }), fc.dictionary(name, tie('any'), { maxKeys: 4 })),
})).any;
const item = fc.dictionary(name, value, { maxKeys: 6, noNullPrototype: true });

/** As it goes over the wire: bytes in base64. */
function toWire(attributes: unknown): AttributeMap {
  return JSON.parse(
    JSON.stringify(attributes, function (this: Record<string, unknown>, key, current) {
      const original = this[key];
      return original instanceof Uint8Array ? Buffer.from(original).toString('base64') : current;
    }),
  );
}

describe('Values of items', () => {
  it('are written as the SDK writes them', () => {
    fc.assert(
      fc.property(item, (fields) => {
        expect(JSON.parse(JSON.stringify(encodeMap(fields)))).toEqual(toWire(marshall(fields, { convertEmptyValues: false })));
      }),
    );
  });

  it('are read as the SDK reads them', () => {
    fc.assert(
      fc.property(item, (fields) => {
        const written = marshall(fields);

        expect(decodeMap(toWire(written))).toEqual(unmarshall(written));
      }),
    );
  });

  it('that are undefined are left out', () => {
    expect(encodeMap({ a: 1, b: undefined, c: { d: undefined } })).toEqual({ a: { N: '1' }, c: { M: {} } });
  });

  it('that can only be stored as something else are refused', () => {
    for (const value of [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      2 ** 53,
      1n,
      Symbol('s'),
      () => 0,
      new Date(0),
      new Set(['a']),
      [undefined],
    ]) {
      expect(() => encodeMap({ value })).toThrow(TypeError);
    }
  });

  it('that nothing here has written are refused, instead of read as something else', () => {
    for (const attribute of [{ SS: ['a'] }, { NS: ['1'] }, { BS: ['AA=='] }, { N: '9007199254740993' }, {}]) {
      expect(() => decodeMap({ attribute })).toThrow(TypeError);
    }
  });

  it('may have any name, that of a prototype too', () => {
    const fields = JSON.parse('{"__proto__": {"polluted": true}, "constructor": "c"}');

    const read = decodeMap(JSON.parse(JSON.stringify(encodeMap(fields))));

    expect(Object.keys(read)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(JSON.stringify(read)).toBe('{"__proto__":{"polluted":true},"constructor":"c"}');
  });
});
