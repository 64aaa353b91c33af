/**
 * Fields of registers that the register maps judge as a whole or in pieces of their own, by the names and places of the
 * specification (PCIe 7.5.3): for who reads a register, not for who judges it.
 */

import { field } from './build.ts';
import type { Field } from './register.ts';

const RULE = 'PCIE-002';
type Bits = readonly [number, number] | number;

const constant = (name: string, bits: Bits): Field => field(name, bits, 'RO', RULE);
const changing = (name: string, bits: Bits): Field => field(name, bits, 'volatile', RULE);
const acknowledged = (name: string, bit: number): Field => field(name, bit, 'RW1C', RULE);

const BY_REGISTER: ReadonlyMap<string, readonly Field[]> = new Map([
  [
    'Device Capabilities',
    [
      constant('Max_Payload_Size Supported', [2, 0]),
      constant('Phantom Functions Supported', [4, 3]),
      constant('Extended Tag Field Supported', 5),
      constant('Endpoint L0s Acceptable Latency', [8, 6]),
      constant('Endpoint L1 Acceptable Latency', [11, 9]),
      constant('Role-Based Error Reporting', 15),
      constant('ERR_COR Subclass Capable', 16),
      changing('Captured Slot Power Limit Value', [25, 18]),
      changing('Captured Slot Power Limit Scale', [27, 26]),
      constant('Function Level Reset Capability', 28),
    ],
  ],
  [
    'Link Capabilities',
    [
      constant('Max Link Speed', [3, 0]),
      constant('Maximum Link Width', [9, 4]),
      constant('ASPM Support', [11, 10]),
      changing('L0s Exit Latency', [14, 12]),
      changing('L1 Exit Latency', [17, 15]),
      constant('Clock Power Management', 18),
      constant('Surprise Down Error Reporting Capable', 19),
      constant('Data Link Layer Link Active Reporting Capable', 20),
      constant('Link Bandwidth Notification Capability', 21),
      constant('ASPM Optionality Compliance', 22),
      constant('Port Number', [31, 24]),
    ],
  ],
  [
    'Link Status',
    [
      changing('Current Link Speed', [3, 0]),
      changing('Negotiated Link Width', [9, 4]),
      changing('Link Training', 11),
      constant('Slot Clock Configuration', 12),
      changing('Data Link Layer Link Active', 13),
      acknowledged('Link Bandwidth Management Status', 14),
      acknowledged('Link Autonomous Bandwidth Status', 15),
    ],
  ],
  [
    'Slot Capabilities',
    [
      constant('Attention Button Present', 0),
      constant('Power Controller Present', 1),
      constant('MRL Sensor Present', 2),
      constant('Attention Indicator Present', 3),
      constant('Power Indicator Present', 4),
      constant('Hot-Plug Surprise', 5),
      constant('Hot-Plug Capable', 6),
      constant('Slot Power Limit Value', [14, 7]),
      constant('Slot Power Limit Scale', [16, 15]),
      constant('Electromechanical Interlock Present', 17),
      constant('No Command Completed Support', 18),
      constant('Physical Slot Number', [31, 19]),
    ],
  ],
  ['Root Status', [changing('PME Requester ID', [15, 0]), acknowledged('PME Status', 16), changing('PME Pending', 17)]],
]);

/** Fields of a register by name; undefined: those of the register maps have the names already. */
export function namedFields(register: string): readonly Field[] | undefined {
  return BY_REGISTER.get(register);
}
