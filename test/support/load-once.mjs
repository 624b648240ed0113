/**
 * Has a package loaded by Node's own `require`, which keeps it from one test file to the next in a worker: Jest's registry is made
 * anew for each, and loading the CDK takes as long as a synthesis. For which packages, and for which it can't be: jest.config.mjs.
 *
 * The module that is `require`d in a test extends Node's own `Module`, with a `createRequire` that leads back to Jest's registry.
 */
const code = "module.exports = Object.getPrototypeOf(require('node:module')).createRequire(__filename)(__filename);";

export default {
  process: () => ({ code }),
  getCacheKey: () => code,
};
