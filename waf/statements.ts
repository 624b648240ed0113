/** Statements that nest, and which compiler reads which. */
import { compileGeoMatch, compileIpSetReference } from './address-statements.ts';
import { type Compilation, type Evaluation, outcomeOf, type Statement, type Verdict } from './evaluation.ts';
import { compileLabelMatch } from './label-statement.ts';
import { readList, readProperties, readVariant, refuse } from './template.ts';
import type { StatementTrace } from './types.ts';
import {
  compileByteMatch,
  compileRegexMatch,
  compileRegexPatternSet,
  compileSizeConstraint,
  compileSqli,
  compileXss,
} from './value-statements.ts';

/** The property Statement, or one within And, Or, Not or a scope-down. */
export function compileStatement(value: unknown, compilation: Compilation, place: string): Statement {
  const [kind, settings] = readVariant(value, place);
  const kindPlace = `${place}.${kind}`;
  const compile = compilers[kind];
  if (compile !== undefined) return compile(settings, compilation, kindPlace);
  if (kind === 'RateBasedStatement' || kind === 'ManagedRuleGroupStatement' || kind === 'RuleGroupReferenceStatement') {
    return refuse(kindPlace, `${kind} can't be nested`, 'Give it a rule of its own in the web ACL; AWS WAF refuses it as well');
  }
  return refuse(
    kindPlace,
    `${kind} is not evaluated`,
    `Use ${Object.keys(compilers).join(', ')}, or extend waf/statements.ts before deploying it`,
  );
}

const compilers: Readonly<Record<string, (settings: unknown, compilation: Compilation, place: string) => Statement>> = {
  // One false statement decides an And and one true statement an Or, whatever else can't be known.
  AndStatement: (settings, compilation, place) => combine('AndStatement', compileSeveral(settings, compilation, place), false),
  OrStatement: (settings, compilation, place) => combine('OrStatement', compileSeveral(settings, compilation, place), true),
  NotStatement: (settings, compilation, place) => {
    const properties = readProperties(settings, place, ['Statement']);
    return negate(compileStatement(properties.Statement, compilation, `${place}.Statement`));
  },
  IPSetReferenceStatement: compileIpSetReference,
  ByteMatchStatement: compileByteMatch,
  RegexMatchStatement: compileRegexMatch,
  RegexPatternSetReferenceStatement: compileRegexPatternSet,
  SizeConstraintStatement: compileSizeConstraint,
  GeoMatchStatement: compileGeoMatch,
  LabelMatchStatement: compileLabelMatch,
  SqliMatchStatement: compileSqli,
  XssMatchStatement: compileXss,
};

function compileSeveral(settings: unknown, compilation: Compilation, place: string): Statement[] {
  const properties = readProperties(settings, place, ['Statements']);
  const statements = readList(properties.Statements, `${place}.Statements`, 2, 1000);
  return statements.map((statement, index) => compileStatement(statement, compilation, `${place}.Statements[${index}]`));
}

function combine(statement: string, parts: readonly Statement[], decisive: boolean): Statement {
  return {
    test: (evaluation) => {
      let verdict: Verdict = !decisive;
      for (const part of parts) {
        const partVerdict = part.test(evaluation);
        if (partVerdict === decisive) return decisive;
        if (partVerdict === undefined) verdict = undefined;
      }
      return verdict;
    },
    explain: (evaluation) => {
      let verdict: Verdict = !decisive;
      const traces: StatementTrace[] = [];
      for (const part of parts) {
        // Looking further could add labels that the rule doesn't add.
        if (verdict === decisive) {
          traces.push(part.unreached);
          continue;
        }
        const explained = part.explain(evaluation);
        traces.push(explained.trace);
        if (explained.verdict === decisive) verdict = decisive;
        else if (explained.verdict === undefined) verdict = undefined;
      }
      return { verdict, trace: { statement, outcome: outcomeOf(verdict), parts: traces } };
    },
    unreached: { statement, outcome: 'not reached', parts: parts.map((part) => part.unreached) },
  };
}

function negate(part: Statement): Statement {
  const statement = 'NotStatement';
  const not = (verdict: Verdict): Verdict => (verdict === undefined ? undefined : !verdict);
  return {
    test: (evaluation: Evaluation) => not(part.test(evaluation)),
    explain: (evaluation) => {
      const explained = part.explain(evaluation);
      const verdict = not(explained.verdict);
      return { verdict, trace: { statement, outcome: outcomeOf(verdict), parts: [explained.trace] } };
    },
    unreached: { statement, outcome: 'not reached', parts: [part.unreached] },
  };
}
