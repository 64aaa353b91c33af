/** A correct machine of many functions is never blamed, and what the model keeps of it does not grow. */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { Access } from '../src/access/access.ts';
import { parseLine } from '../src/access/text.ts';
import { randomStream } from '../src/core/random.ts';
import { Judge } from './support/judge.ts';
import { hierarchy, stroll } from './support/hierarchy.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes of the heap that are in use. */
function heap(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** Lets the guest of a machine of `functions` functions make that many accesses; `at`: called on the way. */
function walk(
  functions: number,
  accesses: number,
  seed: string,
  at: ReadonlyMap<number, () => void> = new Map(),
): void {
  const tree = hierarchy(functions);
  const { guest } = tree;
  const judge = new Judge();
  const random = randomStream(seed);
  let done = 0;
  const marks = [...at].toSorted(([one], [other]) => one - other);
  while (done < accesses) {
    stroll(tree, (below) => random.below(below));
    done += guest.lines.length;
    // Nothing is kept of what was read and said, so that only the model can grow.
    judge.feed(guest.lines.splice(0), (text) => parseLine(text, new Access()));
    judge.outcome.notes.length = 0;
    while (marks[0] !== undefined && done >= marks[0][0]) marks.shift()?.[1]();
  }
  judge.finish();
  expect(judge.outcome.divergences.slice(0, 3)).toEqual([]);
  // A walk that the model does not follow would prove nothing: it knows all functions, and who decodes most addresses.
  const statistics = judge.model.statistics();
  const unclaimed = [...statistics.undecoded.values()].reduce((sum, count) => sum + count, 0);
  expect(statistics.functions).toHaveLength(functions);
  expect(unclaimed).toBeLessThan(accesses / 20);
}

test.each([1, 2, 16, 64, 256])('a machine of %i functions is never blamed', (functions) => {
  walk(functions, 20_000, `hierarchy ${functions}`);
});

test('a million accesses to 64 functions take no more memory than a quarter of a million', () => {
  const used: number[] = [];
  const look = (): void => void used.push(heap());
  walk(64, 1_000_000, 'a million', new Map([250_000, 1_000_000].map((step) => [step, look])));
  const [early = 0, late = 0] = used;
  expect(early).toBeGreaterThan(0);
  expect(late - early).toBeLessThan(2 ** 20);
});
