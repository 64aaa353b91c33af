/** PCI Power Management (01h; PCIe 7.5.2). The model follows PowerState itself. */

import { field, register, reserved, whole } from './build.ts';
import type { Attribute, Field, LayoutContext, Structure } from './register.ts';
import { capabilityHeader } from './small-capabilities.ts';

const RULE = 'PM-001';
const EVENTS = 'PM-006';

/**
 * PME_En and PME_Status depend on the states that Power Management Capabilities names: no state means that no event can
 * ever be pending, D3cold (bit 15) means that both outlive every reset but the loss of auxiliary power.
 */
function powerManagementEvents(context: LayoutContext): Field[] {
  const capabilities = context.peek(0x02, 2);
  const support = capabilities === undefined ? undefined : capabilities >>> 11;
  const enable: Attribute = support === undefined || support === 0 ? 'choice0' : 'RW';
  if (support === undefined) {
    return [
      field('PME_En', 8, enable, EVENTS, { reset: 'open', flr: 'open' }),
      field('PME_Status', 15, 'RW1C', EVENTS, { reset: 'open', flr: 'open' }),
    ];
  }
  if (support === 0) return [field('PME_En', 8, enable, EVENTS), field('PME_Status', 15, 'zero', EVENTS)];
  const d3cold = support >= 0x10;
  const extra = d3cold ? ({ reset: 'open', sticky: true } as const) : {};
  return [field('PME_En', 8, enable, EVENTS, extra), field('PME_Status', 15, 'RW1C', EVENTS, extra)];
}

export function powerManagement(context: LayoutContext): Structure {
  return {
    name: 'Power Management',
    length: 8,
    registers: [
      ...capabilityHeader(),
      register('Power Management Capabilities', 0x02, 2, [
        field('Version', [2, 0], 'RO', RULE),
        field('PME Clock', 3, 'RO', RULE),
        field('Immediate_Readiness_on_Return_to_D0', 4, 'RO', RULE),
        field('Device Specific Initialization', 5, 'RO', RULE),
        field('Aux_Current', [8, 6], 'RO', RULE),
        field('D1_Support', 9, 'RO', RULE),
        field('D2_Support', 10, 'RO', RULE),
        field('PME_Support', [15, 11], 'RO', RULE),
      ]),
      register('Power Management Control/Status', 0x04, 2, [
        field('PowerState', [1, 0], 'choice0', RULE),
        reserved(2),
        field('No_Soft_Reset', 3, 'RO', RULE),
        reserved([7, 4]),
        field('Data_Select', [12, 9], 'choice0', RULE),
        field('Data_Scale', [14, 13], 'volatile', RULE),
        ...powerManagementEvents(context),
      ]),
      register('Power Management Bridge Support', 0x06, 1, [
        reserved([5, 0]),
        // B2_B3 Support and BPCC_En of conventional bridges, undefined in PCI Express.
        field('Undefined', [7, 6], 'open', RULE),
      ]),
      whole('Power Management Data', 0x07, 1, 'volatile', RULE),
    ],
  };
}
