import type { Reporter, TestModule } from 'vitest/node';

/** Ends the output of a test run with the plain line `N passed, N failed`, so that any runner can count. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    let passed = 0;
    // An error outside any test, or a file that could not be loaded, counts as a failed test.
    let failed = unhandledErrors.length;
    for (const testModule of modules) {
      if (testModule.state() === 'failed' && testModule.errors().length > 0) failed++;
      for (const test of testModule.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed++;
        if (state === 'failed') failed++;
      }
    }
    // The default reporter writes its summary at the same moment; this line comes after all of it.
    process.once('exit', () => process.stdout.write(`${passed} passed, ${failed} failed\n`));
  }
}
