/**
 * PCI Express capability (10h; PCIe 7.5.3). Version and Device/Port Type decide how long it is and which registers are
 * there. A port may carry link and slot registers that it need not have: then they are only held to what is constant.
 */

import { field, register, reserved, whole } from './build.ts';
import { isPort } from './header-common.ts';
import {
  ENDPOINT,
  LEGACY_ENDPOINT,
  ROOT_PORT,
  UPSTREAM_PORT,
  DOWNSTREAM_PORT,
  PCIE_TO_PCI_BRIDGE,
  PCI_TO_PCIE_BRIDGE,
  INTEGRATED_ENDPOINT,
  EVENT_COLLECTOR,
} from './port-type.ts';
import type { Attribute, Field, LayoutContext, Register, Structure } from './register.ts';
import { capabilityHeader, has } from './small-capabilities.ts';

const RULE = 'PCIE-002';
const ABSENT = 'PCIE-001';
/** Link controls keep their value over FLR; what another reset does to them is open. */
const KEPT = { reset: 'open', flr: 'keep' } as const;

/** `some`: a port may carry the registers or not. */
type Presence = 'yes' | 'no' | 'some';

/** What the capability says about itself. */
interface Shape {
  /** -1: not known. */
  version: number;
  type: number;
  slot: Presence;
  root: Presence;
}

function hasSlot(context: LayoutContext, type: number): Presence {
  switch (type) {
    case ENDPOINT:
    case LEGACY_ENDPOINT:
    case INTEGRATED_ENDPOINT:
    case EVENT_COLLECTOR:
      return 'no';
    case ROOT_PORT:
    case DOWNSTREAM_PORT:
    case PCI_TO_PCIE_BRIDGE:
      return has(context.peek(0x03, 1), 0) ? 'yes' : 'some';
    default:
      return 'some';
  }
}

function shape(context: LayoutContext): Shape {
  const byte = context.peek(0x02, 1);
  const version = byte === undefined ? -1 : byte & 0xf;
  const type = byte === undefined ? context.portType : byte >>> 4;
  const isPlain = [0, 1, 5, 6, 7, 8, 9].includes(type);
  const root = type === ROOT_PORT || type === EVENT_COLLECTOR ? 'yes' : isPlain ? 'no' : 'some';
  return { version, type, slot: hasSlot(context, type), root };
}

/** Bytes of the capability as far as they are certain (CAP-002). */
function length({ version, type, slot, root }: Shape): number {
  if (version >= 2) return 0x3c;
  if (version < 0) return 0x0c;
  if (root === 'yes') return 0x24;
  if (slot === 'yes') return 0x1c;
  return type === INTEGRATED_ENDPOINT || type < 0 ? 0x0c : 0x14;
}

function deviceControl(context: LayoutContext, type: number): Register {
  // Integrated endpoints and event collectors may hardwire the error bits to 0, and virtual functions do.
  const isIntegrated = type === INTEGRATED_ENDPOINT || type === EVENT_COLLECTOR;
  const isKnown = type >= 0 && type <= 8 && type !== 2 && type !== 3;
  const report: Attribute = isKnown && !isIntegrated && context.physical ? 'RW' : 'choice0';
  return register('Device Control', 0x08, 2, [
    field('Correctable Error Reporting Enable', 0, report, RULE),
    field('Non-Fatal Error Reporting Enable', 1, report, RULE),
    field('Fatal Error Reporting Enable', 2, report, RULE),
    field('Unsupported Request Reporting Enable', 3, report, RULE),
    field('Enable Relaxed Ordering', 4, 'choice', RULE, { reset: 1 }),
    field('Max_Payload_Size', [7, 5], 'choice', RULE, { flr: 'keep' }),
    field('Extended Tag Field Enable', 8, 'choice', RULE, { reset: 'open', flr: 'open' }),
    field('Phantom Functions Enable', 9, 'choice0', RULE),
    // Kept over resets where auxiliary power is asked for, which nothing here tells.
    field('Aux Power PM Enable', 10, 'choice0', RULE, { reset: 'open', flr: 'open' }),
    field('Enable No Snoop', 11, 'choice', RULE, { reset: 1 }),
    field('Max_Read_Request_Size', [14, 12], 'choice', RULE, { reset: 2 }),
    initiateReset(type),
  ]);
}

