/** A message on standard error, in which names and what others say steer nothing. Lines stay lines. */
import { inertLines } from '../core/inert-text.ts';

export function say(text: string): void {
  process.stderr.write(`${inertLines(text)}\n`);
}
