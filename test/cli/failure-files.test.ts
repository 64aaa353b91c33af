/** What a failure looks like on the screen and in its folder. */
import { expect, test } from 'vitest';
import type { Failure } from '../../src/campaign/reduce.ts';
import { failureFiles, failureText } from '../../src/cli/failure-files.ts';
import { makeFinding } from '../support/make-report.ts';

const finding = makeFinding();
const failure = (scenario: string): Failure => {
  return { finding, program: new Int32Array(0), scenario, trace: '', accesses: 9, executions: 3, reproduced: true };
};

test('the steps are shown; without steps it is said what shows it', () => {
  expect(failureText(failure('decode on fn\nread fn.memory 4\n'))).toBe(
    `${finding.id}: 2 steps, after 3 runs\n  decode on fn\n  read fn.memory 4\n\n`,
  );
  expect(failureText(failure(''))).toBe(
    `${finding.id}: no step is needed: it shows when the target is started and enumerated\n\n`,
  );
});

test('the command takes target and layout as they are', () => {
  const files = failureFiles(new Map([['failures/x', failure('')]]), 'emulated', 'my layout; rm.yaml');
  expect(files.get('failures/x/command.txt')).toBe(
    "barometer run scenario.txt --target emulated --layout 'my layout; rm.yaml'\n",
  );
});
