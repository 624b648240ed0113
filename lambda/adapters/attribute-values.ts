/**
 * DynamoDB's JSON for the values that our stores keep: text, safe integers and fractions, booleans, null, bytes, lists and
 * maps. What DynamoDB has beside these (sets, numbers beyond JavaScript's) is refused, so that nothing is stored or read as
 * something else. Held to the SDK's own `@aws-sdk/util-dynamodb` by its tests.
 */

export type AttributeValue = Readonly<Record<string, unknown>>;
export type AttributeMap = Readonly<Record<string, AttributeValue>>;
export type PlainMap = Readonly<Record<string, unknown>>;

/** Fields that are undefined are left out. @throws TypeError for a value that has no place here */
export function encodeMap(fields: PlainMap): Record<string, AttributeValue> {
  const encoded: Record<string, AttributeValue> = {};
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    if (value !== undefined) setOwn(encoded, name, encode(value));
  }
  return encoded;
}

function encode(value: unknown): AttributeValue {
  switch (typeof value) {
    case 'string':
      return { S: value };
    case 'number':
      if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER) throw new TypeError(`${value} can't be stored exactly`);
      return { N: String(value) };
    case 'boolean':
      return { BOOL: value };
    case 'object':
      return encodeObject(value);
    default:
      throw new TypeError(`a ${typeof value} can't be stored`);
  }
}

function encodeObject(value: object | null): AttributeValue {
  if (value === null) return { NULL: true };
  if (Array.isArray(value)) return { L: value.map(encode) };
  if (value instanceof Uint8Array) return { B: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') };
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== null && prototype.constructor?.name !== 'Object')
    throw new TypeError(`a ${prototype.constructor?.name} can't be stored`);
  return { M: encodeMap(value as PlainMap) };
}

/** @throws TypeError for a type that nothing here writes */
export function decodeMap(fields: AttributeMap): Record<string, unknown> {
  const decoded: Record<string, unknown> = {};
  for (const name of Object.keys(fields)) setOwn(decoded, name, decode(fields[name] as AttributeValue));
  return decoded;
}

function decode(attribute: AttributeValue): unknown {
  for (const type in attribute) {
    const value = attribute[type];
    switch (type) {
      case 'S':
      case 'BOOL':
        return value;
      case 'N':
        return decodeNumber(value as string);
      case 'M':
        return decodeMap(value as AttributeMap);
      case 'L':
        return (value as AttributeValue[]).map(decode);
      case 'B':
        return new Uint8Array(Buffer.from(value as string, 'base64'));
      case 'NULL':
        return null;
    }
  }
  throw new TypeError(`an attribute of type ${Object.keys(attribute)} can't be read`);
}

function decodeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER) throw new TypeError(`the number ${text} can't be read exactly`);
  return value;
}

/** Names of attributes may come from callers: `__proto__` is a name like any other. */
function setOwn(target: object, name: string, value: unknown): void {
  if (name === '__proto__') Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  else (target as Record<string, unknown>)[name] = value;
}
