/**
 * What decoded which addresses, and what interrupts did, over the accesses of one trace; plain data, for pictures. Every
 * moment is a number of accesses and events of the trace before it, as a divergence's `index` is.
 */

/** A stretch of time in which a region, a window or ECAM stayed as it was. */
export interface RegionSpan {
  /** The first moment at which it was so. */
  from: number;
  /** The first moment at which it was otherwise. */
  to: number;
  /** First and last address, as `0x` and hexadecimal digits. */
  base: string;
  /** Inclusive. */
  last: string;
  /** Whether it decodes; `maybe`: what was seen leaves that open. */
  state: 'on' | 'maybe';
  /** Stretches that were put together here because there were too many; what is told is the longest. 1: it is one. */
  stretches: number;
}

/** A structure at a fixed place in a BAR. */
export interface InnerRange {
  /** Which one. */
  name: 'MSI-X table' | 'MSI-X PBA';
  /** Bytes from the start of the BAR. */
  offset: number;
  /** Its length. */
  bytes: number;
}

/** All that one BAR, ROM, window, ECAM or RAM range decoded. */
export interface RegionLane {
  /** Whose it is, as `bus:device.function`: of all functions that had this number in turn; empty: the machine's. */
  function: string;
  /** `BAR 0`, `expansion ROM`, `memory window`, `ECAM` … */
  name: string;
  /** What it is of. */
  kind: 'BAR' | 'ROM' | 'window' | 'ECAM' | 'RAM';
  /** What its addresses are. */
  space: 'memory' | 'port';
  /** Whether its BAR or window says so. */
  prefetchable: boolean;
  /** Structures of MSI-X in it. */
  inside: InnerRange[];
  /** Changes nearer to each other than so many accesses are put together; 0: each is shown. */
  grain: number;
  /** In order of time. */
  spans: RegionSpan[];
}

/** A stretch of time in which an interrupt stayed as it was. Where there is none the vector was disabled, the line down. */
export interface VectorSpan {
  /** The first moment at which it was so. */
  from: number;
  /** The first moment at which it was otherwise. */
  to: number;
  /** What it may do; `asserted`: a line is up. */
  state: 'ready' | 'masked' | 'unknown' | 'asserted';
  /** An event waits behind a mask, or the pending bit was read as 1 since the mask was last written. */
  pending: boolean;
  /** As of a region. */
  stretches: number;
}

/** Something that happened at a moment, or so many times from there on within the lane's `grain`. */
export interface Mark {
  /** The moment. */
  at: number;
  /** How often it happened. */
  count: number;
}

/** All that one vector, INTx or line did. */
export interface VectorLane {
  /** Empty: of the machine. */
  function: string;
  /** `MSI-X 3`, `MSI 0`, `INTx`, `line 11`, `other messages`. */
  name: string;
  /** As of a region. */
  grain: number;
  /** In order of time. */
  spans: VectorSpan[];
  /** Messages that were sent. */
  messages: Mark[];
  /** Events inside the function that the source shows (`fire`), or conditions behind INTx that begin. */
  events: Mark[];
}

/** The timeline of one trace. */
export interface Timeline {
  /** Accesses and events in all. */
  steps: number;
  /** In order of function and place. */
  regions: RegionLane[];
  /** The same of interrupts. */
  vectors: VectorLane[];
  /** Lanes beyond the bound, of which nothing is kept. */
  omitted: { regions: number; vectors: number };
  /** By the identity of a finding: lines of the trace, in its notation, that came before its first occurrence, oldest first. */
  before: Record<string, string[]>;
}
