/** A finding as a script for a target of the target protocol, such as a stock QEMU: comments, then one command a line. */

import type { Reproducer } from '../check/reproduce/reproduce.ts';
import { formatHex } from '../core/hex.ts';
import { ruleById } from '../spec/rules.ts';

/**
 * `start`: the command that starts the target, which takes the script as its standard input. A target answers `FAIL` to
 * the comments, and goes on.
 */
export function qtestScript({ lines, divergence, messages }: Reproducer, start: string): string {
  const rule = ruleById(divergence.rule);
  const sent = lines.filter(({ line }) => !line.startsWith('hello'));
  // Nobody has read them back: at each address the last message is left.
  const left = new Map(messages.map(({ addressHi, addressLo, data }) => [formatHex(addressHi, addressLo), data]));
  for (const [address, data] of left) sent.push({ line: `readl ${address}`, answer: `OK ${formatHex(0, data)}` });
  const comments = [
    `${divergence.rule} ${rule?.title} (${rule?.strength}, ${rule?.citation})`,
    `${divergence.register}: expected ${divergence.expected}, found ${divergence.actual}`,
    `The last answer is ${sent.at(-1)?.answer}`,
    `${start} < reproduce.qtest`,
  ].map((comment) => `# ${comment.replaceAll(/\s+/g, ' ')}`);
  return [...comments, ...sent.map(({ line }) => line), ''].join('\n');
}
