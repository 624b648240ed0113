/** `GenerateSecretString` of AWS::SecretsManager::Secret, by the rules of `GetRandomPassword`. */
import { randomInt } from 'node:crypto';

export interface GenerateSecretString {
  readonly PasswordLength?: number;
  readonly ExcludeCharacters?: string;
  readonly ExcludeLowercase?: boolean;
  readonly ExcludeUppercase?: boolean;
  readonly ExcludeNumbers?: boolean;
  readonly ExcludePunctuation?: boolean;
  readonly IncludeSpace?: boolean;
  readonly RequireEachIncludedType?: boolean;
  readonly SecretStringTemplate?: string;
  readonly GenerateStringKey?: string;
}

const lowercase = 'abcdefghijklmnopqrstuvwxyz';
const uppercase = lowercase.toUpperCase();
const numbers = '0123456789';
const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/** @throws Error when nothing is left to choose from, or the password is too short to hold one of each type */
export function generateSecretString(rules: GenerateSecretString): string {
  const password = generatePassword(rules);
  if (rules.GenerateStringKey === undefined) return password;
  return JSON.stringify({ ...JSON.parse(rules.SecretStringTemplate ?? '{}'), [rules.GenerateStringKey]: password });
}

function generatePassword(rules: GenerateSecretString): string {
  const { PasswordLength: length = 32, ExcludeCharacters: excluded = '', RequireEachIncludedType: requireEach = true } = rules;
  const types = [
    rules.ExcludeLowercase ? '' : lowercase,
    rules.ExcludeUppercase ? '' : uppercase,
    rules.ExcludeNumbers ? '' : numbers,
    rules.ExcludePunctuation ? '' : punctuation,
    rules.IncludeSpace ? ' ' : '',
  ]
    .map((type) => [...type].filter((character) => !excluded.includes(character)))
    .filter((type) => type.length > 0);
  if (types.length === 0) throw new Error('GenerateSecretString excludes every character');
  if (requireEach && length < types.length)
    throw new Error(`GenerateSecretString: ${length} characters can't hold one of each of ${types.length} types`);

  const everything = types.flat();
  const characters = requireEach ? types.map(pick) : [];
  while (characters.length < length) characters.push(pick(everything));
  return shuffled(characters).join('');
}

function pick(characters: readonly string[]): string {
  return characters[randomInt(characters.length)] as string;
}

/** Fisher-Yates: without it the first characters would tell their types. */
function shuffled(characters: string[]): string[] {
  for (let last = characters.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [characters[last], characters[other]] = [characters[other] as string, characters[last] as string];
  }
  return characters;
}
