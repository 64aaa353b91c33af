/**
 * One guest read or write. The hot path reuses a single mutable object: every 64-bit number is a pair of int32
 * (`Lo`, `Hi`), so that nothing is allocated for an access. Text and reports convert at the edge.
 */

/** Space of an access: I/O ports, CAM included. */
export const PORT = 0;
/** Space of an access: guest-physical memory, ECAM included. */
export const MEMORY = 1;
/** Space of an access of a source that has neither CAM ports nor ECAM addresses. */
export const CONFIG = 2;
/** One of PORT, MEMORY and CONFIG. */
export type Space = typeof PORT | typeof MEMORY | typeof CONFIG;

/** Bytes of an access; 0: the source does not tell (pseries hypercalls). */
export type Width = 0 | 1 | 2 | 4 | 8;

/** vCPU number of an access that no vCPU made. */
export const NO_VCPU = -1;

/** One guest read or write. Every 64-bit number is a pair of int32, `Lo` and `Hi`: `0xb0000000 | 0`, not `0xb0000000`. */
export class Access {
  /** False: a read, whose answer goes into the value. */
  write = false;
  /** What the address is an address of. */
  space: Space = MEMORY;
  /** Port or memory address; of a CONFIG access: the register offset (0 to 0xfff). int32. */
  addressLo = 0;
  /** High half of the address; of a CONFIG access: segment << 16 | bus << 8 | device << 3 | function. int32. */
  addressHi = 0;
  /** Bytes. */
  width: Width = 4;
  /** Value written, or the recorded answer of a read, cut to the width. int32 halves. */
  valueLo = 0;
  /** High half of the value; 0 for widths up to 4. */
  valueHi = 0;
  /** The number of the vCPU, or NO_VCPU. */
  vcpu = 0;
  /** Line of the source, counted from 1; 0 when the access has no line. */
  line = 0;

  /** Copies every field of `other` into this object and returns it. */
  assign(other: Access): this {
    this.write = other.write;
    this.space = other.space;
    this.addressLo = other.addressLo;
    this.addressHi = other.addressHi;
    this.width = other.width;
    this.valueLo = other.valueLo;
    this.valueHi = other.valueHi;
    this.vcpu = other.vcpu;
    this.line = other.line;
    return this;
  }
}
