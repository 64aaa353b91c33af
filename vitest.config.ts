import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'src/**/*.test.ts',
      'properties/**/*.{property,test}.ts',
      'test/**/*.test.ts',
      'docs/examples/**/*.test.ts',
    ],
    // Workers beyond two gain nothing on the two cores that the project promises to need.
    maxWorkers: 2,
    // Generous: a test that starts the command line or replays a whole trace shares the cores with others.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    globalSetup: './test/support/one-scratch.ts',
    reporters: ['default', './test/support/count-reporter.ts'],
  },
});
