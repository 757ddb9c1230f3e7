// Five projects: `fast` needs nothing but Node, `containers` needs the Docker Engine, which its set-up provides, `browser`
// needs Chromium, which it installs where it can, and `netem` (npm run test:netem) a virtual machine with a kernel that
// has netem, which its set-up makes. `long` (npm run test:long) is what CI has no time for.
// Its reaper is an image of its own, which cannot be had everywhere; our tests stop what they start.
process.env.TESTCONTAINERS_RYUK_DISABLED ??= 'true'

const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } },
    ],
  },
}

export default {
  // Containers share one engine and two cores: their suites run one after another in one worker, all others in the second.
  maxWorkers: 2,
  // A machine that others use as well may take its time, and what waits for a condition (60 s) says better what is missing.
  testTimeout: 120_000,
  testSequencer: '<rootDir>/test/lane-sequencer.mjs',
  reporters: ['default', '<rootDir>/test/closing-line-reporter.mjs'],
  projects: [
    {
      ...shared,
      displayName: 'fast',
      testMatch: ['<rootDir>/test/{unit,property,golden,contract,zoo}/**/*.test.ts'],
    },
    {
      ...shared,
      displayName: 'containers',
      testMatch: ['<rootDir>/test/integration/**/*.test.ts'],
    },
    {
      ...shared,
      displayName: 'browser',
      testMatch: ['<rootDir>/test/browser/**/*.test.ts'],
    },
    {
      ...shared,
      displayName: 'long',
      testMatch: ['<rootDir>/test/long/**/*.test.ts'],
    },
    {
      ...shared,
      displayName: 'netem',
      testMatch: ['<rootDir>/test/netem/**/*.test.ts'],
    },
  ],
}
