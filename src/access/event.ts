/** What happens in a machine and is not an access. One object per event: events are rare beside accesses. */

export type Event =
  /** A memory write by which a function signals an interrupt. `dataMask`: the bits of `data` that the source tells. */
  | { kind: 'message'; addressHi: number; addressLo: number; data: number; dataMask: number; bdf?: number }
  /** An input of the interrupt controller goes to a level; the line may be shared. */
  | { kind: 'line'; input: number; level: 0 | 1 }
  /** A function asserts or drops its own INTx. */
  | { kind: 'intx'; bdf: number; level: 0 | 1 }
  /** Inside a function the condition behind its INTx begins or ends, whatever its registers make of it. */
  | { kind: 'condition'; bdf: number; level: 0 | 1 }
  /** Inside a function the event behind an interrupt vector happens. */
  | { kind: 'fire'; bdf: number; vector: number }
  /** The recording begins with the machine's power-on: registers hold their reset values. */
  | { kind: 'power-on' }
  /** Conventional reset of the whole machine. */
  | { kind: 'reset' }
  | { kind: 'plug'; bdf: number }
  | { kind: 'unplug'; bdf: number }
  /** Platform hot plug took out or put in devices; only their device numbers are known (bit n: device n, on some bus). */
  | { kind: 'eject'; devices: number }
  | { kind: 'save' }
  | { kind: 'restore' }
  /** The recording lost an unknown stretch; `lost` events, where the source counts them. */
  | { kind: 'gap'; lost?: number }
  /** An access of which the source tells neither answer nor value (the target refused it, or nothing decodes). */
  | { kind: 'refused'; write: boolean; width: number; reason: string; addressHi?: number; addressLo?: number }
  /** A line of the source that is neither; kept for people. */
  | { kind: 'remark'; text: string };

/** Event with its line in the source (from 1; 0: none). */
export type Located<T> = T & { line: number };
