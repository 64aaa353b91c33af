#!/usr/bin/env node
/**
 * The program's door. It answers `--version` itself and imports everything else only when it is needed, so that the
 * quick questions stay quick.
 */
import { version } from './package.ts';

/** `EXIT.interrupted`; not imported, since every import here delays every start. */
const INTERRUPTED = 130;

const words = process.argv.slice(2);

/** `EXIT.usage`, in the same way. */
const USAGE = 2;

// A reader that has seen enough (`barometer check … | head`) closes the pipe: that is no error, and the report and the exit
// status are what they would have been. Only explain has nothing else to do than to print, and may have much of it. What
// cannot be printed for another reason, such as a full disk, is one; the report is written all the same.
let unprinted = '';
for (const stream of [process.stdout, process.stderr])
  stream.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (code !== 'EPIPE') unprinted = message;
    if (words[0] === 'explain') process.exit();
  });
process.on('exit', () => {
  if (unprinted === '') return;
  process.stderr.write(`barometer: standard output cannot be written: ${unprinted}\n`);
  process.exitCode ||= USAGE;
});

if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
  process.stdout.write(`${version()}\n`);
} else {
  const { runProgram } = await import('./program.ts');
  const status = await runProgram(words);
  // An interrupted run may still wait for its input, which would keep the process alive.
  if (status === INTERRUPTED) process.exit(status);
  process.exitCode = status;
}
