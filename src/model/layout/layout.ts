/**
 * What the register maps of `spec` make of one function: capabilities found so far, the kind of each bit, reset values,
 * the rule of each field, and what a dword does. Compiled anew whenever something becomes known on which it depends.
 */

import { capabilityLayout, extendedCapabilityLayout } from '../../spec/capabilities.ts';
import { capabilitiesPointer, commonRegisters, interruptRegisters } from '../../spec/header-common.ts';
import { headerLayout } from '../../spec/header.ts';
import type { Layout, LayoutContext, Structure } from '../../spec/register.ts';
import { layOut } from './layout-memo.ts';
import { declareBars } from './base-address.ts';
import { lanes } from '../cells.ts';
import type { BitGroup, FoundCapability, PciFunction, PlacedField } from '../function.ts';
import {
  classCodeOf,
  ROLE_AF,
  ROLE_BRIDGE_CONTROL,
  ROLE_BUS_NUMBERS,
  ROLE_COMMAND,
  ROLE_DEVICE_CONTROL,
  ROLE_FIXED_RANGE,
  ROLE_GROUP,
  ROLE_LINK,
  ROLE_MSI,
  ROLE_MSIX,
  ROLE_POWER,
  ROLE_SHPC,
  ROLE_SLOT,
  ROLE_WINDOW,
} from '../function.ts';

/** Capabilities whose place the model needs. */
const POWER_MANAGEMENT = 0x01;
const MSI = 0x05;
const SHPC = 0x0c;
const EXPRESS = 0x10;
const MSIX = 0x11;
const ADVANCED_FEATURES = 0x13;
const ENHANCED_ALLOCATION = 0x14;
const AER = 0x0001;
const SINGLE_ROOT = 0x0010;
const RESIZABLE_BAR = 0x0015;
/** Bytes of AER with its longest log. */
const AER_WITH_PREFIXES = 72;

/** First dword of extended configuration space. */
export const EXTENDED = 0x40;

/** Value of registers as far as known; remembers what was asked, for the answers decide the layout. */
function peeking(f: PciFunction, base: number): LayoutContext['peek'] {
  return (offset, size, bits = -1) => {
    const at = base + offset;
    if (at > 0xfff) return undefined;
    f.watch[at >>> 2]! |= lanes(at, size) & (bits << ((at & 3) << 3));
    return f.config.peek(at, size, bits);
  };
}

/** What the layout depends on beside the function's own registers. */
export interface LayoutChoices {
  /** The VMM may have set the function up before the guest looked. */
  firmware: boolean;
  /** The profile says that Cache Line Size is not hardwired (the choice `cls_ro`). */
  cacheLineWritable: boolean;
}

/** Compiles the layout of a function. */
export function compileLayout(f: PciFunction, choices: LayoutChoices): void {
  const peek = peeking(f, 0);
  f.watch.fill(0);
  f.config.clearAttributes();
  f.fields = [];
  f.groups = [];
  f.roles.fill(0);
  peek(8, 4);
  f.headerType = headerTypeOf(f, peek);
  walkCapabilities(f, peek);

  const context = contextAt(f, 0);
  place(f, 0, headerLayout(f.headerType) ?? unknownHeader, context);
  const capability = (found: FoundCapability): void => {
    const structure = place(f, found.offset, capabilityLayout(found.id), contextAt(f, found.offset));
    found.length = structure?.length ?? 2;
  };
  f.capabilities.forEach(capability);
  if (f.express === true) walkExtended(f, peek);
  declareBars(f);
  declareGroups(f);
  declareRoles(f);
  if (choices.firmware) declareFirmware(f);
  if (choices.cacheLineWritable && f.express === true) f.config.declare(3, 0xff, 'RW');
  markStructural(f);
  settle(f);
}

/** What was written or reset before the layout was known takes effect; dwords outside structures hold nothing of the kind. */
function settle(f: PciFunction): void {
  const { config, fields, fresh } = f;
  for (let d = 0; d < fields.length; d++) {
    const placed = fields[d];
    if (placed === undefined || placed === UNUSED_ONLY) continue;
    config.settleWritten(d);
    // A power state that may not be offered is not taken: what reads back says nothing of the bits (PM-002).
    if (f.powerAt > 0 && d === (f.powerAt + 4) >>> 2 && isLowPower(config.written[d]!)) config.writtenMask[d]! &= ~3;
    if (fresh !== undefined) config.assumeReset(d, fresh);
  }
}

