import { encode } from 'uqr';
import { cleanCode, findCodeMistake, groupKey } from '../../web/code.ts';
import { drawQr } from '../../web/qr.ts';
import { hallDictionaries as dictionaries } from '../../web/text/hall.ts';

const { en } = dictionaries;
const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const uri = `otpauth://totp/Portiere:giulia.ferri%40example.com?secret=${secret}&issuer=Portiere&algorithm=SHA1&digits=6&period=30`;

describe('codes as people type them', () => {
  test.each([
    ['123456', '123456'],
    [' 123 456\n', '123456'],
    ['123-456', '123456'],
    ['１２３４５６', '123456'],
    ['7k2m–9qxt 04v3 hj8r', '7k2m9qxt04v3hj8r'],
  ])('“%s” is sent as “%s”', (typed, sent) => {
    expect(cleanCode(typed)).toBe(sent);
  });

  test.each([
    ['', 'totp', en.codes.missing],
    ['12345', 'totp', en.codes.malformed],
    ['12345a', 'totp', en.codes.malformed],
    ['٣٤٥٦٧٨', 'totp', en.codes.malformed],
    ['123 456', 'totp', undefined],
    [' ', 'recovery_code', en.codes.recoveryMissing],
    ['123456', 'recovery_code', en.codes.recoveryMalformed(16)],
    ['7K2M-9QXT-04V0-HJ8R', 'recovery_code', undefined],
  ] as const)('“%s” as %s costs no attempt where its shape is wrong: %s', (typed, method, mistake) => {
    expect(findCodeMistake(typed, method, en)).toBe(mistake);
  });

  test('a key is shown in groups of four', () => {
    expect(groupKey('ABCDEFGHIJ')).toBe('ABCD EFGH IJ');
  });

  test('the path of a QR code covers its dark modules and no other', () => {
    const { data, size } = encode(uri, { ecc: 'M', border: 0 });
    const drawn = Array.from({ length: size }, () => Array.from({ length: size }, () => false));

    const drawing = drawQr(uri);
    for (const [, x, y, length] of drawing.path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
      drawn[Number(y)]?.fill(true, Number(x), Number(x) + Number(length));
    }

    expect(drawing.size).toBe(size);
    expect(drawn).toEqual(data);
  });
});
