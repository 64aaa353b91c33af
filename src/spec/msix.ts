/** MSI-X (11h; PCIe 7.7.2). The table and the pending bits lie in BARs, and are no part of configuration space. */

import { field, register, whole } from './build.ts';
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

/** One entry of the MSI-X table: four dwords (PCIe 7.7.2.5 to 7.7.2.8). */
export function msixTableEntry(): readonly Register[] {
  return [
    register('Message Address', 0x0, 4, [
      field('Message Address [1:0]', [1, 0], 'choice0', 'MSIX-011'),
      field('Message Address [31:2]', [31, 2], 'RW', 'MSIX-006', { reset: 'open' }),
    ]),
    whole('Message Upper Address', 0x4, 4, 'RW', 'MSIX-006', { reset: 'open' }),
    whole('Message Data', 0x8, 4, 'RW', 'MSIX-006', { reset: 'open' }),
    register('Vector Control', 0xc, 4, [
      field('Mask Bit', 0, 'RW', 'MSIX-006', { reset: 1 }),
      // Steering tags of TPH are among them.
      field('Reserved', [31, 1], 'choice0', 'MSIX-010'),
    ]),
  ];
}
