import { DynamoEngine } from '../../local/services/dynamodb/engine.ts';
import { remember } from '../../local/services/dynamodb/expression-cache.ts';

describe('remembered expressions', () => {
  const engine = new DynamoEngine(undefined, '000000000000', 'eu-south-1');
  const key = { id: { S: 'a' } };
  const read = async () => (await engine.call('GetItem', { TableName: 'items', Key: key })).Item;

  beforeAll(async () => {
    await engine.call('CreateTable', {
      TableName: 'items',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
    });
    while ((await engine.call('DescribeTable', { TableName: 'items' })).Table.TableStatus !== 'ACTIVE');
    await engine.call('PutItem', { TableName: 'items', Item: { ...key, count: { N: '0' } } });
  });
  afterAll(() => engine.close());

  const setCount = (from: string, to: string, extra = {}) =>
    engine.call('UpdateItem', {
      TableName: 'items',
      Key: key,
      UpdateExpression: 'SET #count = :to',
      ConditionExpression: '#count = :from AND attribute_exists(id)',
      ExpressionAttributeNames: { '#count': 'count' },
      ExpressionAttributeValues: { ':from': { N: from }, ':to': { N: to }, ...extra },
    });

  test('take the values of each request, not those of the first', async () => {
    await setCount('0', '1');
    await setCount('1', '2');

    await expect(setCount('1', '9')).rejects.toMatchObject({ code: 'ConditionalCheckFailedException' });
    expect((await read()).count).toEqual({ N: '2' });
  });

  test('still refuse values that nothing uses, and names that are not defined', async () => {
    const unused = setCount('2', '3', { ':other': { S: 'x' } });
    const undefinedName = engine.call('GetItem', { TableName: 'items', Key: key, ProjectionExpression: '#nothing' });

    await expect(unused).rejects.toThrow('unused in expressions');
    await expect(undefinedName).rejects.toThrow('#nothing');
    expect((await read()).count).toEqual({ N: '2' });
  });

  test('are parsed once for the same text, names and types, and again for other types', () => {
    let parses = 0;
    const parse = remember((_text, { context }) => {
      parses += 1;
      return { value: context.attrVals?.[':v'] };
    });
    const ask = (value: object) =>
      parse('#n = :v', { context: { attrNames: { '#n': 'n' }, attrVals: { ':v': value }, unusedAttrNames: {}, unusedAttrVals: {} } });

    const answers = [ask({ S: 'a' }), ask({ S: 'b' }), ask({ N: '1' })];

    expect(answers).toEqual([{ value: { S: 'a' } }, { value: { S: 'b' } }, { value: { N: '1' } }]);
    expect(parses).toBe(2);
  });

  test('take the names of each request too, in whatever place they stand', async () => {
    const mark = (session: string) =>
      engine.call('UpdateItem', {
        TableName: 'items',
        Key: key,
        UpdateExpression: 'SET #sessions.#session = :on',
        ConditionExpression: 'attribute_not_exists(#sessions.#session)',
        ExpressionAttributeNames: { '#sessions': 'sessions', '#session': session },
        ExpressionAttributeValues: { ':on': { BOOL: true } },
      });
    await engine.call('UpdateItem', {
      TableName: 'items',
      Key: key,
      UpdateExpression: 'SET sessions = :none',
      ExpressionAttributeValues: { ':none': { M: {} } },
    });

    await mark('first');
    await mark('second');

    await expect(mark('first')).rejects.toMatchObject({ code: 'ConditionalCheckFailedException' });
    expect(Object.keys((await read()).sessions.M).sort()).toEqual(['first', 'second']);
  });

  test('refuse names that overlap in one request and not in another, and say which', async () => {
    const setBoth = (names: Record<string, string>) =>
      engine.call('UpdateItem', {
        TableName: 'items',
        Key: key,
        UpdateExpression: 'SET #a = :v, #b = :v, written = :v',
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: { ':v': { N: '1' } },
      });

    await setBoth({ '#a': 'one', '#b': 'two' });

    await expect(setBoth({ '#a': 'one', '#b': 'one' })).rejects.toThrow('path one: [one], path two: [one]');
    await expect(setBoth({ '#a': 'one', '#b': 'written' })).rejects.toThrow('path one: [written], path two: [written]');
    await expect(setBoth({ '#a': 'one', '#b': 'id' })).rejects.toThrow('Cannot update attribute id');
    await expect(setBoth({ '#a': 'three', '#b': 'four' })).resolves.toEqual({});
  });

  test('whose validity depends on a value are parsed each time', () => {
    let parses = 0;
    const parse = remember(() => {
      parses += 1;
      return null;
    });
    const context = { unusedAttrNames: {}, unusedAttrVals: {} };

    for (let round = 0; round < 2; round += 1) parse('a BETWEEN :x AND :y', { context });

    expect(parses).toBe(2);
  });
});