/** Bit 15 of Device Control: starts FLR and reads 0; in bridges to a conventional bus it is something else. */
function initiateReset(type: number): Field {
  if (type === PCIE_TO_PCI_BRIDGE) return field('Bridge Configuration Retry Enable', 15, 'choice0', RULE);
  if (type < 0 || type === PCI_TO_PCIE_BRIDGE) return field('Initiate Function Level Reset', 15, 'open', 'RST-002');
  return field('Initiate Function Level Reset', 15, 'zero', 'RST-002');
}

function deviceRegisters(context: LayoutContext, type: number): Register[] {
  const hasNoFlr = isPort(context) || type === PCIE_TO_PCI_BRIDGE;
  return [
    register('PCI Express Capabilities', 0x02, 2, [
      field('Capability Version', [3, 0], 'RO', RULE),
      field('Device/Port Type', [7, 4], 'RO', RULE),
      field('Slot Implemented', 8, 'RO', RULE),
      field('Interrupt Message Number', [13, 9], 'volatile', RULE),
      field('Undefined', 14, 'open', RULE),
      field('Flit Mode Supported', 15, 'RO', RULE),
    ]),
    register('Device Capabilities', 0x04, 4, [
      field('Device Capabilities', [17, 0], 'RO', RULE),
      field('Captured Slot Power Limit', [27, 18], 'volatile', RULE),
      hasNoFlr
        ? field('Function Level Reset Capability', 28, 'zero', 'RST-002')
        : field('Function Level Reset Capability', 28, 'RO', RULE),
      field('Device Capabilities', [31, 29], 'RO', RULE),
    ]),
    deviceControl(context, type),
    register('Device Status', 0x0a, 2, [
      field('Correctable Error Detected', 0, 'RW1C', RULE),
      field('Non-Fatal Error Detected', 1, 'RW1C', RULE),
      field('Fatal Error Detected', 2, 'RW1C', RULE),
      field('Unsupported Request Detected', 3, 'RW1C', RULE),
      field('AUX Power Detected', 4, 'volatile', RULE),
      field('Transactions Pending', 5, 'volatile', RULE),
      field('Emergency Power Reduction Detected', 6, 'RW1C', RULE),
      reserved([15, 7]),
    ]),
  ];
}

function linkRegisters(type: number): Register[] {
  // Ports above a link control it; the other end of the link has these bits reserved.
  const isLower =
    type === ENDPOINT || type === LEGACY_ENDPOINT || type === UPSTREAM_PORT || type === PCIE_TO_PCI_BRIDGE;
  const upper = (name: string, bit: number) => (isLower ? reserved(bit) : field(name, bit, 'choice0', RULE));
  return [
    register('Link Capabilities', 0x0c, 4, [
      field('Link Capabilities', [11, 0], 'RO', RULE),
      // They depend on whether both ends share a clock (Link Control bit 6).
      field('L0s and L1 Exit Latency', [17, 12], 'volatile', RULE),
      field('Link Capabilities', [31, 18], 'RO', RULE),
    ]),
    register('Link Control', 0x10, 2, [
      field('ASPM Control', [1, 0], 'choice0', RULE, KEPT),
      field('PTM Propagation Delay Adaptation Interpretation', 2, 'open', RULE),
      field('Read Completion Boundary', 3, 'choice', RULE, KEPT),
      upper('Link Disable', 4),
      field('Retrain Link', 5, 'zero', RULE),
      field('Common Clock Configuration', 6, 'choice0', RULE, { flr: 'keep' }),
      field('Extended Synch', 7, 'choice0', RULE, { flr: 'keep' }),
      field('Enable Clock Power Management', 8, 'choice0', RULE, KEPT),
      field('Hardware Autonomous Width Disable', 9, 'choice0', RULE, { flr: 'keep' }),
      upper('Link Bandwidth Management Interrupt Enable', 10),
      upper('Link Autonomous Bandwidth Interrupt Enable', 11),
      field('SRIS Clocking', 12, 'choice', RULE, KEPT),
      field('Flit Mode Disable', 13, 'choice', RULE, KEPT),
      field('DRS Signaling Control', [15, 14], 'choice0', RULE, KEPT),
    ]),
    register('Link Status', 0x12, 2, [
      field('Current Link Speed, Negotiated Link Width, Link Training', [11, 0], 'volatile', RULE),
      field('Slot Clock Configuration', 12, 'RO', RULE),
      field('Data Link Layer Link Active, bandwidth status', [15, 13], 'volatile', RULE),
    ]),
  ];
}

