/** What a trace cannot tell about the machine: the `machine` section of a profile, the keys of the protocol's `hello`. */

/** Inclusive range of addresses, as int32 halves. */
export interface Range {
  loHi: number;
  loLo: number;
  hiHi: number;
  hiLo: number;
}

export interface EcamRange {
  baseHi: number;
  baseLo: number;
  firstBus: number;
  lastBus: number;
  segment: number;
}

export interface MachineDescription {
  name?: string;
  /** Ports 0xcf8 and 0xcfc reach configuration space. Default true. */
  cam: boolean;
  ecam: EcamRange[];
  /** Apertures in which BARs may be placed. */
  io: Range[];
  mem32: Range[];
  mem64: Range[];
  ram: Range[];
  reserved: Range[];
  /**
   * Of all messages those to these addresses alone are shown, each as it was read back from memory behind its cause: of
   * several to one dword the last. None: the source shows messages wherever they go.
   */
  messages: Range[];
  /** Every trace of this machine begins at power-on, though the source has no event that says so. */
  powerOn: boolean;
  /** Messages pass an IOMMU: their address on the wire is not the one in the table. */
  iommu: boolean;
  /** CPU address of port 0 where ports are reached (and logged) through memory. */
  ioWindow?: Range;
  /** Optional commands and events that the source has, in the words of the target protocol (`fire`, `msi`, `intx` …). */
  caps: string[];
  /** Which input of the interrupt controller a function drives. */
  irq: { bdf: number; line: number }[];
  /** Where a dword lies that counts the doorbell writes of a function. */
  kicks: { bdf: number; bar: number; offset: number }[];
}

export function emptyMachine(): MachineDescription {
  return {
    cam: true,
    ecam: [],
    io: [],
    mem32: [],
    mem64: [],
    ram: [],
    reserved: [],
    messages: [],
    powerOn: false,
    iommu: false,
    caps: [],
    irq: [],
    kicks: [],
  };
}
