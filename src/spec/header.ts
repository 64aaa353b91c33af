/** The three header layouts (PCIe 7.5.1.2, 7.5.1.3; CardBus bridges as far as they share registers). */

import { field, register, reserved, whole } from './build.ts';
import {
  baseAddressRegisters,
  byKind,
  capabilitiesPointer,
  commonRegisters,
  expansionRom,
  interruptRegisters,
  isPort,
} from './header-common.ts';
import type { Attribute, Layout, LayoutContext, Register, Structure } from './register.ts';

/** Type 0: endpoints and host bridges. */
export function header0(context: LayoutContext): Structure {
  const conventional = byKind(context, 'zero', 'RO', 'RO');
  return {
    name: 'Type 0 header',
    length: 0x40,
    registers: [
      ...commonRegisters(context),
      ...baseAddressRegisters(6),
      whole('CardBus CIS Pointer', 0x28, 4, conventional, 'HDR-013'),
      whole('Subsystem Vendor ID', 0x2c, 2, 'RO', 'HDR-014'),
      whole('Subsystem ID', 0x2e, 2, 'RO', 'HDR-014'),
      expansionRom(0x30),
      ...capabilitiesPointer(),
      register('Reserved', 0x38, 4, [reserved([31, 0])]),
      ...interruptRegisters(context),
      whole('Min_Gnt', 0x3e, 1, conventional, 'HDR-013'),
      whole('Max_Lat', 0x3f, 1, conventional, 'HDR-013'),
    ],
  };
}

/** I/O base and limit. A low nibble that is not 0 tells that the window exists; 0 leaves both possible. */
function ioWindow(context: LayoutContext): Register[] {
  const rule = 'BRG-004';
  const nibble = context.peek(0x1c, 1, 0xf);
  const address: Attribute = nibble === 1 ? 'RW' : 'choice0';
  // Platforms with 16-bit I/O addresses may hardwire the upper halves to 0 though the nibble says 32 bits.
  const upper: Attribute = nibble === 0 ? 'zero' : 'choice0';
  return [
    register('I/O Base', 0x1c, 1, [
      field('I/O Addressing Capability', [3, 0], 'RO', rule),
      field('I/O Base', [7, 4], address, rule, { reset: 'open' }),
    ]),
    register('I/O Limit', 0x1d, 1, [
      field('I/O Addressing Capability', [3, 0], 'RO', rule),
      field('I/O Limit', [7, 4], address, rule, { reset: 'open' }),
    ]),
    whole('I/O Base Upper 16 Bits', 0x30, 2, upper, rule, { reset: 'open' }),
    whole('I/O Limit Upper 16 Bits', 0x32, 2, upper, rule, { reset: 'open' }),
  ];
}

function memoryWindow(): Register[] {
  const rule = 'BRG-002';
  return [
    register('Memory Base', 0x20, 2, [
      field('Reserved', [3, 0], 'zero', rule),
      field('Memory Base', [15, 4], 'RW', rule, { reset: 'open' }),
    ]),
    register('Memory Limit', 0x22, 2, [
      field('Reserved', [3, 0], 'zero', rule),
      field('Memory Limit', [15, 4], 'RW', rule, { reset: 'open' }),
    ]),
  ];
}

/** Prefetchable window: nibble 1 means a window of 64 bits, 0 one of 32 bits or none. */
function prefetchableWindow(context: LayoutContext): Register[] {
  const rule = 'BRG-003';
  const nibble = context.peek(0x24, 1, 0xf);
  const address: Attribute = nibble === 1 ? 'RW' : 'choice0';
  const upper: Attribute = nibble === undefined ? 'choice0' : nibble === 1 ? 'RW' : nibble === 0 ? 'zero' : 'choice0';
  return [
    register('Prefetchable Memory Base', 0x24, 2, [
      field('64-bit Addressing Capability', [3, 0], 'RO', rule),
      field('Prefetchable Memory Base', [15, 4], address, rule, { reset: 'open' }),
    ]),
    register('Prefetchable Memory Limit', 0x26, 2, [
      field('64-bit Addressing Capability', [3, 0], 'RO', rule),
      field('Prefetchable Memory Limit', [15, 4], address, rule, { reset: 'open' }),
    ]),
    whole('Prefetchable Base Upper 32 Bits', 0x28, 4, upper, rule, { reset: 'open' }),
    whole('Prefetchable Limit Upper 32 Bits', 0x2c, 4, upper, rule, { reset: 'open' }),
  ];
}

