/**
 * MDN HTTP Observatory on one site of this machine: its own retriever, tests and grader, in the order of its own `scan`, which takes no
 * ports. The lists that it would download (preloaded hosts, top-level domains) hold nothing of loopback: they are empty.
 *
 * `node observatory.mjs HTTPS_PORT HTTP_PORT`, with the authority in NODE_EXTRA_CA_CERTS; prints JSON.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const package_ = new URL('./node_modules/@mdn/mdn-http-observatory/', import.meta.url);
for (const [name, content] of [
  ['hsts-preload.json', '{}'],
  ['tld-list.json', '["com"]'],
]) {
  const file = new URL(`conf/${name}`, package_);
  if (!existsSync(file)) writeFileSync(file, content);
}
const load = (name) => import(new URL(`src/${name}`, package_).href);
const { ALL_TESTS, ALGORITHM_VERSION } = await load('constants.js');
const { getGradeForScore, getScoreModifier } = await load('grader/grader.js');
const { MINIMUM_SCORE_FOR_EXTRA_CREDIT } = await load('grader/charts.js');
const { retrieve } = await load('retriever/retriever.js');

const [httpsPort, httpPort] = process.argv.slice(2).map(Number);
const retrieved = await retrieve('localhost', { httpsPort, httpPort });
const { auto } = retrieved.responses;
if (!auto) throw new Error('the site does not answer');
if (auto.status !== 200 || auto.verified !== true)
  throw new Error(`the site answers ${auto.status}, its certificate verified: ${auto.verified}`);

const tests = ALL_TESTS.map((test) => {
  const output = test(retrieved);
  return { name: output.constructor.name, result: output.result, pass: output.pass, modifier: getScoreModifier(output.result) };
});
// As its scanner does: extra credit is for those who have an A without it.
const penalties = tests.reduce((sum, { modifier }) => sum + Math.min(modifier, 0), 100);
const everything = tests.reduce((sum, { modifier }) => sum + modifier, 100);
const { score, grade } = getGradeForScore(penalties >= MINIMUM_SCORE_FOR_EXTRA_CREDIT ? everything : penalties);
const { version } = JSON.parse(readFileSync(fileURLToPath(new URL('package.json', package_)), 'utf8'));
process.stdout.write(JSON.stringify({ version, algorithm: ALGORITHM_VERSION, score, grade, tests }));
