/** Google's CSP Evaluator on the policies given as a JSON object by name; prints its findings by name. */
import { readFileSync } from 'node:fs';
import evaluator from 'csp_evaluator';
import { Severity } from 'csp_evaluator/dist/finding.js';
import parser from 'csp_evaluator/dist/parser.js';

const policies = JSON.parse(process.argv[2]);
const findings = Object.entries(policies).map(([name, policy]) => [
  name,
  new evaluator.CspEvaluator(new parser.CspParser(policy).csp).evaluate().map(({ severity, directive, value, description }) => ({
    severity,
    level: Severity[severity],
    directive,
    ...(value === undefined ? {} : { value }),
    description,
  })),
]);
const { version } = JSON.parse(readFileSync(new URL('./node_modules/csp_evaluator/package.json', import.meta.url), 'utf8'));
process.stdout.write(JSON.stringify({ version, findings: Object.fromEntries(findings) }));