function secondaryStatus(): Register {
  const rule = 'BRG-011';
  return register('Secondary Status', 0x1e, 2, [
    field('Reserved', [4, 0], 'RO', rule),
    field('66 MHz Capable', 5, 'RO', rule),
    field('Reserved', 6, 'RO', rule),
    field('Fast Back-to-Back Transactions Capable', 7, 'RO', rule),
    field('Master Data Parity Error', 8, 'RW1C', rule),
    field('DEVSEL Timing', [10, 9], 'RO', rule),
    field('Signaled Target Abort', 11, 'RW1C', rule),
    field('Received Target Abort', 12, 'RW1C', rule),
    field('Received Master Abort', 13, 'RW1C', rule),
    field('Received System Error', 14, 'RW1C', rule),
    field('Detected Parity Error', 15, 'RW1C', rule),
  ]);
}

function bridgeControl(context: LayoutContext): Register {
  const rule = 'BRG-010';
  const port = isPort(context);
  // Bridges to a conventional bus have these bits, or not. A port must not have them.
  const conventional: Attribute = port ? 'zero' : 'choice0';
  return register('Bridge Control', 0x3e, 2, [
    field('Parity Error Response Enable', 0, 'choice0', rule),
    field('SERR# Enable', 1, 'choice0', rule),
    field('ISA Enable', 2, 'choice0', rule),
    field('VGA Enable', 3, 'choice0', rule),
    field('VGA 16-bit Decode', 4, 'choice0', rule),
    field('Master Abort Mode', 5, conventional, rule),
    field('Secondary Bus Reset', 6, port ? 'RW' : 'choice0', rule),
    field('Fast Back-to-Back Transactions Enable', 7, conventional, rule),
    field('Primary Discard Timer', 8, conventional, rule),
    field('Secondary Discard Timer', 9, conventional, rule),
    field('Discard Timer Status', 10, port ? 'zero' : 'RW1C', rule),
    field('Discard Timer SERR# Enable', 11, conventional, rule),
    field('Reserved', [15, 12], 'zero', 'HDR-015'),
  ]);
}

/** Type 1: PCI-to-PCI bridges, root ports and switch ports. */
export function header1(context: LayoutContext): Structure {
  return {
    name: 'Type 1 header',
    length: 0x40,
    registers: [
      ...commonRegisters(context),
      ...baseAddressRegisters(2),
      whole('Primary Bus Number', 0x18, 1, 'RW', 'BRG-001'),
      whole('Secondary Bus Number', 0x19, 1, 'RW', 'BRG-001'),
      whole('Subordinate Bus Number', 0x1a, 1, 'RW', 'BRG-001'),
      // A port has no conventional secondary bus. A PCIe-to-PCI bridge follows its own specification.
      whole('Secondary Latency Timer', 0x1b, 1, isPort(context) ? 'zero' : 'choice', 'BRG-001'),
      ...ioWindow(context),
      secondaryStatus(),
      ...memoryWindow(),
      ...prefetchableWindow(context),
      ...capabilitiesPointer(),
      expansionRom(0x38),
      ...interruptRegisters(context),
      bridgeControl(context),
    ],
  };
}

/** Type 2: CardBus bridges. Only what they share with the other layouts is judged. */
export function header2(context: LayoutContext): Structure {
  return {
    name: 'Type 2 header',
    length: 0x40,
    registers: [
      ...commonRegisters(context),
      whole('CardBus Socket/ExCA Base Address', 0x10, 4, 'choice', 'BAR-003', { reset: 'open' }),
      whole('Capabilities Pointer', 0x14, 1, 'RO', 'HDR-009'),
      whole('Primary Bus Number', 0x18, 1, 'RW', 'BRG-001'),
      whole('CardBus Bus Number', 0x19, 1, 'RW', 'BRG-001'),
      whole('Subordinate Bus Number', 0x1a, 1, 'RW', 'BRG-001'),
      ...interruptRegisters(context),
    ],
  };
}

/** Layout of a header code, or undefined for a reserved code. */
export function headerLayout(code: number): Layout | undefined {
  return [header0, header1, header2][code];
}
