/** What a trace cannot tell about the machine: the `machine` section of a profile, the keys of the protocol's `hello`. */

/** Inclusive range of addresses, as int32 halves. */
export interface Range {
  /** High half of the first address. */
  loHi: number;
  /** Low half of the first address. */
  loLo: number;
  /** High half of the last address. */
  hiHi: number;
  /** Low half of the last address. */
  hiLo: number;
}

/** A window of memory that reaches configuration space (PCIe 7.2.2). */
export interface EcamRange {
  /** High half of the address of `firstBus`. int32. */
  baseHi: number;
  /** Low half. int32. */
  baseLo: number;
  /** From 0 to 255. */
  firstBus: number;
  /** Inclusive. */
  lastBus: number;
  /** PCI segment group, from 0. */
  segment: number;
}

/** What is known of a machine beside what its functions tell; `parseMachine` makes it from text. */
export interface MachineDescription {
  /** For people. */
  name?: string;
  /** Ports 0xcf8 and 0xcfc reach configuration space. Default true. */
  cam: boolean;
  /** Windows of memory that reach configuration space. */
  ecam: EcamRange[];
  /** Apertures in which BARs may be placed: ports. */
  io: Range[];
  /** The same, of memory below 4 GiB. */
  mem32: Range[];
  /** The same, of memory above 4 GiB. */
  mem64: Range[];
  /** Guest RAM. */
  ram: Range[];
  /** Holes in the apertures. */
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

/** A machine of which nothing is known but that it has CAM; a fresh object. */
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
