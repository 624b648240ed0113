/** The list of common passwords, from the package that it is built of to the look-up. */
import { hash } from 'node:crypto';
import { securityPolicy } from '../../contract/security-policy.ts';
import { createCommonPasswordFilter, encodeCommonPasswords } from '../../lambda/domain/common-passwords.ts';
import { readCommonPasswords } from '../../scripts/build-common-passwords.ts';

const passwords = readCommonPasswords();
const list = encodeCommonPasswords(passwords);
const isCommon = createCommonPasswordFilter(list);

describe('The list of common passwords', () => {
  it('[P11] refuses every one of the 100,000 most common passwords of 6 characters or more', () => {
    const missed = passwords.filter((password) => !isCommon(password));

    expect(passwords.length).toBe(securityPolicy.passwords.commonPasswordsRefused);
    expect(new Set(passwords).size).toBe(100_000);
    expect(passwords.every((password) => password.length >= 6)).toBe(true);
    expect(missed).toEqual([]);
  });

  it('[P11] refuses them in upper case, lower case and any mixture', () => {
    const dressed = ['PASSWORD', 'PassWord', 'pASSWORD', 'QWERTY', 'Dragon', 'LetMeIn', 'tecumseh'];

    const verdicts = dressed.map(isCommon);

    expect(verdicts).toEqual(dressed.map(() => true));
  });

  it('[P11] hardly ever refuses a password that is not common: less than once in 5,000', () => {
    const uncommon = Array.from({ length: 200_000 }, (_, index) =>
      hash('sha512', `uncommon ${index}`, 'base64url').slice(0, 6 + (index % 30)),
    );

    const refused = uncommon.filter(isCommon);

    expect(refused.length).toBeLessThan(uncommon.length / 5_000);
  });

  it('accepts what no list has, short, long and beyond ASCII', () => {
    const uncommon = ['', 'a', 'correct horse battery staple 7', 'pässwörd-für-Ünna', '密码不在列表里', '🔑🔒🗝️🔐🔓🧷', 'x'.repeat(256)];

    const verdicts = uncommon.map(isCommon);

    expect(verdicts).toEqual(uncommon.map(() => false));
  });

  it('takes composed and decomposed characters for the same', () => {
    const filter = createCommonPasswordFilter(encodeCommonPasswords(['caff\u00e8nero']));

    const verdicts = ['caff\u00e8nero', 'caffe\u0300nero', 'CAFF\u00c8NERO'].map(filter);

    expect(verdicts).toEqual([true, true, true]);
  });

  it('takes less than 200 KB, the same bytes whatever the order', () => {
    const again = encodeCommonPasswords([...passwords].reverse());

    expect(list.byteLength).toBeLessThan(200_000);
    expect(Buffer.compare(again, list)).toBe(0);
  });

  it('reads a list that lies in the middle of a larger buffer', () => {
    const larger = new Uint8Array(list.byteLength + 100);
    larger.set(list, 37);

    const filter = createCommonPasswordFilter(larger.subarray(37, 37 + list.byteLength));

    expect([filter('123456'), filter('not in the list, surely')]).toEqual([true, false]);
  });

  it.each([
    ['empty', new Uint8Array()],
    ['cut short', list.subarray(0, list.byteLength - 1)],
    ['too long', new Uint8Array([...list, 0])],
  ])('refuses to work with a damaged list: %s', (_, damaged) => {
    expect(() => createCommonPasswordFilter(damaged)).toThrow('damaged');
  });

  it('works with an empty list', () => {
    const filter = createCommonPasswordFilter(encodeCommonPasswords([]));

    expect(filter('password')).toBe(false);
  });
});
