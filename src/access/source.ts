import type { Access } from './access.ts';
import type { Event, Located } from './event.ts';
import type { MachineDescription } from './machine.ts';

/** What a trace says about itself before its first access. */
export interface TraceHeader {
  /** `barometer.trace/1`, `qemu-log` or `kvm-ftrace`. */
  format: string;
  /** What the trace itself tells of its machine (Barometer's own form only); completes a profile, never overrides it. */
  machine?: Partial<MachineDescription>;
  /** Free words of origin: guest, vmm, version, command. */
  origin: ReadonlyMap<string, string>;
}

/** Receives a trace in order. The Access object is reused: copy what must be kept. */
export interface TraceSink {
  /** Comes first, and once. */
  header(header: TraceHeader): void;
  /** An access; the object is used again for the next one. */
  access(access: Access): void;
  /** An event with its line. */
  event(event: Located<Event>): void;
}
