/** How commands say and print: names, and what others say, steer nothing there. Lines stay lines. */
import { inertLines, inertOutput } from '../core/inert-text.ts';
import { paintFor } from '../report/paint.ts';

/** Letters of a message: a profile may have many problems. */
const MESSAGE_AT_MOST = 100_000;

/** A message on standard error, with a line end. */
export function say(text: string): void {
  process.stderr.write(`${inertLines(text, MESSAGE_AT_MOST)}\n`);
}

/** What a command prints on standard output, as it is. */
export function print(text: string): void {
  const isStyled = paintFor(process.stdout)('bold', '') !== '';
  process.stdout.write(inertOutput(text, isStyled));
}
