/**
 * Fields of registers that the register maps judge as a whole or in pieces of their own, by the names and places of the
 * specification (PCIe 7.5.3.3 to 7.5.3.21, the section beside each register): for who reads a register, not for who judges it.
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
    // 7.5.3.3
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
    // 7.5.3.6
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
    // 7.5.3.8
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
    // 7.5.3.9
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
  // 7.5.3.13
  ['Root Capabilities', [constant('Configuration RRS Software Visibility', 0)]],
  // 7.5.3.14
  ['Root Status', [changing('PME Requester ID', [15, 0]), acknowledged('PME Status', 16), changing('PME Pending', 17)]],
  [
    // 7.5.3.15
    'Device Capabilities 2',
    [
      constant('Completion Timeout Ranges Supported', [3, 0]),
      constant('Completion Timeout Disable Supported', 4),
      constant('ARI Forwarding Supported', 5),
      constant('AtomicOp Routing Supported', 6),
      constant('32-bit AtomicOp Completer Supported', 7),
      constant('64-bit AtomicOp Completer Supported', 8),
      constant('128-bit CAS Completer Supported', 9),
      constant('No RO-enabled PR-PR Passing', 10),
      constant('LTR Mechanism Supported', 11),
      constant('TPH Completer Supported', [13, 12]),
      constant('10-Bit Tag Completer Supported', 16),
      constant('10-Bit Tag Requester Supported', 17),
      constant('OBFF Supported', [19, 18]),
      constant('Extended Fmt Field Supported', 20),
      constant('End-End TLP Prefix Supported', 21),
      constant('Max End-End TLP Prefixes', [23, 22]),
      constant('Emergency Power Reduction Supported', [25, 24]),
      constant('Emergency Power Reduction Initialization Required', 26),
      constant('DMWr Completer Supported', 28),
      constant('DMWr Lengths Supported', [30, 29]),
      constant('FRS Supported', 31),
    ],
  ],
  [
    // 7.5.3.18
    'Link Capabilities 2',
    [
      constant('Supported Link Speeds Vector', [7, 1]),
      constant('Crosslink Supported', 8),
      constant('Lower SKP OS Generation Supported Speeds Vector', [15, 9]),
      constant('Lower SKP OS Reception Supported Speeds Vector', [22, 16]),
      constant('Retimer Presence Detect Supported', 23),
      constant('Two Retimers Presence Detect Supported', 24),
      constant('DRS Supported', 31),
    ],
  ],
  [
    // 7.5.3.20
    'Link Status 2',
    [
      changing('Current De-emphasis Level', 0),
      changing('Equalization 8.0 GT/s Complete', 1),
      changing('Equalization 8.0 GT/s Phase 1 Successful', 2),
      changing('Equalization 8.0 GT/s Phase 2 Successful', 3),
      changing('Equalization 8.0 GT/s Phase 3 Successful', 4),
      acknowledged('Link Equalization Request 8.0 GT/s', 5),
      changing('Retimer Presence Detected', 6),
      changing('Two Retimers Presence Detected', 7),
      changing('Crosslink Resolution', [9, 8]),
      changing('Flit Mode Status', 10),
      changing('Downstream Component Presence', [14, 12]),
      acknowledged('DRS Message Received', 15),
    ],
  ],
  // 7.5.3.21
  ['Slot Capabilities 2', [constant('In-Band PD Disable Supported', 0)]],
]);

/** Fields of a register by name; undefined: those of the register maps have the names already. */
export function namedFields(register: string): readonly Field[] | undefined {
  return BY_REGISTER.get(register);
}
