import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BoundedMarks, BoundedSpans } from './bounded.ts';

const spans = fc.array(fc.record({ pause: fc.nat(40), length: fc.integer({ min: 1, max: 40 }) }), { maxLength: 400 });

test('few spans are kept as they are', () => {
  const list = new BoundedSpans(4);
  const some = [0, 10, 20].map((from) => ({ from, to: from + 5, stretches: 1 }));
  for (const one of some) list.add(one);
  expect(list.list()).toEqual(some);
  expect(list.grain).toBe(0);
});

test('many spans are put together in order, and all of them are counted', () => {
  fc.assert(
    fc.property(spans, (parts) => {
      const list = new BoundedSpans(16);
      let at = 0;
      for (const { pause, length } of parts) {
        list.add({ from: at + pause, to: at + pause + length, stretches: 1 });
        at += pause + length;
      }
      const kept = list.list();
      expect(kept.length).toBeLessThanOrEqual(16);
      expect(kept.reduce((sum, { stretches }) => sum + stretches, 0)).toBe(parts.length);
      for (const [index, one] of kept.entries()) expect(one.from).toBeGreaterThanOrEqual(kept[index - 1]?.to ?? 0);
      expect(list.grain > 0).toBe(parts.length > 16);
    }),
  );
});

test('the longest span of a stretch stands for it', () => {
  const list = new BoundedSpans<{ from: number; to: number; stretches: number; name: string }>(2);
  list.add({ from: 0, to: 1, stretches: 1, name: 'short' });
  list.add({ from: 1, to: 9, stretches: 1, name: 'long' });
  list.add({ from: 20, to: 21, stretches: 1, name: 'other' });
  expect(list.list()).toEqual([
    { from: 0, to: 9, stretches: 2, name: 'long' },
    { from: 20, to: 21, stretches: 1, name: 'other' },
  ]);
});

test('marks are counted, however many there are', () => {
  const marks = new BoundedMarks();
  for (let at = 0; at < 100_000; at += 3) marks.add(at);
  expect(marks.list().length).toBeLessThanOrEqual(1024);
  expect(marks.list().reduce((sum, { count }) => sum + count, 0)).toBe(Math.ceil(100_000 / 3));
  expect(marks.grain).toBeGreaterThan(0);
});
