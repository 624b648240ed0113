/** Names that several stacks must agree on. */

/** Every log group in the main region starts with this: the key policy names it before the groups exist. */
export const logGroupPrefix = '/portiere/';

/** `mail-budgets` becomes `MailBudgets`: a construct id, or a statement id, which takes letters and digits only. */
export function pascalCase(id: string): string {
  return id.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());
}

/** `Object.entries` and back, keeping the type of the keys. */
export function mapValues<Id extends string, From, To>(
  record: Readonly<Record<Id, From>>,
  map: (value: From, id: Id) => To,
): Record<Id, To> {
  return Object.fromEntries((Object.entries(record) as [Id, From][]).map(([id, value]) => [id, map(value, id)])) as Record<Id, To>;
}
