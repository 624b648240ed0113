/** Evaluates CloudFormation's intrinsic functions. What it does not know is an error, never a guess. */
import type { Json } from './model.ts';

/** What the functions look up; each look-up throws when there is nothing to be found. */
export interface TemplateScope {
  readonly region: string;
  /** `undefined` stands for `AWS::NoValue`. */
  ref(name: string): Json | undefined;
  getAttribute(logicalId: string, attribute: string): Json;
  condition(name: string): boolean;
  mapping(name: string): Json | undefined;
  importValue(exportName: string): Json;
  stackOutput(stackName: string, outputName: string, region: string | undefined): Json;
  /** A parameter of the Parameter Store in this stack's region. */
  storedParameter(name: string): string;
}

type IntrinsicFunction = (scope: TemplateScope, argument: Json) => Json | undefined;

/**
 * @returns the value without intrinsic functions; `undefined` for `AWS::NoValue`
 * @throws Error naming the function that is unknown or malformed
 */
export function evaluate(scope: TemplateScope, value: Json): Json | undefined {
  if (typeof value === 'string') return resolveStoredParameters(scope, value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.flatMap((element) => present(evaluate(scope, element)));
  const keys = Object.keys(value);
  const name = keys[0];
  if (keys.length === 1 && name !== undefined && (name === 'Ref' || name === 'Condition' || name.startsWith('Fn::'))) {
    const argument = value[name] as Json;
    // `Condition` is also a policy statement's element, which holds an object.
    if (name !== 'Condition' || typeof argument === 'string') {
      const apply = functions[name];
      if (apply === undefined) throw new Error(`the intrinsic function ${name} is not known to the local system`);
      return apply(scope, argument);
    }
  }
  const entries = Object.entries(value).flatMap(([key, element]) =>
    present(evaluate(scope, element)).map((resolved) => [key, resolved] as const),
  );
  return Object.fromEntries(entries);
}

/** A list, not the value itself: an array among the values must stay one element. */
function present(value: Json | undefined): Json[] {
  return value === undefined ? [] : [value];
}

export function evaluateCondition(scope: TemplateScope, value: Json): boolean {
  const result = evaluate(scope, value);
  if (result === true || result === 'true') return true;
  if (result === false || result === 'false') return false;
  throw new Error(`a condition gives ${JSON.stringify(result)}, neither true nor false`);
}

const functions: Readonly<Record<string, IntrinsicFunction>> = {
  Ref: (scope, argument) => scope.ref(asText(argument, 'Ref')),
  Condition: (scope, argument) => scope.condition(asText(argument, 'Condition')),
  'Fn::GetAtt': (scope, argument) => {
    // The short form is one text; attribute names may hold dots.
    const [logicalId, ...attribute] = typeof argument === 'string' ? argument.split('.') : asList(argument, 'Fn::GetAtt');
    const name = attribute.map((part) => asText(evaluate(scope, part), 'Fn::GetAtt')).join('.');
    return scope.getAttribute(asText(logicalId, 'Fn::GetAtt'), name);
  },
  'Fn::Join': (scope, argument) => {
    const [separator, list] = asList(argument, 'Fn::Join');
    return asList(resolve(scope, list), 'Fn::Join')
      .map((part) => asScalarText(part, 'Fn::Join'))
      .join(asText(separator, 'Fn::Join'));
  },
  'Fn::Sub': (scope, argument) => {
    const [template, variables] = typeof argument === 'string' ? [argument, {}] : asList(argument, 'Fn::Sub');
    return substitute(scope, asText(template, 'Fn::Sub'), asMap(variables, 'Fn::Sub'));
  },
  'Fn::Select': (scope, argument) => {
    const [index, list] = asList(argument, 'Fn::Select');
    const position = Number(resolve(scope, index));
    const selected = asList(resolve(scope, list), 'Fn::Select')[position];
    if (selected === undefined) throw new Error(`Fn::Select: the list has no element ${position}`);
    return selected;
  },
  'Fn::Split': (scope, argument) => {
    const [separator, text] = asList(argument, 'Fn::Split');
    return asText(resolve(scope, text), 'Fn::Split').split(asText(separator, 'Fn::Split'));
  },
  'Fn::If': (scope, argument) => {
    const [condition, whenTrue, whenFalse] = asList(argument, 'Fn::If');
    const chosen = scope.condition(asText(condition, 'Fn::If')) ? whenTrue : whenFalse;
    if (chosen === undefined) throw new Error('Fn::If needs a condition and two values');
    return evaluate(scope, chosen);
  },
  'Fn::Equals': (scope, argument) => {
    const [left, right] = asList(argument, 'Fn::Equals').map((side) => resolve(scope, side));
    return JSON.stringify(left) === JSON.stringify(right);
  },
  'Fn::Not': (scope, argument) => !evaluateCondition(scope, asList(argument, 'Fn::Not')[0] ?? null),
  'Fn::And': (scope, argument) => asList(argument, 'Fn::And').every((condition) => evaluateCondition(scope, condition)),
  'Fn::Or': (scope, argument) => asList(argument, 'Fn::Or').some((condition) => evaluateCondition(scope, condition)),
  'Fn::FindInMap': (scope, argument) => {
    const [name, first, second, fallback] = asList(resolve(scope, argument), 'Fn::FindInMap');
    const keys = [first, second].map((key) => asScalarText(key, 'Fn::FindInMap'));
    const found = keys.reduce<Json | undefined>(
      (level, key) => (level === undefined ? undefined : asMap(level, 'Fn::FindInMap')[key]),
      scope.mapping(asText(name, 'Fn::FindInMap')),
    );
    const value = found ?? asMap(fallback ?? {}, 'Fn::FindInMap').DefaultValue;
    if (value === undefined) throw new Error(`Fn::FindInMap: the mapping ${String(name)} has no entry ${keys.join('/')}`);
    return value;
  },
  'Fn::ImportValue': (scope, argument) => scope.importValue(asText(resolve(scope, argument), 'Fn::ImportValue')),
  'Fn::GetStackOutput': (scope, argument) => {
    const { StackName, OutputName, Region } = asMap(resolve(scope, argument), 'Fn::GetStackOutput');
    const region = Region === undefined ? undefined : asText(Region, 'Fn::GetStackOutput');
    return scope.stackOutput(asText(StackName, 'Fn::GetStackOutput'), asText(OutputName, 'Fn::GetStackOutput'), region);
  },
  'Fn::Base64': (scope, argument) => Buffer.from(asText(resolve(scope, argument), 'Fn::Base64')).toString('base64'),
  'Fn::GetAZs': (scope, argument) => {
    const region = asText(resolve(scope, argument), 'Fn::GetAZs') || scope.region;
    return ['a', 'b', 'c'].map((zone) => `${region}${zone}`);
  },
  'Fn::Length': (scope, argument) => asList(resolve(scope, argument), 'Fn::Length').length,
  'Fn::ToJsonString': (scope, argument) => JSON.stringify(resolve(scope, argument)),
};

/** `${Name}`, `${Name.Attribute}`, and `${!Literal}` for a literal `${Literal}`. */
function substitute(scope: TemplateScope, template: string, variables: { [key: string]: Json }): string {
  return template.replace(/\$\{([^}]+)\}/g, (_, inner: string) => {
    const name = inner.trim();
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    const variable = variables[name];
    if (variable !== undefined) return asScalarText(resolve(scope, variable), 'Fn::Sub');
    const dot = name.indexOf('.');
    const value = dot === -1 ? scope.ref(name) : scope.getAttribute(name.slice(0, dot), name.slice(dot + 1));
    return asScalarText(value, 'Fn::Sub');
  });
}

