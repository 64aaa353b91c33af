/** The death of a target as a divergence: what it was sent last, and what it said. */

import type { Death } from '../../access/target-died.ts';
import type { Divergence } from '../../model/verdict.ts';

const EXPECTED: Readonly<Record<Death['kind'], string>> = {
  crash: 'a target that goes on answering',
  hang: 'an answer in time',
  protocol: 'one answer to each command, in the form of the target protocol',
};

/** Lines of standard error that say what went wrong, for the identity: two different assertions are two bugs. */
const TELLING = /assert|panic|sanitizer|abort|fatal|overflow/i;

/** `index`: accesses and events before it. */
export function deathDivergence(death: Death, index: number): Divergence {
  const { kind, how, detail, stderr, commands, unanswered } = death;
  const sent = commands.map((command, at) => (at < unanswered ? command : `${command} (not answered)`));
  const telling = stderr.split('\n').find((line) => TELLING.test(line));
  const last = sent.length === 0 ? 'It was sent nothing' : `The last commands were: ${sent.join('; ')}`;
  return {
    rule: `TARGET-${kind}`,
    index,
    line: 0,
    register: 'target',
    shape: telling === undefined ? how : `${how}: ${withoutNumbers(telling)}`,
    expected: EXPECTED[kind],
    actual: detail,
    explanation: `${last}.${stderr === '' ? '' : ` Its standard error ended with: ${stderr.split('\n').slice(-5).join(' / ')}`}`,
  };
}

/** Addresses, process numbers and times differ from run to run. */
function withoutNumbers(line: string): string {
  return line.replaceAll(/0x[0-9a-fA-F]+|\d+/g, '#').slice(0, 200);
}
