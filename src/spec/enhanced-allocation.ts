/** Enhanced Allocation (14h; PCIe 7.8.5): entries of different length, each with fixed base and size. */

import { field, register, reserved, whole } from './build.ts';
import type { Attribute, LayoutContext, Register, Structure } from './register.ts';
import { capabilityHeader } from './small-capabilities.ts';

const RULE = 'EA-001';
/** A capability begins at 40h at the lowest, so nothing of it lies further from its first byte than this. */
const LENGTH_MAX = 0xc0;

function fixedBusNumbers(): Register {
  return register('Fixed Bus Numbers', 0x04, 4, [
    field('Fixed Secondary Bus Number', [7, 0], 'RO', RULE),
    field('Fixed Subordinate Bus Number', [15, 8], 'RO', RULE),
    reserved([31, 16]),
  ]);
}

function entryHeader(index: number, offset: number): Register {
  return register(`Entry ${index}`, offset, 4, [
    field('Entry Size', [2, 0], 'RO', RULE),
    reserved(3),
    field('BAR Equivalent Indicator', [7, 4], 'RO', RULE),
    field('Primary Properties', [15, 8], 'RO', RULE),
    field('Secondary Properties', [23, 16], 'RO', RULE),
    reserved([29, 24]),
    field('Writable', 30, 'RO', RULE),
    field('Enable', 31, 'choice', RULE, { reset: 'open', flr: 'open' }),
  ]);
}

/** Base and MaxOffset, and their upper halves if there are any. */
function entryBody(context: LayoutContext, index: number, header: number, dwords: number): Register[] {
  // The byte of Writable is unknown for a moment when Enable has been written.
  const flags = context.peek(header + 3, 1);
  const attribute: Attribute = flags !== undefined && (flags & 0x40) === 0 ? 'RO' : 'choice';
  const names = ['Base', 'MaxOffset'];
  return Array.from({ length: dwords }, (_, dword): Register => {
    const name = `Entry ${index} ${names[dword] ?? 'Upper Half'}`;
    return whole(name, header + 4 + dword * 4, 4, attribute, RULE, { reset: 'open', flr: 'open' });
  });
}

/** As many entries as can be told apart: an entry shows where the next one begins. */
export function enhancedAllocation(context: LayoutContext): Structure {
  const registers = [
    ...capabilityHeader(),
    register('Num Entries', 0x02, 1, [field('Num Entries', [5, 0], 'RO', RULE), reserved([7, 6])]),
    register('Reserved', 0x03, 1, [reserved([7, 0])]),
  ];
  const isBridge = context.headerType === 1;
  if (isBridge) registers.push(fixedBusNumbers());
  const count = (context.peek(0x02, 1) ?? 0) & 0x3f;
  let offset = isBridge ? 8 : 4;
  for (let index = 0; index < count && offset < LENGTH_MAX; index++) {
    registers.push(entryHeader(index, offset));
    const size = context.peek(offset, 1);
    if (size !== undefined) registers.push(...entryBody(context, index, offset, size & 7));
    offset += 4 + ((size ?? 0) & 7) * 4;
    if (size === undefined) break;
  }
  return { name: 'Enhanced Allocation', length: offset, registers };
}
