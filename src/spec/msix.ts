/** MSI-X (11h; PCIe 7.7.2). The table and the pending bits lie in BARs and are no registers of this map. */

import { field, register } from './build.ts';
import type { Register, Structure } from './register.ts';
import { capabilityHeader } from './small-capabilities.ts';

function locator(name: string, offset: number): Register {
  return register(name, offset, 4, [
    field(`${name} BIR`, [2, 0], 'RO', 'MSIX-003'),
    field(`${name} Offset`, [31, 3], 'RO', 'MSIX-003'),
  ]);
}

export function msix(): Structure {
  const rule = 'MSIX-001';
  return {
    name: 'MSI-X',
    length: 12,
    registers: [
      ...capabilityHeader(),
      register('Message Control', 0x02, 2, [
        field('Table Size', [10, 0], 'RO', rule),
        field('Reserved', [13, 11], 'zero', rule),
        field('Function Mask', 14, 'RW', rule),
        field('MSI-X Enable', 15, 'RW', rule),
      ]),
      locator('Table', 0x04),
      locator('PBA', 0x08),
    ],
  };
}
