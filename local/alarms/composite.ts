/** Alarm rules of AWS::CloudWatch::CompositeAlarm: `ALARM("a") AND NOT (OK("b") OR FALSE)`. */
import type { AlarmState } from './alarm.ts';

/** State of an alarm by name or ARN. */
export type StateOf = (reference: string) => AlarmState;

const tokenPattern = /\s*(?:(ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"([^"]+)"|([^)\s]+))\s*\)|(TRUE|FALSE|AND|OR|NOT|\(|\)))/y;

type Rule = (stateOf: StateOf) => boolean;
type Token = { readonly word: string; readonly reference?: string };

/** @throws SyntaxError naming the rule */
export function compileAlarmRule(rule: string): Rule {
  const tokens = tokenize(rule);
  let at = 0;
  const fail = (): never => {
    throw new SyntaxError(`the alarm rule "${rule}" is not understood`);
  };

  function parseOr(): Rule {
    let left = parseAnd();
    while (tokens[at]?.word === 'OR') {
      at += 1;
      const first = left;
      const right = parseAnd();
      left = (stateOf) => first(stateOf) || right(stateOf);
    }
    return left;
  }

  function parseAnd(): Rule {
    let left = parseNot();
    while (tokens[at]?.word === 'AND') {
      at += 1;
      const first = left;
      const right = parseNot();
      left = (stateOf) => first(stateOf) && right(stateOf);
    }
    return left;
  }

  function parseNot(): Rule {
    const token = tokens[at] ?? fail();
    at += 1;
    if (token.word === 'NOT') {
      const operand = parseNot();
      return (stateOf) => !operand(stateOf);
    }
    if (token.word === '(') {
      const inner = parseOr();
      if (tokens[at]?.word !== ')') fail();
      at += 1;
      return inner;
    }
    if (token.word === 'TRUE' || token.word === 'FALSE') return () => token.word === 'TRUE';
    const { reference } = token;
    return reference === undefined ? fail() : (stateOf) => stateOf(reference) === token.word;
  }

  const root = parseOr();
  if (at < tokens.length) fail();
  return root;
}

function tokenize(rule: string): Token[] {
  const tokens: Token[] = [];
  const text = rule.trim();
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < text.length) {
    const match = tokenPattern.exec(text);
    if (match === null) throw new SyntaxError(`the alarm rule "${rule}" is not understood`);
    const [, state, quoted, bare, word] = match;
    tokens.push(state === undefined ? { word: word as string } : { word: state, reference: (quoted ?? bare) as string });
  }
  return tokens;
}
