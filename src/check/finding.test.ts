import { expect, test } from 'vitest';
import type { Divergence } from '../model/verdict.ts';
import { FindingTable, findingId, kindOfFunction } from './finding.ts';

const divergence = (changes: Partial<Divergence> = {}): Divergence => ({
  rule: 'BAR-003',
  index: 7,
  line: 8,
  function: { bdf: 0x18, vendor: 0x8086, device: 0x10d3, classCode: 0x020000 },
  register: 'BAR 0',
  shape: 'low bits writable',
  expected: '0x0',
  actual: '0x1',
  explanation: 'Low address bits are hardwired.',
  ...changes,
});

test('place and values do not enter the identity, so one bug is one finding wherever the device sits', () => {
  const elsewhere = { bdf: 0x100, vendor: 0x8086, device: 0x10d3, classCode: 0x020000 };
  const other = divergence({ index: 900, line: 901, function: elsewhere, actual: '0xf', expected: '0x8' });
  expect(findingId(other)).toBe(findingId(divergence()));
});

test('rule, kind of function, register and shape each make another finding', () => {
  const variants = [
    divergence(),
    divergence({ rule: 'BAR-004' }),
    divergence({ register: 'BAR 1' }),
    divergence({ shape: 'reads ones' }),
    divergence({ function: { bdf: 0x18, vendor: 0x8086, device: 0x10d4, classCode: 0x020000 } }),
    divergence({ function: { bdf: 0x18, vendor: 0x8086, device: 0x10d3, classCode: 0x010000 } }),
  ];
  expect(new Set(variants.map(findingId)).size).toBe(variants.length);
});

test('an id is the rule and eight hexadecimal digits', () => {
  expect(findingId(divergence())).toMatch(/^BAR-003-[0-9a-f]{8}$/);
});

test('a function that is not fully known is named with question marks', () => {
  expect(kindOfFunction(undefined)).toBe('none');
  expect(kindOfFunction({ bdf: 0, vendor: 0x8086, device: 0x1, classCode: -1 })).toBe('class ? 8086:0001');
});

test('the table counts occurrences and keeps the first', () => {
  const table = new FindingTable();
  expect(table.add(divergence()).isNew).toBe(true);
  expect(table.add(divergence({ line: 99 })).isNew).toBe(false);
  expect(table.add(divergence({ rule: 'BAR-004' })).isNew).toBe(true);
  expect(table.list().map((finding) => [finding.rule, finding.count, finding.first.line])).toEqual([
    ['BAR-003', 2, 8],
    ['BAR-004', 1, 8],
  ]);
});