function isLowPower(written: number): boolean {
  return (written & 3) === 1 || (written & 3) === 2;
}

/** Header, capabilities and the heads of extended ones: what the checks of structure look at. */
function markStructural(f: PciFunction): void {
  const { structural } = f;
  structural.fill(0);
  structural.fill(1, 0, 16);
  structural[EXTENDED] = 1;
  for (const { offset } of [...f.capabilities, ...f.extended]) structural.fill(1, offset >>> 2, (offset >>> 2) + 5);
}

/** From the register, else from the class: firmware that knows its devices never reads the header type. */
function headerTypeOf(f: PciFunction, peek: LayoutContext['peek']): number {
  const told = peek(0x0e, 1);
  if (told !== undefined) return told & 0x7f;
  const classes = f.config.peek(10, 2);
  if (classes === undefined) return -1;
  if (classes >>> 8 !== 6) return 0;
  return classes === 0x0604 || classes === 0x0609 ? 1 : classes === 0x0607 ? 2 : classes === 0x0600 ? 0 : -1;
}

function contextAt(f: PciFunction, offset: number): LayoutContext {
  return {
    express: f.express,
    portType: f.portType,
    headerType: f.headerType,
    classCode: classCodeOf(f.config),
    vendor: f.config.peek(0, 2) ?? -1,
    physical: isSurelyPhysical(f),
    tlpPrefix: f.expressAt === 0 ? undefined : tlpPrefix(f),
    peek: peeking(f, offset),
  };
}

/** Surely no virtual function: those are endpoints without an interrupt pin, whatever Vendor ID a VMM gives them. */
function isSurelyPhysical(f: PciFunction): boolean {
  if (f.portType > 0) return true;
  return (peeking(f, 0)(0x3d, 1) ?? 0) !== 0;
}

/** End-End TLP Prefix Supported: bit 21 of Device Capabilities 2. */
function tlpPrefix(f: PciFunction): boolean | undefined {
  peeking(f, f.expressAt)(0x26, 1);
  const bit = f.config.bit(f.expressAt + 0x26, 5);
  return bit < 0 ? undefined : bit === 1;
}

/** While the header layout is not known: what all layouts share. */
function unknownHeader(context: LayoutContext): Structure {
  const registers = [...commonRegisters(context), ...capabilitiesPointer(), ...interruptRegisters(context)];
  return { name: 'Header', length: 0x40, registers: registers.filter(({ offset }) => offset !== 0x35) };
}

/** Follows the capability list as far as its pointers are known. */
function walkCapabilities(f: PciFunction, peek: LayoutContext['peek']): void {
  f.capabilities = [];
  f.listComplete = false;
  f.listFault = undefined;
  peek(4, 4);
  const has = f.config.bit(6, 4);
  if (has === 1) {
    const seen = new Set<number>();
    let pointer = peek(0x34, 1);
    while (pointer !== undefined && (pointer & 0xfc) >= 0x40 && !seen.has(pointer & 0xfc)) {
      const offset = pointer & 0xfc;
      seen.add(offset);
      const id = peek(offset, 1);
      if (id === undefined) {
        pointer = undefined;
        break;
      }
      f.capabilities.push({ id, offset, length: 0 });
      pointer = peek(offset + 1, 1);
    }
    f.listComplete = pointer !== undefined;
    f.listFault =
      pointer === undefined || (pointer & 0xfc) === 0 ? undefined : (pointer & 0xfc) < 0x40 ? 'low' : 'circle';
  } else if (has === 0) {
    f.listComplete = true;
  }
  const at = (id: number): number => f.capabilities.find((found) => found.id === id)?.offset ?? 0;
  f.powerAt = at(POWER_MANAGEMENT);
  f.msiAt = at(MSI);
  f.msixAt = at(MSIX);
  f.expressAt = at(EXPRESS);
  // The table is found when its size and its place are known.
  if (f.msixAt > 0) {
    f.watch[f.msixAt >>> 2]! |= 0x07ff0000;
    peek(f.msixAt + 4, 4);
    peek(f.msixAt + 8, 4);
  }
  f.shpcAt = at(SHPC);
  f.afAt = at(ADVANCED_FEATURES);
  f.express = f.expressAt > 0 ? true : f.listComplete ? false : undefined;
  // One byte: the interrupt message number above it changes with the interrupt mode.
  const flags = f.expressAt > 0 ? peek(f.expressAt + 2, 1) : undefined;
  f.portType = flags === undefined ? -1 : flags >>> 4;
}

