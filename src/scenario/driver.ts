/** What all steps are made of: registers by either mechanism, memory, ports, and where things are at the moment. */

import { Access, MEMORY, PORT } from '../access/access.ts';
import type { Width } from '../access/access.ts';
import type { MachineDescription } from '../access/machine.ts';
import type { Command } from '../access/target.ts';
import type { Pair } from '../core/hex.ts';
import { widthMaskHi, widthMaskLo } from '../core/pair.ts';
import { CAM_ADDRESS, Mechanisms } from '../topology/mechanism.ts';
import type { Via } from '../topology/mechanism.ts';
import { barRegister, ROM_INDEX } from '../topology/topology.ts';
import type { Bar, Topology, TopologyFunction } from '../topology/topology.ts';
import type { ORDERS } from './names.ts';
import type { StateView } from './state-view.ts';

/** What a step asks of a target. A read's answer is expected in the access before the next one is asked for. */
export type Action = Access | Command;
export type Actions<T = void> = Generator<Action, T, void>;

/** Pieces and order of a write of an address; see ORDERS. */
export type Order = (typeof ORDERS)[number];

interface Places {
  now: Pair;
  former: Pair;
}

export class Driver {
  readonly topology: Topology;
  readonly view: StateView;
  readonly machine: Partial<MachineDescription>;
  readonly mechanisms: Mechanisms;
  private readonly preferred: Via;
  /** The one access that all steps yield, each time with other contents. */
  private readonly carrier = new Access();
  /** Addresses that BARs have and had, by function index * 8 + BAR index; made when first asked for. */
  private readonly places = new Map<number, Places>();

  /** `preferred`: mechanism of the steps to which any is right. */
  constructor(topology: Topology, view: StateView, machine: Partial<MachineDescription>, preferred: Via = 'any') {
    this.preferred = preferred;
    this.topology = topology;
    this.view = view;
    this.machine = machine;
    this.mechanisms = new Mechanisms(machine);
  }

  /** The mechanism that needs one access only, where there is a choice. */
  private quick(f: TopologyFunction): Via {
    return this.mechanisms.reachesExtended(this.view.bdf(f)) ? 'ecam' : 'any';
  }

  /** Reads a register; unsigned. What no mechanism reaches is all ones without an access. */
  *read(f: TopologyFunction, offset: number, width: number, via: Via = this.quick(f)): Actions<number> {
    return yield* this.readAt(this.view.bdf(f), offset, width, via);
  }

  *write(f: TopologyFunction, offset: number, width: number, value: number, via: Via = this.quick(f)): Actions {
    yield* this.writeAt(this.view.bdf(f), offset, width, value, 0, via);
  }

  *readAt(bdf: number, offset: number, width: number, via: Via): Actions<number> {
    const mechanism = this.mechanisms.choose(bdf, offset, via === 'any' ? this.preferred : via);
    if (mechanism === undefined) return 0xffffffff;
    if (mechanism === 'cam') yield this.port(true, CAM_ADDRESS, 4, Mechanisms.selector(bdf, offset));
    const access = this.fill(false, 0, 0);
    this.mechanisms.aim(access, mechanism, bdf, offset, width as Width);
    yield access;
    return (access.valueLo & widthMaskLo(width)) >>> 0;
  }

  *writeAt(bdf: number, offset: number, width: number, lo: number, hi: number, via: Via): Actions {
    const mechanism = this.mechanisms.choose(bdf, offset, via === 'any' ? this.preferred : via);
    if (mechanism === undefined) return;
    if (mechanism === 'cam') yield this.port(true, CAM_ADDRESS, 4, Mechanisms.selector(bdf, offset));
    const access = this.fill(true, 0, 0);
    this.mechanisms.aim(access, mechanism, bdf, offset, width as Width);
    access.valueLo = lo & widthMaskLo(access.width);
    access.valueHi = hi & widthMaskHi(access.width);
    yield access;
  }

  /** Reads a register and writes it with some bits changed. */
  *change(
    f: TopologyFunction,
    offset: number,
    width: number,
    clear: number,
    set: number,
    via: Via = this.quick(f),
  ): Actions {
    const bdf = this.view.bdf(f);
    if (this.mechanisms.choose(bdf, offset, via === 'any' ? this.preferred : via) === undefined) return;
    const old = yield* this.readAt(bdf, offset, width, via);
    yield* this.writeAt(bdf, offset, width, (old & ~clear) | set, 0, via);
  }

