/** What interrupt drivers are made of: accesses to a function's registers, as a guest's driver makes them. */

import { Access, MEMORY, PORT } from '../../../access/access.ts';
import type { Space, Width } from '../../../access/access.ts';
import type { Pair } from '../../../core/hex.ts';
import { sumHi, sumLo } from '../../../core/pair.ts';

/** A dword in guest RAM that gets this value, in the bits of `mask`, when a device has done its work. */
export interface Completion {
  address: number;
  mask: number;
  value: number;
}

/** What comes makes the event happen. */
export const EVENT = 'event';

/** A time in which the machine's clock goes on, and the timers run that are due by then. */
export interface Rest {
  milliseconds: number;
}

/**
 * Accesses to be carried out one by one; the answer of a read is expected in it, and it is one object each time. In
 * between, completions to be waited for, of which it is to be handed in whether they came, times to let pass, and once
 * EVENT: what is sent before belongs to the accesses, what is sent from then on to the event.
 */
export type Accesses<T> = Generator<Access | Completion | Rest | typeof EVENT, T, boolean>;

/**
 * Why an event was not made to happen: the device was not reached, or is not in a state in which it can have events.
 * Undefined: it has happened.
 */
export type Refusal = string | undefined;

/** How the event behind an interrupt vector is made to happen in one kind of device. */
export interface InterruptDriver {
  /** Names of the kind on QEMU's command line. */
  readonly names: readonly string[];
  /** Device ID << 16 | Vendor ID, of each of them. */
  readonly ids: readonly number[];
  /**
   * Whether the registers are reached by an address that another function may have, too: then a machine must have one of
   * the kind only, since an answer does not tell which it comes from.
   */
  readonly byAddress: boolean;
  /** Whether it does nothing while the machine's clock stands still. */
  readonly needsClock?: true;
  /** Whether its interrupts come inside the access that causes them, if it is made with these options (`,key=value…`). */
  isPrompt(options: string): boolean;
  /**
   * Makes the event happen, after accesses that prove that the device is reached.
   */
  fire(device: Device, vector: number): Accesses<Refusal>;
}

const COMMAND = 0x04;
const CAPABILITIES = 0x34;
/** Capabilities that 192 bytes can hold: a list that is longer goes round in circles. */
const CAPABILITIES_AT_MOST = 48;

export class Device {
  private readonly bdf: number;
  private readonly access = new Access();

  constructor(bdf: number) {
    this.bdf = bdf;
  }

  /** Reads a register of configuration space by CAM, which every PC has; unsigned. */
  *config(offset: number, width: Width): Accesses<number> {
    yield this.make(true, PORT, 0, 0xcf8, 4, this.selector(offset));
    yield this.make(false, PORT, 0, 0xcfc + (offset & 3), width, 0);
    return this.access.valueLo >>> 0;
  }

  *setConfig(offset: number, width: Width, value: number): Accesses<void> {
    yield this.make(true, PORT, 0, 0xcf8, 4, this.selector(offset));
    yield this.make(true, PORT, 0, 0xcfc + (offset & 3), width, value);
  }

  private selector(offset: number): number {
    return 0x80000000 | ((this.bdf & 0xffff) << 8) | (offset & 0xfc) | 0;
  }

  /** Waits until a dword in guest RAM has a value in some bits; whether it came in time. */
  *until(address: number, mask: number, value: number): Accesses<boolean> {
    return yield { address, mask, value };
  }

  /** From now on messages are those of the event. */
  *happens(): Accesses<void> {
    yield EVENT;
  }

  /** Leaves the machine alone for a time. */
  *rests(milliseconds: number): Accesses<void> {
    yield { milliseconds };
  }

  /** Whether it may read and write memory of its own accord. */
  *isMaster(): Accesses<boolean> {
    return ((yield* this.config(COMMAND, 2)) & 4) !== 0;
  }

  /** Offsets of the capabilities of one kind, in the order of the list. */
  *capabilities(id: number): Accesses<number[]> {
    const found: number[] = [];
    let at = (yield* this.config(CAPABILITIES, 1)) & 0xfc;
    for (let count = 0; at >= 0x40 && count < CAPABILITIES_AT_MOST; count++) {
      const head = yield* this.config(at, 2);
      if ((head & 0xff) === id) found.push(at);
      at = (head >>> 8) & 0xfc;
    }
    return found;
  }

  /** Address that a memory BAR has; undefined: memory decoding is off, or it has none. */
  *bar(index: number): Accesses<Pair | undefined> {
    if (((yield* this.config(COMMAND, 2)) & 2) === 0) return undefined;
    const low = yield* this.config(0x10 + 4 * index, 4);
    const hi = (low & 6) === 4 ? (yield* this.config(0x14 + 4 * index, 4)) | 0 : 0;
    const lo = low & ~15;
    return (low & 1) === 1 || (hi === 0 && lo === 0) ? undefined : { hi, lo };
  }

  /** Reads memory, `offset` bytes behind an address; unsigned. */
  *read(base: Pair, offset: number, width: 1 | 2 | 4): Accesses<number> {
    yield this.at(base, offset, false, width, 0);
    return this.access.valueLo >>> 0;
  }

  *write(base: Pair, offset: number, width: 1 | 2 | 4, value: number): Accesses<void> {
    yield this.at(base, offset, true, width, value);
  }

  private at({ hi, lo }: Pair, offset: number, write: boolean, width: Width, value: number): Access {
    return this.make(write, MEMORY, sumHi(hi, lo, 0, offset), sumLo(lo, offset), width, value);
  }

  private make(write: boolean, space: Space, hi: number, lo: number, width: Width, value: number): Access {
    const { access } = this;
    access.write = write;
    access.space = space;
    access.addressHi = hi;
    access.addressLo = lo;
    access.width = width;
    access.valueLo = width === 4 ? value | 0 : value & (width === 2 ? 0xffff : 0xff);
    access.valueHi = 0;
    return access;
  }
}
