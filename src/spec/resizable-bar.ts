/**
 * Resizable BAR (0015h; PCIe 7.8.6). The model looks at BAR Size itself: a size that the function does not offer may be
 * refused (RBAR-004), so that the field is not a matter of single bits.
 */

import { field, register, reserved } from './build.ts';
import { extendedHeader } from './extended-capabilities.ts';
import type { LayoutContext, Register, Structure } from './register.ts';

const RULE = 'RBAR-001';
const ENTRIES_MAX = 6;

function entry(index: number): Register[] {
  const offset = 0x04 + index * 8;
  return [
    register('Resizable BAR Capability', offset, 4, [reserved([3, 0]), field('Supported Sizes', [31, 4], 'RO', RULE)]),
    register('Resizable BAR Control', offset + 4, 4, [
      field('BAR Index', [2, 0], 'RO', RULE),
      reserved([4, 3]),
      field('Number of Resizable BARs', [7, 5], 'RO', RULE),
      field('BAR Size', [13, 8], 'volatile', 'RBAR-002'),
      reserved([15, 14]),
      field('Supported Sizes', [31, 16], 'RO', RULE),
    ]),
  ];
}

/** Undefined until the first entry tells how many there are. */
export function resizableBar(context: LayoutContext): Structure | undefined {
  const control = context.peek(0x08, 1);
  if (control === undefined) return undefined;
  const count = Math.min(Math.max(control >>> 5, 1), ENTRIES_MAX);
  return {
    name: 'Resizable BAR',
    length: 4 + count * 8,
    registers: [...extendedHeader(), ...Array.from({ length: count }, (_, index) => entry(index)).flat()],
  };
}
