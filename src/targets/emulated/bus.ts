import type { Interval } from './address.ts';
import type { DeviceFunction } from './device-function.ts';
import type { Faulty } from './faults/ask.ts';

/** A bus: the root of a segment, or what lies behind a bridge. Its number is no property: it stands in the bridge. */
export class Bus {
  readonly segment: number;
  readonly faulty: Faulty;
  /** The bridge above; undefined for a root bus. */
  readonly owner: DeviceFunction | undefined;
  /** By device << 3 | function; with ARI the whole is the number of the function. */
  readonly functions: (DeviceFunction | undefined)[] = Array.from({ length: 256 }, () => undefined);
  /** What of each address space comes down to this bus. */
  memory: readonly Interval[];
  ports: readonly Interval[];

  constructor(
    segment: number,
    owner: DeviceFunction | undefined,
    ranges: { memory: Interval[]; ports: Interval[] },
    faulty: Faulty,
  ) {
    this.segment = segment;
    this.faulty = faulty;
    this.owner = owner;
    this.memory = ranges.memory;
    this.ports = ranges.ports;
  }

  /** Whether requests reach the devices here: the link is up, the slot has power, the bus is not held in reset. */
  get live(): boolean {
    return this.owner === undefined || (this.owner.bridge?.linkUp ?? false);
  }

  *present(): Generator<DeviceFunction> {
    for (const fn of this.functions) if (fn !== undefined) yield fn;
  }

  /**
   * The function that answers configuration requests for a device and function number on this bus.
   * Function 0 must be there (PCIe 7.3.1), but virtual functions and functions of an ARI device stand alone.
   */
  answering(asked: number): DeviceFunction | undefined {
    let devfn = asked;
    if (this.faulty('functions-alias-function0')) devfn &= ~7;
    if (this.faulty('port-device-number-gating') && this.owner?.bridge?.link === true) devfn &= 7;
    const fn = this.functions[devfn];
    if (fn === undefined || !fn.there || !this.live) return undefined;
    const bridge = this.owner?.bridge;
    if (bridge?.link === true && devfn > 7 && !bridge.ariForwarding) return undefined;
    if ((devfn & 7) === 0 || fn.virtual !== undefined) return fn;
    if (this.faulty('function-without-function0')) return fn;
    const first = this.functions[bridge?.link === true ? 0 : devfn & ~7];
    return first?.there === true ? fn : undefined;
  }
}
