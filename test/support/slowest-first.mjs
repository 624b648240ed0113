/** The order of test files: those that start systems, browsers and processes first, so that none of them is what a run ends by waiting for. */
import sequencer from '@jest/test-sequencer';

const Sequencer = sequencer.default ?? sequencer;
const slow = /\/test\/(?:system|attacks|web|status|ops)\//;
const middling = /\/test\/(?:infra|delivery|local)\/|\/architecture\.test/;

const rank = ({ path }) => (slow.test(path) ? 0 : middling.test(path) ? 1 : 2);

export default class SlowestFirst extends Sequencer {
  sort(tests) {
    // Within a group as jest has it: what failed last time, then by the time that it took then, or else by the size of the file.
    return [...super.sort(tests)].sort((left, right) => rank(left) - rank(right));
  }
}