function linkRegisters2(): Register[] {
  return [
    whole('Link Capabilities 2', 0x2c, 4, 'RO', RULE),
    register('Link Control 2', 0x30, 2, [
      field('Target Link Speed', [3, 0], 'choice', RULE, KEPT),
      field('Enter Compliance', 4, 'choice0', RULE, KEPT),
      field('Hardware Autonomous Speed Disable', 5, 'choice0', RULE, KEPT),
      field('Selectable De-emphasis', 6, 'choice', RULE, KEPT),
      field('Transmit Margin', [9, 7], 'choice', RULE, KEPT),
      field('Enter Modified Compliance', 10, 'choice0', RULE, KEPT),
      field('Compliance SOS', 11, 'choice0', RULE, KEPT),
      field('Compliance Preset/De-emphasis', [15, 12], 'choice', RULE, KEPT),
    ]),
    whole('Link Status 2', 0x32, 2, 'volatile', RULE),
  ];
}

/** Slot Control of a slot that exists. The indicators and the power have no reset value that is the same everywhere. */
function slotControl(context: LayoutContext): Register {
  const open = { reset: 'open', flr: 'open' } as const;
  const capabilities = context.peek(0x14, 4);
  const power: Attribute = capabilities === undefined ? 'choice' : has(capabilities, 1) ? 'RW' : 'choice0';
  // Bit 20 of Link Capabilities, by its byte: its lower neighbours come and go.
  const linkActive: Attribute = has(context.peek(0x0e, 1), 4) ? 'RW' : 'choice0';
  return register('Slot Control', 0x18, 2, [
    field('Attention Button Pressed Enable', 0, 'choice0', RULE),
    field('Power Fault Detected Enable', 1, 'choice0', RULE),
    field('MRL Sensor Changed Enable', 2, 'choice0', RULE),
    field('Presence Detect Changed Enable', 3, 'choice0', RULE),
    field('Command Completed Interrupt Enable', 4, 'choice0', RULE),
    field('Hot-Plug Interrupt Enable', 5, 'choice0', RULE),
    field('Attention Indicator Control', [7, 6], 'choice', RULE, open),
    field('Power Indicator Control', [9, 8], 'choice', RULE, open),
    // HP-007: it changes by a write or a reset, not by what is plugged.
    field('Power Controller Control', 10, power, power === 'RW' ? 'HP-007' : RULE, open),
    field('Electromechanical Interlock Control', 11, 'volatile', RULE),
    field('Data Link Layer State Changed Enable', 12, linkActive, RULE),
    field('Auto Slot Power Limit Disable', 13, 'choice0', RULE, open),
    field('In-Band PD Disable', 14, 'choice0', RULE),
    reserved(15),
  ]);
}

function slotStatus(): Register {
  return register('Slot Status', 0x1a, 2, [
    field('Attention Button Pressed', 0, 'RW1C', RULE),
    field('Power Fault Detected', 1, 'RW1C', RULE),
    field('MRL Sensor Changed', 2, 'RW1C', RULE),
    field('Presence Detect Changed', 3, 'RW1C', RULE),
    field('Command Completed', 4, 'RW1C', RULE),
    field('MRL Sensor State', 5, 'volatile', RULE),
    field('Presence Detect State', 6, 'volatile', RULE),
    field('Electromechanical Interlock Status', 7, 'volatile', RULE),
    field('Data Link Layer State Changed', 8, 'RW1C', RULE),
    reserved([15, 9]),
  ]);
}

