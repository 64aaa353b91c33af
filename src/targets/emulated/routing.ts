/** Configuration requests on their way: from a bus number to a bus, from a device number to a function (PCIe 7.3.3). */
import type { Bus } from './bus.ts';
import type { DeviceFunction } from './device-function.ts';
import type { Faulty } from './faults/ask.ts';

export class Segment {
  readonly number: number;
  readonly faulty: Faulty;
  readonly root: Bus;
  readonly firstBus: number;
  readonly lastBus: number;
  /** By bus number: the bus, null where there is none, undefined where nobody asked yet. */
  private readonly found: (Bus | null | undefined)[] = Array.from({ length: 256 }, () => undefined);

  constructor(number: number, root: Bus, firstBus: number, lastBus: number) {
    this.number = number;
    this.root = root;
    this.faulty = root.faulty;
    this.firstBus = firstBus;
    this.lastBus = lastBus;
  }

  /** Bus numbers, or what lets requests through, have changed. */
  forget(): void {
    this.found.fill(undefined);
  }

  /** The bus that a configuration request for this number reaches. */
  bus(number: number): Bus | null {
    const known = this.found[number];
    if (known !== undefined) return known;
    const absent = this.faulty('ecam-bus-range-alias') ? this.root : null;
    const bus = this.walk(number, true) ?? absent;
    this.found[number] = bus;
    return bus;
  }

  /** The bus of this number, also below bridges that sleep: what the harness means by a function's address. */
  named(number: number): Bus | null {
    return this.walk(number, false);
  }

  private walk(number: number, request: boolean): Bus | null {
    if (number < this.firstBus || number > this.lastBus) return null;
    if (number === this.firstBus) return this.root;
    let bus = this.root;
    for (;;) {
      const bridge = nextBridge(bus, number);
      if (bridge?.bridge === undefined || (request && !bridge.bridge.forwards)) return null;
      bus = bridge.bridge.secondary;
      if (bridge.config.byte(0x19) === number) return bus;
    }
  }
}

/** The first bridge on a bus that takes requests for a bus number. */
function nextBridge(bus: Bus, number: number): DeviceFunction | undefined {
  for (const fn of bus.present()) {
    if (fn.bridge?.covers(number) === true && bus.answering(fn.devfn) !== undefined) return fn;
  }
  return undefined;
}
