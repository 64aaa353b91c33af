/**
 * How register maps are written down: registers and their fields with the attributes of the specification
 * (PCIe 7.4). The maps are data; the model compiles them to masks when it learns a function's layout.
 */

/**
 * - `RO`: constant while the function is present (RO, HwInit).
 * - `RW`: reads back what was written.
 * - `choice`: read-write or hardwired, to either value; each bit is what it is for good.
 * - `choice0`: read-write or hardwired to 0.
 * - `RW1C`: a 1 stays until a 1 is written; a 0 may become 1 by itself. May be hardwired 0.
 * - `zero`: reads 0 whatever is written (reserved, or not implemented by definition).
 * - `volatile`: changes by itself or with other state; not judged against what was read before.
 * - `open`: the device's own; never judged.
 */
export type Attribute = 'RO' | 'RW' | 'choice' | 'choice0' | 'RW1C' | 'zero' | 'volatile' | 'open';

export interface Field {
  name: string;
  /** Highest and lowest bit in the register. */
  bits: readonly [high: number, low: number];
  attribute: Attribute;
  /** Rule that a wrong answer in this field breaks when nothing more special explains it. */
  rule: string;
  /**
   * Value after every conventional reset; of FLR too unless `flr` says otherwise. Default: 0 for RW, choice, choice0
   * and RW1C fields. `'open'`: the specification leaves it open.
   */
  reset?: number | 'open';
  /** What FLR does to the field, if not the same as a conventional reset. */
  flr?: 'keep' | 'open';
  /** Kept over hot reset and FLR (sticky): only power-on gives the reset value. */
  sticky?: boolean;
}

export interface Register {
  name: string;
  /** Byte offset from the start of the structure (of the header: from 0). A field never straddles a dword. */
  offset: number;
  /** Bytes. */
  size: 1 | 2 | 4;
  fields: readonly Field[];
}

/** A header, a capability or an extended capability as laid out in one function. Bytes that no field covers are `open`. */
export interface Structure {
  /** The specification's name, e.g. `MSI-X`. */
  name: string;
  /** Bytes from the structure's first byte. */
  length: number;
  registers: readonly Register[];
}

/** What a layout may depend on; everything is what has been learned so far. */
export interface LayoutContext {
  /** PCI Express function (shows capability 10h); undefined: not known yet. */
  express: boolean | undefined;
  /** Device/Port Type of the PCI Express capability, -1 when not known or conventional. */
  portType: number;
  /** Header layout: 0, 1 or 2. */
  headerType: number;
  /** Class code, 24 bits (base, sub, interface); -1 when not known. */
  classCode: number;
  /** Vendor ID of the function, -1 when not known: it tells what a vendor-specific capability is. */
  vendor: number;
  /** Surely no virtual function of SR-IOV; such a one leaves most controls to its physical function. False: it may be one. */
  physical: boolean;
  /** End-End TLP prefixes (Device Capabilities 2, bit 21): AER keeps a log of them. Undefined: not known. */
  tlpPrefix?: boolean | undefined;
  /**
   * Known value of `size` bytes at `offset` from the structure's start, or undefined while any bit of it is unknown.
   * Where only some `bits` of it matter, the others may be unknown, and are 0 in the value.
   */
  readonly peek: (offset: number, size: 1 | 2 | 4, bits?: number) => number | undefined;
}

/**
 * Layout of one kind of structure. Returns undefined while something that decides the layout (Message Control, a
 * length byte) has not been read yet: then only the structure's header is known.
 */
export type Layout = (context: LayoutContext) => Structure | undefined;
