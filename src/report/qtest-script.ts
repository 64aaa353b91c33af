/** A finding as a script for a target of the target protocol, such as a stock QEMU: comments, then one command a line. */

import type { Line, Reproducer } from '../check/reproduce/reproduce.ts';
import { formatHex } from '../core/hex.ts';
import { ruleById } from '../spec/rules.ts';

/**
 * `start`: the command that starts the target, which takes the script as its standard input; `name`: the script's file. A
 * target answers `FAIL` to the comments, and goes on.
 */
export function qtestScript({ lines, divergence, interrupts }: Reproducer, start: string, name: string): string {
  const rule = ruleById(divergence.rule);
  const sent = withoutLooks(
    lines.filter(({ line }) => !line.startsWith('hello')),
    interrupts,
  );
  const { answer } = sent.at(-1) ?? {};
  const comments = [
    `${divergence.rule} ${rule?.title} (${rule?.strength}, ${rule?.citation})`,
    `${divergence.register}: expected ${divergence.expected}, found ${divergence.actual}`,
    answer === undefined ? 'The last command is not answered' : `The last answer is ${answer}`,
    `${start} < ${name}`,
  ].map((comment) => `# ${comment.replaceAll(/\s+/g, ' ')}`);
  return [...comments, ...sent.map(({ line }) => line), ''].join('\n');
}

/**
 * Looks at the place of messages, and what empties it again: where something was seen, the dwords of it; where nothing was,
 * only the last of `last`, in which a message is missing.
 */
function withoutLooks(lines: readonly Line[], last: boolean): Line[] {
  const kept: Line[] = [];
  let empty: { look: Line; at: number } | undefined;
  for (let index = 0; index < lines.length; index++) {
    const one = lines[index]!;
    const fill = lines[index + 1];
    if (!one.line.startsWith('b64read ') || fill?.line.startsWith('memset ') !== true) {
      kept.push(one);
      continue;
    }
    const seen = dwordsOf(one, fill);
    empty = seen.length === 0 ? { look: one, at: kept.length } : undefined;
    if (seen.length > 0) kept.push(...seen, fill);
    index++;
  }
  if (last && empty !== undefined) kept.splice(empty.at, 0, empty.look);
  // Nobody looks again.
  if (kept.at(-1)?.line.startsWith('memset ') === true) kept.pop();
  return kept;
}

/** Dwords in the answer of a look that are not what the place was filled with, each as a command of its own. */
function dwordsOf({ line, answer = '' }: Line, fill: Line): Line[] {
  const bytes = Buffer.from(answer.slice(3), 'base64');
  const base = Number(line.split(' ')[1]);
  const byte = Number(fill.line.split(' ')[3]);
  const found: Line[] = [];
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    if (bytes.subarray(at, at + 4).every((one) => one === byte)) continue;
    found.push({
      line: `readl ${formatHex(0, base + at)}`,
      answer: `OK ${formatHex(0, bytes.readInt32LE(at))}`,
    });
  }
  return found;
}
