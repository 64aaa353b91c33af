/**
 * Single Root I/O Virtualization (0010h; PCIe 9.3.3). Fields that lock or move each other (VF Enable, NumVFs, offset
 * and stride, page size) are not judged by bits.
 */

import { field, register, reserved, whole } from './build.ts';
import { extendedHeader } from './extended-capabilities.ts';
import type { LayoutContext, Register, Structure } from './register.ts';

/** BARs of the virtual functions: as those of a header, but memory only. */
function virtualBars(context: LayoutContext): Register[] {
  const registers: Register[] = [];
  let upper = false;
  // What a register is depends on the types of those before it.
  let told = true;
  for (let index = 0; index < 6; index++) {
    const offset = 0x24 + 4 * index;
    const name = `VF BAR ${index}`;
    const type: number | undefined = upper ? undefined : context.peek(offset, 1, 0xf);
    told &&= upper || type !== undefined;
    if (!told) registers.push(whole(name, offset, 4, 'open', 'SRIOV-002'));
    else if (upper) registers.push(whole(name, offset, 4, 'choice0', 'SRIOV-002', OPEN));
    else {
      registers.push(
        register(name, offset, 4, [
          field('Type', [3, 0], 'RO', 'SRIOV-002'),
          // The least page has 4 KiB.
          field(name, [11, 4], 'zero', 'SRIOV-002'),
          field(name, [31, 12], 'choice0', 'SRIOV-002', OPEN),
        ]),
      );
    }
    upper = !upper && type !== undefined && (type & 6) === 4;
  }
  return registers;
}

const OPEN = { reset: 'open', flr: 'open' } as const;

export function singleRootVirtualization(context: LayoutContext): Structure {
  const fixed = 'CAP-003';
  return {
    name: 'Single Root I/O Virtualization',
    length: 64,
    registers: [
      ...extendedHeader(),
      register('SR-IOV Capabilities', 0x04, 4, [
        field('SR-IOV Capabilities', [20, 0], 'RO', fixed),
        field('VF Migration Interrupt Message Number', [31, 21], 'volatile', fixed),
      ]),
      register('SR-IOV Control', 0x08, 2, [
        field('VF Enable', 0, 'volatile', 'SRIOV-004'),
        field('VF Migration Enable', 1, 'choice0', fixed),
        field('VF Migration Interrupt Enable', 2, 'choice0', fixed),
        field('VF MSE', 3, 'choice0', 'SRIOV-002'),
        field('ARI Capable Hierarchy', 4, 'choice', fixed, { reset: 'open', flr: 'open' }),
        field('VF Tag Requester Enable', [6, 5], 'choice0', fixed),
        field('Reserved', [15, 7], 'open', fixed),
      ]),
      whole('SR-IOV Status', 0x0a, 2, 'volatile', fixed),
      whole('InitialVFs', 0x0c, 2, 'RO', fixed),
      whole('TotalVFs', 0x0e, 2, 'RO', fixed),
      whole('NumVFs', 0x10, 2, 'volatile', 'SRIOV-003'),
      whole('Function Dependency Link', 0x12, 1, 'RO', fixed),
      register('Reserved', 0x13, 1, [reserved([7, 0])]),
      whole('First VF Offset', 0x14, 2, 'volatile', 'SRIOV-003'),
      whole('VF Stride', 0x16, 2, 'volatile', 'SRIOV-003'),
      register('Reserved', 0x18, 2, [reserved([15, 0])]),
      whole('VF Device ID', 0x1a, 2, 'RO', 'SRIOV-001'),
      whole('Supported Page Sizes', 0x1c, 4, 'RO', fixed),
      whole('System Page Size', 0x20, 4, 'volatile', 'SRIOV-002'),
      ...virtualBars(context),
      whole('VF Migration State Array Offset', 0x3c, 4, 'RO', fixed),
    ],
  };
}
