import base from '../jest.config.mjs'

/** The tests on real containers; `images check` builds what they run. */
export default {
  ...base,
  rootDir: '..',
  testMatch: ['<rootDir>/test/images/**/*.test.ts'],
  testPathIgnorePatterns: [],
  // One after the other: the documents name their containers and their port.
  maxWorkers: 1,
}
