/**
 * Metric math as far as alarms use it: arithmetic, comparisons, AND and OR over values of one period,
 * with FILL, IF, SUM, AVG, MIN, MAX, ABS, CEIL, FLOOR and METRICS; SERVICE_QUOTA is missing. A missing value makes what is computed from it missing.
 */

/** Value of a metric id in the period at hand; undefined where nothing was reported. */
export type Lookup = (id: string) => number | undefined;

type Value = number | undefined;
type Node = (lookup: Lookup) => Value;
/** A list argument, as METRICS() and [m1, m2] are. */
type ListNode = (lookup: Lookup) => Value[];

const tokenPattern = /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_][A-Za-z0-9_]*)|("[^"]*")|(&&|\|\||[<>=!]=|[-+*/^()[\],<>]))/y;

const binaryPrecedence: Readonly<Record<string, number>> = {
  OR: 1,
  '||': 1,
  AND: 2,
  '&&': 2,
  '==': 3,
  '!=': 3,
  '<': 4,
  '>': 4,
  '<=': 4,
  '>=': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '^': 7,
};

const operations: Readonly<Record<string, (a: number, b: number) => Value>> = {
  OR: (a, b) => Number(a !== 0 || b !== 0),
  '||': (a, b) => Number(a !== 0 || b !== 0),
  AND: (a, b) => Number(a !== 0 && b !== 0),
  '&&': (a, b) => Number(a !== 0 && b !== 0),
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  '<': (a, b) => Number(a < b),
  '>': (a, b) => Number(a > b),
  '<=': (a, b) => Number(a <= b),
  '>=': (a, b) => Number(a >= b),
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  // CloudWatch gives no data point for a division by zero.
  '/': (a, b) => (b === 0 ? undefined : a / b),
  '^': (a, b) => a ** b,
};

const reductions: Readonly<Record<string, (values: readonly number[]) => number>> = {
  SUM: (values) => values.reduce((total, value) => total + value, 0),
  AVG: (values) => values.reduce((total, value) => total + value, 0) / values.length,
  MIN: (values) => Math.min(...values),
  MAX: (values) => Math.max(...values),
};

const scalars: Readonly<Record<string, (value: number) => number>> = { ABS: Math.abs, CEIL: Math.ceil, FLOOR: Math.floor };

/**
 * @param metricIds ids that METRICS() stands for
 * @throws SyntaxError naming what is not understood: an alarm that can't be computed must not look healthy
 */
export function compileMetricMath(expression: string, metricIds: readonly string[]): (lookup: Lookup) => Value {
  const tokens = tokenize(expression);
  let at = 0;
  const peek = () => tokens[at];
  const fail = (): never => {
    throw new SyntaxError(`the metric math "${expression}" is not understood at "${tokens[at] ?? 'its end'}"`);
  };
  const expect = (token: string) => {
    if (tokens[at] !== token) fail();
    at += 1;
  };

  function parseBinary(minimum: number): Node {
    let left = parseUnary();
    for (;;) {
      const operator = peek() ?? '';
      const precedence = binaryPrecedence[operator];
      if (precedence === undefined || precedence < minimum) return left;
      at += 1;
      const right = parseBinary(precedence + 1);
      const apply = operations[operator] as (a: number, b: number) => Value;
      const first = left;
      left = (lookup) => {
        const a = first(lookup);
        const b = right(lookup);
        return a === undefined || b === undefined ? undefined : apply(a, b);
      };
    }
  }

  function parseUnary(): Node {
    if (peek() !== '-') return parsePrimary();
    at += 1;
    const operand = parseUnary();
    return (lookup) => {
      const value = operand(lookup);
      return value === undefined ? undefined : -value;
    };
  }

  function parsePrimary(): Node {
    const token = tokens[at] ?? fail();
    at += 1;
    if (/^\d/.test(token)) return () => Number(token);
    if (token === '(') {
      const inner = parseBinary(1);
      expect(')');
      return inner;
    }
    if (!/^[A-Za-z_]/.test(token)) {
      at -= 1;
      return fail();
    }
    if (peek() === '(') return parseCall(token);
    return (lookup) => lookup(token);
  }

  function parseCall(name: string): Node {
    expect('(');
    const reduce = reductions[name];
    if (reduce !== undefined) {
      const list = parseList();
      expect(')');
      return (lookup) => {
        const values = list(lookup).filter((value) => value !== undefined);
        return values.length === 0 ? undefined : reduce(values);
      };
    }
    const parameters: Node[] = [];
    do {
      if (parameters.length > 0) expect(',');
      parameters.push(parseBinary(1));
    } while (peek() === ',');
    expect(')');
    const [first, second, third] = parameters as [Node, Node, Node];
    const scalar = scalars[name];
    if (scalar !== undefined && parameters.length === 1) {
      return (lookup) => {
        const value = first(lookup);
        return value === undefined ? undefined : scalar(value);
      };
    }
    if (name === 'FILL' && parameters.length === 2) return (lookup) => first(lookup) ?? second(lookup);
    if (name === 'IF' && parameters.length === 3) {
      return (lookup) => {
        const condition = first(lookup);
        return condition === undefined ? undefined : condition !== 0 ? second(lookup) : third(lookup);
      };
    }
    // Nobody here knows an account's quotas: no data point, as for a metric that has none.
    if (name === 'SERVICE_QUOTA' && parameters.length === 1) return () => undefined;
    throw new SyntaxError(`the metric math function ${name} in "${expression}" is not known to the local system`);
  }

  function parseList(): ListNode {
    if (peek() === '[') {
      at += 1;
      const items: Node[] = [];
      do {
        if (items.length > 0) expect(',');
        items.push(parseBinary(1));
      } while (peek() === ',');
      expect(']');
      return (lookup) => items.map((item) => item(lookup));
    }
    if (peek() === 'METRICS') {
      at += 1;
      expect('(');
      const prefix = peek()?.startsWith('"') ? (tokens[at++] as string).slice(1, -1) : '';
      expect(')');
      const ids = metricIds.filter((id) => id.includes(prefix));
      return (lookup) => ids.map((id) => lookup(id));
    }
    const single = parseBinary(1);
    return (lookup) => [single(lookup)];
  }

  const root = parseBinary(1);
  if (at < tokens.length) fail();
  return root;
}

function tokenize(expression: string): string[] {
  const tokens: string[] = [];
  tokenPattern.lastIndex = 0;
  const text = expression.trim();
  while (tokenPattern.lastIndex < text.length) {
    const from = tokenPattern.lastIndex;
    const match = tokenPattern.exec(text);
    if (match === null) throw new SyntaxError(`the metric math "${expression}" is not understood at "${text.slice(from)}"`);
    tokens.push((match[1] ?? match[2] ?? match[3] ?? match[4]) as string);
  }
  return tokens;
}
