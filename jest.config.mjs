import { availableParallelism } from 'node:os'

/** Tests run from TypeScript source: no build is needed, except for what starts an app as a process. */
export default {
  testMatch: ['<rootDir>/{packages,apps,examples}/*/test/**/*.test.ts', '<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['<rootDir>/test/images/'],
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/', '<rootDir>/apps/.*/image/', '<rootDir>/.cache/'],
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['billow-source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/jest/strip-types.mjs' },
  reporters: ['default', '<rootDir>/jest/count.mjs'],
  // Two at the least: much time passes in programs that tests start, and in what they wait for.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  // What a file has loaded stays in its worker: in one process for all, the garbage collector takes most of the time.
  workerIdleMemoryLimit: '400MB',
  // For what hangs, not for what is slow: a busy machine may need ten times as long as a quiet one.
  testTimeout: 600_000,
  // A test that failed may leave a server open; the run must end all the same.
  forceExit: true,
}
