/**
 * Large packages that a worker loads once and not anew for each test file. Their objects are of Node's own realm: `instanceof Error`
 * and `toStrictEqual` are false of them in a test, they see Node's `process.env` and `console` rather than the test's, no mock
 * reaches what they import, and what they remember stays. Only what minds none of that may stand here.
 */
const loadedOnce = ['aws-cdk-lib', 'constructs', 'cdk-nag', 'playwright-core', 'zod'];
/** Packages that ship ECMAScript modules only. */
const modulesOnly = ['@middy', 'otplib', '@otplib', '@scure', '@noble', 'cidr-tools', 'ip-bigint', 'preact'];

/** Tests run through swc, as CommonJS: type checking is `npm run check`'s, not the tests'. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    [`/node_modules/(${loadedOnce.join('|')})/`]: '<rootDir>/test/support/load-once.mjs',
    '\\.[cm]?[jt]sx?$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'automatic', importSource: 'preact' } },
          target: 'es2022',
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  extensionsToTreatAsEsm: [],
  transformIgnorePatterns: [`/node_modules/(?!(${[...modulesOnly, ...loadedOnce].join('|')})/)`],
  globalSetup: '<rootDir>/test/support/run-folder.mjs',
  globalTeardown: '<rootDir>/test/support/remove-run-folder.mjs',
  testSequencer: '<rootDir>/test/support/slowest-first.mjs',
  // A test of the whole system shares its cores with another file: the limit tells a hang from a wait, not a slow run from a fast one.
  testTimeout: 300_000,
  // Writes down what the tests said, for the security page.
  reporters: ['default', '<rootDir>/test/support/evidence-reporter.mjs'],
  maxWorkers: 2,
};