/** `{{resolve:ssm:NAME[:VERSION]}}`; secrets stay as they stand, so that no secret enters the model. */
function resolveStoredParameters(scope: TemplateScope, text: string): string {
  if (!text.includes('{{resolve:ssm:')) return text;
  return text.replace(/\{\{resolve:ssm:([^:}]+)(?::\d+)?\}\}/g, (_, name: string) => scope.storedParameter(name));
}

function resolve(scope: TemplateScope, value: Json | undefined): Json {
  const resolved = value === undefined ? undefined : evaluate(scope, value);
  if (resolved === undefined) throw new Error('an intrinsic function lacks an argument, or AWS::NoValue stands where a value is needed');
  return resolved;
}

function asText(value: Json | undefined, where: string): string {
  if (typeof value !== 'string') throw new Error(`${where}: expected a text, found ${JSON.stringify(value)}`);
  return value;
}

function asScalarText(value: Json | undefined, where: string): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return asText(value, where);
}

function asList(value: Json | undefined, where: string): Json[] {
  if (!Array.isArray(value)) throw new Error(`${where}: expected a list, found ${JSON.stringify(value)}`);
  return value;
}

function asMap(value: Json | undefined, where: string): { [key: string]: Json } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`${where}: expected a map, found ${JSON.stringify(value)}`);
  }
  return value;
}