  /** A port access; the caller yields it. */
  port(write: boolean, port: number, width: number, value: number): Access {
    const access = this.fill(write, value & widthMaskLo(width), 0);
    access.space = PORT;
    access.addressHi = 0;
    access.addressLo = port & 0xffff;
    access.width = (width === 8 ? 4 : width) as Width;
    return access;
  }

  /** A memory access; the caller yields it. */
  memory(write: boolean, hi: number, lo: number, width: number, valueLo: number, valueHi: number): Access {
    const access = this.fill(write, valueLo & widthMaskLo(width), valueHi & widthMaskHi(width));
    access.space = MEMORY;
    access.addressHi = hi;
    access.addressLo = lo;
    access.width = width as Width;
    return access;
  }

  /** An access to a place in one of the two spaces. */
  at(io: boolean, write: boolean, place: Pair, width: number, valueLo = 0, valueHi = 0): Access {
    if (io) return this.port(write, place.lo, width, valueLo);
    return this.memory(write, place.hi, place.lo, width, valueLo, valueHi);
  }

  private fill(write: boolean, valueLo: number, valueHi: number): Access {
    const { carrier } = this;
    carrier.write = write;
    carrier.valueLo = valueLo;
    carrier.valueHi = valueHi;
    carrier.vcpu = 0;
    carrier.line = 0;
    return carrier;
  }

  /** Where a BAR is and was, as far as known. The pairs change with later calls. */
  placeOf(f: TopologyFunction, bar: Bar): Places {
    const key = f.index * 8 + bar.index;
    let places = this.places.get(key);
    if (places === undefined) {
      const at = pairOf(bar.address);
      places = { now: at, former: { ...at } };
      this.places.set(key, places);
    }
    const register = barRegister(f, bar.index);
    const low = this.view.register(f, register, 4);
    if (low === undefined) return places;
    const lo = low & attributeMask(bar);
    const hi = bar.kind === 'memory64' ? (this.view.register(f, register + 4, 4) ?? places.now.hi) | 0 : 0;
    if (lo !== places.now.lo || hi !== places.now.hi) {
      places.former.lo = places.now.lo;
      places.former.hi = places.now.hi;
      places.now.lo = lo;
      places.now.hi = hi;
    }
    return places;
  }

  /** Address that a BAR has now. */
  addressOf(f: TopologyFunction, bar: Bar): bigint {
    return joined(this.placeOf(f, bar).now);
  }

  /** Writes the address register of a BAR in the given pieces. */
  *writeAddress(f: TopologyFunction, bar: Bar, lo: number, hi: number, order: Order): Actions {
    const register = barRegister(f, bar.index);
    const wide = bar.kind === 'memory64';
    const low = { offset: register, value: lo };
    const high = { offset: register + 4, value: hi };
    switch (order) {
      case 'low':
        yield* this.write(f, low.offset, 4, low.value);
        return;
      case 'high': {
        const only = wide ? high : low;
        yield* this.write(f, only.offset, 4, only.value);
        return;
      }
      case 'qword':
        // CAM has no eight bytes.
        if (!wide || !this.mechanisms.reachesExtended(this.view.bdf(f))) break;
        yield* this.writeAt(this.view.bdf(f), register, 8, lo, hi, 'ecam');
        return;
      case 'words':
      case 'words-down':
      case 'bytes':
      case 'bytes-down': {
        const width = order.startsWith('words') ? 2 : 1;
        const pieces: [offset: number, value: number][] = [];
        for (const half of wide ? [low, high] : [low])
          for (let byte = 0; byte < 4; byte += width) pieces.push([half.offset + byte, half.value >>> (8 * byte)]);
        if (order.endsWith('down')) pieces.reverse();
        for (const [offset, value] of pieces) yield* this.write(f, offset, width, value);
        return;
      }
      case 'low-high':
      case 'high-low':
      case 'twice':
        break;
    }
    const halves = wide ? [low, high] : [low];
    if (order === 'high-low') halves.reverse();
    for (const { offset, value } of order === 'twice' ? [...halves, ...halves] : halves)
      yield* this.write(f, offset, 4, value);
  }
}

/** Bits of a BAR register that are no attribute. */
export function attributeMask(bar: Bar): number {
  return bar.index === ROM_INDEX ? 0xfffff800 | 0 : bar.kind === 'io' ? ~3 : ~15;
}

export function pairOf(address: bigint): Pair {
  return { hi: Number((address >> 32n) & 0xffffffffn) | 0, lo: Number(address & 0xffffffffn) | 0 };
}

export function joined({ hi, lo }: Pair): bigint {
  return (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);
}
