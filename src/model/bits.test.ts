import { expect, test } from 'vitest';
import { compareCells, expectedText } from './bits.ts';
import { Cells } from './cells.ts';

/** Two writable bytes that hold 0x1234; a write of `data` to both may have arrived. */
function perhapsWritten(data: number): Cells {
  const cells = new Cells(1);
  cells.declare(0, 0xffff, 'RW');
  cells.write(0, 0xffff, 0x1234, 0, 4);
  cells.learn(0, -1, 0x1234, 1);
  cells.writePerhaps(0, 0xffff, data, 2, 4);
  return cells;
}

test('bits that might hold one of two values have no expected one', () => {
  // Bit 15 alone differs.
  const cells = perhapsWritten(0x9234);
  const answer = 0x9235;
  const wrong = cells.contradiction(0, 0xffff, answer);
  expect(wrong).toBe(1);
  expect(compareCells(cells, 0, 0xffff, wrong, answer)).toMatchObject({
    known: 0x7fff,
    expected: 0x1234,
    actual: 0x9235,
  });
});

test('where nothing but such bits is wrong there is no comparison, and the words tell both values', () => {
  const cells = perhapsWritten(0x1237);
  const answer = 0x1235;
  const wrong = cells.contradiction(0, 0xffff, answer);
  expect(wrong).toBe(1);
  expect(cells.otherMask[0]! & wrong).toBe(wrong);
  expect(compareCells(cells, 0, 0xffff, wrong, answer)).toBeUndefined();
  expect(expectedText(cells, 0, 0xffff, wrong)).toBe('0x1234 or 0x1237');
});

test('a bit that only one of the values has does not make the other one right', () => {
  const cells = perhapsWritten(0x1237);
  const wrong = cells.contradiction(0, 0xffff, 0x1236);
  expect(wrong).not.toBe(0);
  expect(expectedText(cells, 0, 0xffff, wrong)).toBe('0x1234 or 0x1237');
});

test('where both bytes fit neither value, they are told byte by byte', () => {
  const cells = perhapsWritten(0x1537);
  const wrong = cells.contradiction(0, 0xffff, 0x1435);
  expect(expectedText(cells, 0, 0xffff, wrong)).toBe('0x1234 or 0x1537, each byte by itself');
});