function slotRegisters(context: LayoutContext, slot: Presence): Register[] {
  switch (slot) {
    case 'yes':
      return [whole('Slot Capabilities', 0x14, 4, 'RO', RULE), slotControl(context), slotStatus()];
    case 'no':
      return [
        whole('Slot Capabilities', 0x14, 4, 'zero', ABSENT),
        whole('Slot Control', 0x18, 2, 'zero', ABSENT),
        whole('Slot Status', 0x1a, 2, 'zero', ABSENT),
      ];
    case 'some':
      return [
        whole('Slot Capabilities', 0x14, 4, 'RO', RULE),
        whole('Slot Control', 0x18, 2, 'open', RULE),
        whole('Slot Status', 0x1a, 2, 'volatile', RULE),
      ];
  }
}

function rootRegisters(type: number, root: Presence): Register[] {
  if (root === 'no') {
    return [
      whole('Root Control', 0x1c, 2, 'zero', ABSENT),
      whole('Root Capabilities', 0x1e, 2, 'zero', ABSENT),
      whole('Root Status', 0x20, 4, 'zero', ABSENT),
    ];
  }
  const enable: Attribute = type === ROOT_PORT ? 'RW' : 'choice0';
  return [
    register('Root Control', 0x1c, 2, [
      field('System Error on Correctable Error Enable', 0, enable, RULE),
      field('System Error on Non-Fatal Error Enable', 1, enable, RULE),
      field('System Error on Fatal Error Enable', 2, enable, RULE),
      field('PME Interrupt Enable', 3, enable, RULE),
      field('Configuration RRS Software Visibility Enable', 4, 'choice0', RULE),
      field('No NFM Subtree Below This Root Port', 5, 'choice0', RULE, { reset: 'open' }),
      reserved([15, 6]),
    ]),
    whole('Root Capabilities', 0x1e, 2, 'RO', RULE),
    register('Root Status', 0x20, 4, [
      field('PME Requester ID, PME Status, PME Pending', [17, 0], 'volatile', RULE),
      reserved([31, 18]),
    ]),
  ];
}

function deviceRegisters2(context: LayoutContext): Register[] {
  const capabilities = context.peek(0x24, 4);
  // A value outside the supported ranges has no defined result; a function that supports none has the field 0.
  const timeout: Attribute = capabilities !== undefined && (capabilities & 0xf) === 0 ? 'choice0' : 'volatile';
  const either = { flr: 'open' } as const;
  return [
    whole('Device Capabilities 2', 0x24, 4, 'RO', RULE),
    register('Device Control 2', 0x28, 2, [
      field('Completion Timeout Value', [3, 0], timeout, RULE),
      field('Completion Timeout Disable', 4, 'choice0', RULE),
      field('ARI Forwarding Enable', 5, 'choice0', RULE, either),
      field('AtomicOp Requester Enable', 6, 'choice0', RULE),
      field('AtomicOp Egress Blocking', 7, 'choice0', RULE),
      field('IDO Request Enable', 8, 'choice0', RULE),
      field('IDO Completion Enable', 9, 'choice0', RULE),
      field('LTR Mechanism Enable', 10, 'choice0', RULE, either),
      field('Emergency Power Reduction Request', 11, 'choice0', RULE, either),
      field('10-Bit Tag Requester Enable', 12, 'choice0', RULE),
      field('OBFF Enable', [14, 13], 'choice0', RULE, either),
      field('End-End TLP Prefix Blocking', 15, 'choice0', RULE),
    ]),
    register('Device Status 2', 0x2a, 2, [reserved([15, 0])]),
  ];
}

function slotRegisters2(slot: Presence): Register[] {
  const isAbsent = slot === 'no';
  const rule = isAbsent ? ABSENT : RULE;
  return [
    whole('Slot Capabilities 2', 0x34, 4, isAbsent ? 'zero' : 'RO', rule),
    register('Slot Control 2', 0x38, 2, [reserved([15, 0])]),
    register('Slot Status 2', 0x3a, 2, [reserved([15, 0])]),
  ];
}

export function pcie(context: LayoutContext): Structure {
  const self = shape(context);
  const bytes = length(self);
  const all = [
    ...capabilityHeader(),
    ...deviceRegisters(context, self.type),
    ...linkRegisters(self.type),
    ...slotRegisters(context, self.slot),
    ...rootRegisters(self.type, self.root),
    ...deviceRegisters2(context),
    ...linkRegisters2(),
    ...slotRegisters2(self.slot),
  ];
  return { name: 'PCI Express', length: bytes, registers: all.filter(({ offset }) => offset < bytes) };
}
