/** Which passwords may be chosen (P11): length, not composition; nothing common, nothing that names the account or the product. */
import { type PasswordProfile, securityPolicy } from '../../contract/security-policy.ts';

export interface PasswordRules {
  readonly profile: PasswordProfile;
  readonly productName: string;
  readonly isCommon: (password: string) => boolean;
}

/**
 * @param path field that the password came in, for the error
 * @returns what is wrong, empty if nothing is (NIST SP 800-63B-4 section 3.1.1.2, ASVS 5.0 6.2.1 to 6.2.12)
 */
export function findPasswordWeaknesses(
  password: string,
  email: string,
  rules: PasswordRules,
  path: string,
): { path: string; message: string }[] {
  const minimum = securityPolicy.passwords.profiles[rules.profile];
  const normalised = password.normalize('NFC');
  const length = [...normalised].length;
  if (length < minimum) return [{ path, message: `must have at least ${minimum} characters` }];

  const folded = fold(password);
  if (containsOnly(folded, [email, email.slice(0, email.lastIndexOf('@'))])) {
    return [{ path, message: 'must not be the e-mail address or a part of it' }];
  }
  if (containsOnly(folded, [rules.productName, 'portiere'])) {
    return [{ path, message: 'must not be the name of the product' }];
  }
  if (rules.isCommon(normalised)) {
    return [{ path, message: 'is among the passwords that attackers try first' }];
  }
  return [];
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/**
 * Whether the password is one of these words, bare or dressed with digits and signs at its end, which is what people
 * do to please a rule. Short words are only refused bare.
 */
function containsOnly(folded: string, words: readonly string[]): boolean {
  const bare = undress(folded);
  return words.map(fold).some((word) => folded === word || (undress(word).length >= 4 && bare === undress(word)));
}

function undress(text: string): string {
  return text.replace(/[\d\p{P}\p{S}\s]+$/u, '');
}
