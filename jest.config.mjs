/** Tests run through swc, as CommonJS: type checking is `npm run check`'s, not the tests'. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
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
  // Packages that ship ECMAScript modules only.
  transformIgnorePatterns: ['/node_modules/(?!(@middy|otplib|@otplib|@scure|@noble|cidr-tools|ip-bigint|preact)/)'],
  globalSetup: '<rootDir>/test/support/run-folder.mjs',
  globalTeardown: '<rootDir>/test/support/remove-run-folder.mjs',
  testSequencer: '<rootDir>/test/support/slowest-first.mjs',
  // A test of the whole system shares its cores with another file: the limit tells a hang from a wait, not a slow run from a fast one.
  testTimeout: 300_000,
  // Writes down what the tests said, for the security page.
  reporters: ['default', '<rootDir>/test/support/evidence-reporter.mjs'],
  maxWorkers: 2,
};
