import { expect, test } from 'vitest';
import type { FunctionSnapshot } from '../model/snapshot.ts';
import { plain } from './paint.ts';
import { headline, treeText } from './state-text.ts';

const zeros = (): Int32Array => new Int32Array(64);

/** A bridge of which little is known, with the widest words there are. */
function bridge(below: FunctionSnapshot[]): FunctionSnapshot {
  return {
    bdf: 0x18,
    vendor: 0x8086,
    device: 0x10d3,
    classCode: 0x060400,
    headerType: 1,
    portType: -1,
    express: true,
    doubt: 'reset',
    regions: [
      {
        index: 0,
        space: 'memory',
        exponent: 14,
        wide: true,
        prefetchable: true,
        decode: 'maybe',
        base: { hi: 0x38, lo: 0x40000000 },
        why: 'outer window',
      },
    ],
    capabilities: Array.from({ length: 20 }, (_one, at) => ({ offset: 0x40 + 4 * at, id: 0x0d, length: 4 })),
    extended: [],
    msix: undefined,
    placed: true,
    config: { value: zeros(), known: zeros(), seen: zeros(), hardwired: zeros() },
    below,
  };
}

test('bridges below bridges fit into 80 columns, however deep they lie', () => {
  let deep = bridge([]);
  for (let level = 0; level < 30; level++) deep = bridge([deep]);
  const lines = treeText([], [deep], plain).split('\n');
  expect(lines.filter((line) => line.includes('PCI bridge')).length).toBe(31);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  // What is below is set in, until there would be no room.
  expect(lines.findIndex((line) => line.startsWith('    00:03.0'))).toBeGreaterThan(0);
  expect(lines.some((line) => line.startsWith(`${' '.repeat(36)}00:03.0`))).toBe(false);
});

test('a heading is one line, or the name has its own', () => {
  expect(headline('a.txt', 'words', plain)).toEqual(['a.txt  words']);
  const path = 'x'.repeat(100);
  expect(headline(path, 'words '.repeat(20), plain)).toEqual([
    path,
    ...Array(2).fill(expect.stringMatching(/^ {2}words/)),
  ]);
});