/** Follows the extended list, places its structures, and closes the gaps when the list is known to its end. */
function walkExtended(f: PciFunction, peek: LayoutContext['peek']): void {
  f.extended = [];
  f.extendedComplete = false;
  f.extendedFault = undefined;
  f.aerAt = 0;
  f.resizeAt = 0;
  f.singleRootAt = 0;
  f.watch[EXTENDED] = -1;
  if (f.config.length <= EXTENDED) return;
  const seen = new Set<number>();
  let offset: number | undefined = 0x100;
  while (offset >= 0x100 && !seen.has(offset)) {
    seen.add(offset);
    const header = peek(offset, 4);
    if (header === undefined) return;
    if (header === 0xffffffff || (header === 0 && offset === 0x100)) {
      placeEmptyList(f, header);
      return;
    }
    const id = header & 0xffff;
    const structure = place(f, offset, extendedCapabilityLayout(id), contextAt(f, offset));
    f.extended.push({ id, offset, length: structure?.length ?? 4 });
    if (id === AER) f.aerAt = offset;
    if (id === RESIZABLE_BAR) f.resizeAt = offset;
    if (id === SINGLE_ROOT) f.singleRootAt = offset;
    offset = (header >>> 20) & 0xffc;
  }
  f.extendedComplete = true;
  f.extendedFault = offset === 0 ? undefined : offset < 0x100 ? 'low' : 'circle';
  closeGaps(f);
}

const EMPTY_LIST: Structure = {
  name: 'Extended Capability Header',
  length: 4,
  registers: [0, 2].map((at) => ({
    name: 'Extended Capability Header',
    offset: at,
    size: 2 as const,
    fields: [
      { name: 'Extended Capability Header', bits: [15, 0] as const, attribute: 'zero' as const, rule: 'ECAP-002' },
    ],
  })),
};
function emptyList(): Structure {
  return EMPTY_LIST;
}

function placeEmptyList(f: PciFunction, header: number): void {
  f.extendedComplete = true;
  // All ones there means that there is no extended space at all: then the rest is all ones too.
  if (header !== 0) return;
  place(f, 0x100, emptyList, contextAt(f, 0x100));
  for (let d = EXTENDED + 1; d < 1024; d++) placeUnused(f, d);
}

/** Dwords of extended space that belong to no structure read zero (ECAM-012); behind one of unknown length they are open. */
function closeGaps(f: PciFunction): void {
  const starts = f.extended.toSorted((one, other) => one.offset - other.offset);
  for (const [index, { id, offset, length }] of starts.entries()) {
    if (f.extendedFault !== undefined) return;
    const next = starts[index + 1]?.offset ?? 0x1000;
    if (length <= 4) continue;
    // Until it is known that there is none, a log of TLP prefixes may follow.
    const least = id === AER && tlpPrefix(f) === undefined ? AER_WITH_PREFIXES : length;
    for (let at = (offset + least + 3) & ~3; at < next; at += 4) placeUnused(f, at >>> 2);
  }
}

function placeUnused(f: PciFunction, d: number): void {
  if (f.fields[d] !== undefined) return;
  f.config.zero[d] = ~f.config.contrary[d]!;
  f.fields[d] = UNUSED_ONLY;
}

const UNUSED: PlacedField = {
  register: 'Extended configuration space outside structures',
  field: 'Unused',
  mask: -1,
  rule: 'ECAM-012',
  attribute: 'zero',
  resetOpen: false,
};
const UNUSED_ONLY: readonly PlacedField[] = [UNUSED];

/** Lays a structure out and puts its registers into the cells. */
function place(f: PciFunction, base: number, layout: Layout, context: LayoutContext): Structure | undefined {
  const { structure, bits, fields } = layOut(f.layouts, base, layout, context);
  const { config } = f;
  for (const { d, placed, variable, value, sticky, flr } of bits) {
    if (d >= config.length) continue;
    config.declare(d, placed.mask, placed.attribute);
    if (variable) config.declareReset(d, placed.mask, value, sticky, flr);
  }
  for (const [d, placed] of fields) {
    if (d >= config.length) continue;
    const before = f.fields[d];
    f.fields[d] = before === undefined ? placed : [...before, ...placed];
  }
  return structure;
}

