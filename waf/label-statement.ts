/** LabelMatchStatement, and which labels a key means. */
import { type Compilation, type Evaluation, leaf, type Statement, type Verdict } from './evaluation.ts';
import { readChoice, readProperties, readString, refuse } from './template.ts';

/** Labels of AWS's and vendors' rule groups. */
export const managedLabels = 'awswaf:managed:';

export function compileLabelMatch(settings: unknown, compilation: Compilation, place: string): Statement {
  const properties = readProperties(settings, place, ['Key', 'Scope']);
  const key = readString(properties.Key, `${place}.Key`);
  if (!/^[0-9A-Za-z_\-:]{1,1024}$/.test(key))
    refuse(`${place}.Key`, `${JSON.stringify(key)} is not a label`, 'Use letters, digits, _, - and colons');
  const scope = readChoice(properties.Scope, `${place}.Scope`, ['LABEL', 'NAMESPACE']);
  const test = compileLabelTest(key, scope, compilation.labelPrefix);
  const isPossible = compilePossibility(key, test);
  return leaf(
    'LabelMatchStatement',
    scope === 'LABEL' ? `there is the label ${key}` : `there is a label of ${key}`,
    (evaluation): Verdict => (evaluation.labels.length > 0 && evaluation.labels.some(test)) || (isPossible(evaluation) ? undefined : false),
    ({ labels }) => (labels.length === 0 ? ['no labels'] : labels),
  );
}

/** A key that isn't fully qualified means labels of its own web ACL or rule group; it may leave out what stands in front. */
export function compileLabelTest(key: string, scope: 'LABEL' | 'NAMESPACE', ownPrefix: string): (label: string) => boolean {
  const namespace = key.endsWith(':') ? key : `${key}:`;
  if (key.startsWith('awswaf:')) return (label) => (scope === 'LABEL' ? label === key : label.startsWith(namespace));
  return (label) => {
    if (!label.startsWith(ownPrefix)) return false;
    const own = `:${label.slice(ownPrefix.length)}`;
    return scope === 'LABEL' ? own.endsWith(`:${key}`) : own.includes(`:${namespace}`);
  };
}

/** Whether a rule in front, whose verdict nobody knows here, could have added such a label. */
export function compilePossibility(key: string, test: (label: string) => boolean): (evaluation: Evaluation) => boolean {
  const mayBeManaged = test(managedLabels) || key.startsWith(managedLabels) || managedLabels.startsWith(key);
  return ({ possibleLabels }) => {
    for (let index = 0; index < possibleLabels.length; index++) {
      const label = possibleLabels[index] as string;
      if (label === managedLabels ? mayBeManaged : test(label)) return true;
    }
    return false;
  };
}
