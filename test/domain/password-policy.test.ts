import { normaliseEmail } from '../../lambda/domain/email-address.ts';
import { findPasswordWeaknesses, type PasswordRules } from '../../lambda/domain/password-policy.ts';

const rules: PasswordRules = { profile: 'page', productName: 'Acme Desk', isCommon: (password) => password === 'letmein!' };

describe('[P11] a password', () => {
  it.each([
    ['five characters', 'short', 'page'],
    ['seven characters under the standard profile', 'seven77', 'standard'],
    ['fourteen characters under the strict profile', 'fourteen chars', 'strict'],
    ['the address', 'anna.rossi@example.com', 'page'],
    ['the address in capitals', 'ANNA.ROSSI@EXAMPLE.COM', 'page'],
    ['the name before the at sign', 'anna.rossi', 'page'],
    ['that name with a year', 'anna.rossi1984!', 'page'],
    ['the product', 'Acme Desk', 'page'],
    ['the product with an exclamation mark', 'acme desk!', 'page'],
    ['a common one', 'letmein!', 'page'],
    ['five characters that UTF-16 counts as ten', '🚪🔑🏠🧱🪟', 'page'],
  ] as const)('of %s is refused', (_, password, profile) => {
    expect(findPasswordWeaknesses(password, 'anna.rossi@example.com', { ...rules, profile }, 'password')).toHaveLength(1);
  });

  it.each([
    ['six characters', 'sesamo', 'page'],
    ['no digit, no capital, no sign', 'thequietgarden', 'standard'],
    ['spaces and emoji', 'la porta 🚪 è chiusa', 'strict'],
    ['256 characters', 'è'.repeat(256), 'strict'],
  ] as const)('of %s is good', (_, password, profile) => {
    expect(findPasswordWeaknesses(password, 'anna.rossi@example.com', { ...rules, profile }, 'password')).toEqual([]);
  });
});

describe('an e-mail address', () => {
  it.each([
    ['anna@example.com', 'anna@example.com'],
    [' Anna@EXAMPLE.com\t', 'anna@example.com'],
    ['anna@bücher.example', 'anna@xn--bcher-kva.example'],
    ['ﬁnn@example.com', 'finn@example.com'],
    ["o'hara+news@mail.example.co.uk", "o'hara+news@mail.example.co.uk"],
  ])('%s is %s', (input, normalised) => {
    expect(normaliseEmail(input)).toBe(normalised);
    expect(normaliseEmail(normalised)).toBe(normalised);
  });

  it.each([
    '',
    'anna',
    '@example.com',
    'anna@',
    'anna@example',
    'anna@@example.com',
    'an na@example.com',
    'anna@exam ple.com',
    'anna@127.0.0.1',
    'anna@0x7f.1',
    'anna@[127.0.0.1]',
    'anna@example.com/evil',
    'anna@example.com?x',
    'anna@example.com#x',
    'anna@evil.com:80',
    'anna@example..com',
    '.anna@example.com',
    'anna.@example.com',
    'an..na@example.com',
    'anna@-example.com',
    'anna\r\nBcc: all@example.com',
    'anna@example.com\u0000',
    'аnna@example.com',
    'an\u200dna@example.com',
    'françois@example.com',
    'anna<script>@example.com',
    `${'a'.repeat(65)}@example.com`,
    `anna@${'a.'.repeat(130)}com`,
  ])('%j is none', (input) => {
    expect(normaliseEmail(input)).toBeUndefined();
  });
});
