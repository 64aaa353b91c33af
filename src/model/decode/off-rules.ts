/** Which rule an answer breaks that comes from a region that is switched off. */

import type { OffReason } from './region.ts';

export const OFF_RULES: Readonly<Record<OffReason, readonly [rule: string, why: string, excusedBy?: string]>> = {
  '': ['MAP-001', 'Nothing lets the region decode.'],
  'no address': ['MAP-001', 'The region has no address.'],
  absent: ['HP-001', 'The function is gone: nothing of it answers.'],
  unpowered: ['HP-007', 'The slot has no power: nothing in it answers.'],
  enable: ['CMD-003', 'The enable of this space is clear in Command.', 'mse_off=decodes'],
  'rom enable': ['ROM-002', 'The enable bit of the ROM is clear.'],
  'power state': ['PM-003', 'The function is not in D0: it accepts configuration requests only.', 'pm=cosmetic'],
  'bridge power state': [
    'PM-003',
    'A bridge above is not in D0: it forwards no memory and I/O requests.',
    'bridge_pm=ignored',
  ],
  'bridge enable': ['CMD-012', 'A bridge above has the enable of this space clear.', 'windows=advisory'],
  'window closed': [
    'BRG-005',
    'The window of the bridge above has its base above its limit, so it forwards nothing.',
    'windows=advisory',
  ],
  window: ['BRG-007', 'No window of the bridge above holds the address.', 'windows=advisory'],
  'outer window': ['BRG-012', 'No window of a bridge further up holds the address.', 'windows=advisory'],
  'isa range': [
    'BRG-009',
    'ISA Enable of a bridge above is set: its I/O window does not forward this part of a KiB.',
    'windows=advisory',
  ],
  'vga range': [
    'BRG-008',
    'Bridge Control of a bridge above does not forward this range for VGA, and none of its windows holds the address.',
    'windows=advisory',
  ],
  'entry enable': ['EA-002', 'The entry that gives the range is not enabled.'],
  'entry space enable': ['EA-002', 'The enable of this space is clear in Command.'],
  'address zero': ['BAR-017', 'This host takes address 0 for unassigned.'],
  'top of the address space': ['BAR-018', 'This host does not decode a region at the top of the address space.'],
};