/** BARs of the virtual functions, in the capability of the physical one. */
function declareVirtualBars(f: PciFunction, add: (d: number, group: BitGroup) => void): void {
  const first = f.singleRootAt + 0x24;
  for (let at = first; at < first + 0x18; at += 4) {
    const upper = at > first && f.config.bit(at - 4, 2) === 1 && f.groups[(at >>> 2) - 1]?.[0]?.continues === true;
    const continues = !upper && f.config.bit(at, 2) === 1 && at < first + 0x14;
    if (upper || f.config.bit(at, 2) >= 0)
      add(at >>> 2, { mask: upper ? -1 : ~15, kind: 'upward', rule: 'SRIOV-002', continues });
  }
}

/** Bits that are writable or hardwired only together. */
function declareGroups(f: PciFunction): void {
  const add = (d: number, group: BitGroup): void => {
    const mask = group.mask & f.config.choice[d]!;
    if (mask === 0) return;
    f.groups[d] = [...(f.groups[d] ?? []), { ...group, mask }];
    f.roles[d]! |= ROLE_GROUP;
  };
  if (f.express === true) add(3, { mask: 0xff, kind: 'uniform', rule: 'HDR-003' });
  if (f.express === false) add(3, { mask: 0xf800, kind: 'uniform', rule: 'HDR-004' });
  add(0x3c >>> 2, { mask: 0xff, kind: 'uniform', rule: 'HDR-010' });
  if (f.singleRootAt > 0) declareVirtualBars(f, add);
  if (f.headerType !== 1) return;
  add(0x1c >>> 2, { mask: 0xf0f0, kind: 'uniform', rule: 'BRG-004' });
  add(0x24 >>> 2, { mask: 0xfff0fff0 | 0, kind: 'uniform', rule: 'BRG-003' });
  add(0x30 >>> 2, { mask: -1, kind: 'uniform', rule: 'BRG-004' });
}

function declareRoles(f: PciFunction): void {
  const { roles } = f;
  const role = (offset: number, what: number): void => {
    roles[offset >>> 2]! |= what;
  };
  role(4, ROLE_COMMAND);
  if (f.headerType === 1) {
    role(0x18, ROLE_BUS_NUMBERS);
    for (const offset of [0x1c, 0x20, 0x24, 0x28, 0x2c, 0x30]) role(offset, ROLE_WINDOW);
    role(0x3c, ROLE_BRIDGE_CONTROL);
  }
  if (f.powerAt > 0) role(f.powerAt + 4, ROLE_POWER);
  if (f.msiAt > 0) for (let at = 0; at < 0x18; at += 4) role(f.msiAt + at, ROLE_MSI);
  if (f.msixAt > 0) role(f.msixAt, ROLE_MSIX);
  if (f.afAt > 0) role(f.afAt + 4, ROLE_AF);
  if (f.shpcAt > 0) role(f.shpcAt + 4, ROLE_SHPC);
  for (const { id, offset, length } of f.capabilities)
    if (id === ENHANCED_ALLOCATION) for (let at = 0; at < length; at += 4) role(offset + at, ROLE_FIXED_RANGE);
  if (f.expressAt > 0) {
    role(f.expressAt + 8, ROLE_DEVICE_CONTROL);
    role(f.expressAt + 0x10, ROLE_LINK);
    role(f.expressAt + 0x18, ROLE_SLOT);
  }
}

/** Registers that a VMM in the role of firmware may have set before the guest looks (the choice `preassigned`). */
function declareFirmware(f: PciFunction): void {
  const { firmware } = f.config;
  firmware[1]! |= 0xffff;
  for (let d = 4; d < 10; d++) if (f.headerType !== 1 || d < 6) firmware[d] = -1;
  if (f.headerType === 1) for (const d of [6, 7, 8, 9, 10, 11, 12]) firmware[d] = -1;
  firmware[15]! |= f.headerType === 1 ? 0xffff00ff | 0 : 0xff;
  // Controls of the device, the link and the slot, which a VMM may pass through as its host has set them.
  const length = f.capabilities.find(({ offset }) => offset === f.expressAt)?.length ?? 0;
  for (const at of [0x08, 0x10, 0x18, 0x28, 0x30]) if (at < length) firmware[(f.expressAt + at) >>> 2]! |= 0xffff;
  // Masks, severities and ECRC control.
  if (f.aerAt > 0) for (const at of [0x08, 0x0c, 0x14, 0x18]) firmware[(f.aerAt + at) >>> 2] = -1;
}
