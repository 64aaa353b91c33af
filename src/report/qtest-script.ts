/** A finding as a script for a target of the target protocol, such as a stock QEMU: comments, then one command a line. */

import type { Reproducer } from '../check/reproduce/reproduce.ts';
import { formatHex } from '../core/hex.ts';
import { ruleById } from '../spec/rules.ts';

/** Bytes of the place of messages that are read at the end. */
const MESSAGE_BYTES = 128;

/**
 * `start`: the command that starts the target, which takes the script as its standard input. A target answers `FAIL` to
 * the comments, and goes on.
 */
export function qtestScript({ lines, divergence, messages }: Reproducer, start: string): string {
  const rule = ruleById(divergence.rule);
  const sent = lines.filter(({ line }) => !line.startsWith('hello'));
  const comments = [
    `${divergence.rule} ${rule?.title} (${rule?.strength}, ${rule?.citation})`,
    `${divergence.register}: expected ${divergence.expected}, found ${divergence.actual}`,
    `The last answer is ${sent.at(-1)?.answer}`,
    `${start} < reproduce.qtest`,
  ].map((comment) => `# ${comment.replaceAll(/\s+/g, ' ')}`);
  // What has been sent since power-on, and was not overwritten.
  const look = messages === undefined ? [] : [`read ${formatHex(messages.loHi, messages.loLo)} ${MESSAGE_BYTES}`];
  return [...comments, ...sent.map(({ line }) => line), ...look, ''].join('\n');
}
