import type { WebRequest } from '../../waf/index.ts';
import { blocks, compile, decide, rule } from './support.ts';

describe('GeoMatchStatement', () => {
  const locate = (address: string) => (address.startsWith('198.51.') ? { country: 'IT', region: '25' } : undefined);
  const statement = (settings: Record<string, unknown> = {}) => ({ GeoMatchStatement: { CountryCodes: ['IT', 'FR'], ...settings } });
  const forwarded = (FallbackBehavior: string) => statement({ ForwardedIPConfig: { HeaderName: 'x-forwarded-for', FallbackBehavior } });

  test.each<[string, unknown, Partial<WebRequest>, boolean]>([
    ['a listed country', statement(), {}, true],
    ['an unknown country', statement(), { sourceAddress: '203.0.113.1' }, false],
    [
      'the forwarded address',
      forwarded('NO_MATCH'),
      { sourceAddress: '203.0.113.1', headers: [['x-forwarded-for', '198.51.100.1']] },
      true,
    ],
    ['an invalid forwarded address, MATCH', forwarded('MATCH'), { headers: [['x-forwarded-for', '?']] }, true],
    ['an invalid forwarded address, NO_MATCH', forwarded('NO_MATCH'), { headers: [['x-forwarded-for', '?']] }, false],
    ['no forwarded address', forwarded('MATCH'), {}, false],
  ])('%s', (_, geo, overrides, expected) => {
    expect(blocks(geo, overrides, { locate })).toBe(expected);
  });

  test('labels what it inspects, matching or not, for the rules behind it', () => {
    const webAcl = compile(
      [
        rule('geo', 0, { GeoMatchStatement: { CountryCodes: ['SE'] } }, { Action: { Count: {} } }),
        rule('label', 1, { LabelMatchStatement: { Scope: 'LABEL', Key: 'awswaf:clientip:geo:country:IT' } }),
      ],
      { locate },
    );

    expect(decide(webAcl)).toMatchObject({ rule: 'label', labels: ['awswaf:clientip:geo:country:IT', 'awswaf:clientip:geo:region:IT-25'] });
  });

  test('labels what cannot be located XX, and matches it with no country', () => {
    const webAcl = compile([rule('geo', 0, { GeoMatchStatement: { CountryCodes: ['IT'] } }, { Action: { Count: {} } })], { locate });

    const { labels, counted } = decide(webAcl, { sourceAddress: '203.0.113.1' });

    expect([labels, counted]).toEqual([['awswaf:clientip:geo:country:XX', 'awswaf:clientip:geo:region:XX-XX'], []]);
  });

  test('labels of forwarded addresses have a namespace of their own', () => {
    const webAcl = compile([rule('geo', 0, forwarded('NO_MATCH'), { Action: { Count: {} } })], { locate });

    const { labels } = decide(webAcl, { sourceAddress: '203.0.113.1', headers: [['x-forwarded-for', '198.51.100.1']] });

    expect(labels).toEqual(['awswaf:forwardedip:geo:country:IT', 'awswaf:forwardedip:geo:region:IT-25']);
  });
});
