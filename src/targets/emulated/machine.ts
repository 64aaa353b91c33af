/** The machine: address spaces, configuration space, and who answers where. */
import { CONFIG, PORT } from '../../access/access.ts';
import type { Access } from '../../access/access.ts';
import type { Event } from '../../access/event.ts';
import { notAbove } from './address.ts';
import { Data } from './bar-memory.ts';
import { Cam } from './cam.ts';
import type { Decoder } from './decoder.ts';
import type { DeviceFunction } from './device-function.ts';
import { EcamWindow } from './ecam.ts';
import { switchedOn } from './faults/ask.ts';
import type { Faulty } from './faults/ask.ts';
import type { Layout } from './layout.ts';
import { Lines } from './lines.ts';
import { Ram } from './ram.ts';
import { RegionTable } from './region-table.ts';
import type { Segment } from './routing.ts';

export class Machine {
  readonly layout: Layout;
  /** Whether a deliberate bug is switched on. */
  readonly faulty: Faulty;
  readonly memory: RegionTable<Decoder>;
  readonly ports: RegionTable<Decoder>;
  readonly ram: Ram;
  readonly cam: Cam;
  /** Every function, virtual ones too, in the order in which they were built. */
  readonly functions: DeviceFunction[] = [];
  readonly segments = new Map<number, Segment>();
  readonly lines: Lines;
  /** The first of the inputs that INTx drives. */
  readonly firstLine: number;
  private readonly windows: readonly EcamWindow[];
  private events: Event[] = [];
  private readonly data = new Data();
  /** Faults: work for later, doorbells that answer where no BAR does, and interrupt routes that were given out. */
  private delayed: { left: number; work: () => void }[] = [];
  readonly doorbells = new Map<string, () => void>();
  routes = 0;

  constructor(layout: Layout, faults: ReadonlySet<string>) {
    this.layout = layout;
    this.faulty = switchedOn(faults);
    this.memory = new RegionTable(this.faulty);
    this.ports = new RegionTable(this.faulty);
    this.ram = new Ram(layout.machine.ram);
    this.windows = layout.machine.ecam.map((range) => new EcamWindow(range, this.faulty));
    this.cam = new Cam(this);
    this.lines = new Lines((event) => this.events.push(event), this.faulty);
    this.firstLine = layout.machine.line;
  }

  /** Work that a faulty machine does some accesses later. */
  later(accesses: number, work: () => void): void {
    this.delayed.push({ left: accesses, work });
  }

  private passTime(): void {
    for (const one of this.delayed) one.left--;
    const due = this.delayed.filter(({ left }) => left <= 0);
    this.delayed = this.delayed.filter(({ left }) => left > 0);
    for (const { work } of due) work();
  }

  takeEvents(): readonly Event[] {
    if (this.events.length === 0) return NOTHING;
    const { events } = this;
    this.events = [];
    return events;
  }

  /** Something happens that the harness did not ask for by name. */
  tell(event: Event): void {
    this.events.push(event);
  }

  /** A function's memory write that signals an interrupt. */
  message(fn: DeviceFunction, addressHi: number, addressLo: number, data: number): void {
    const message = { kind: 'message', addressHi, addressLo, data, dataMask: -1 } as const;
    // Behind a bridge without a number a function has no address of its own.
    this.events.push(this.reaches(fn) ? { ...message, bdf: fn.bdf } : message);
  }

  /** Whether a configuration request with the function's own address reaches it. */
  reaches(fn: DeviceFunction): boolean {
    return (
      this.segments
        .get(fn.bus.segment)
        ?.bus((fn.bdf >>> 8) & 0xff)
        ?.answering(fn.devfn) === fn
    );
  }

  rootBusNumber(segment: number): number {
    return this.segments.get(segment)?.firstBus ?? 0;
  }

  /** Bus numbers have changed, or what lets configuration requests through. */
  routesChanged(): void {
    for (const segment of this.segments.values()) segment.forget();
  }

  access(access: Access): void {
    if (this.delayed.length > 0) this.passTime();
    const hi = access.addressHi >>> 0;
    const lo = access.addressLo >>> 0;
    const { data } = this;
    if (access.write) {
      if (access.space === PORT) this.portWrite(lo, access.width, access.valueLo);
      else if (access.space === CONFIG) {
        this.configWrite(hi >>> 16, hi & 0xffff, lo, access.width, access.valueLo);
      } else this.memoryWrite(hi, lo, access.width, access.valueLo, access.valueHi);
      return;
    }
    data.hi = 0;
    if (access.space === PORT) data.lo = this.portRead(lo, access.width);
    else if (access.space === CONFIG) data.lo = this.configRead(hi >>> 16, hi & 0xffff, lo, access.width);
    else this.memoryRead(hi, lo, access.width);
    access.valueLo = data.lo;
    access.valueHi = data.hi;
  }

  /** Answers with ones where no function is. `requester`: bus << 8 | device << 3 | function. */
  configRead(segment: number, requester: number, register: number, width: number): number {
    const fn = this.route(segment, requester, register);
    if (fn === undefined || (register & 3) + width > 4) return ones(width);
    return fn.config.read(register % fn.config.size, width);
  }

  /** The bytes lie in one dword, or the write is dropped: no request can carry more (PCIe 7.2.2). */
  configWrite(segment: number, requester: number, register: number, width: number, value: number): void {
    if ((register & 3) + width > 4) return;
    const config = this.route(segment, requester, register)?.config;
    config?.write(register % config.size, width, value);
  }

  private route(segment: number, requester: number, register: number): DeviceFunction | undefined {
    const fn = this.segments
      .get(this.faulty('segment-ignored') ? 0 : segment)
      ?.bus(requester >>> 8)
      ?.answering(requester & 0xff);
    if (fn !== undefined && this.faulty('extcap-space-on-conventional')) return fn;
    return fn !== undefined && register < fn.config.size ? fn : undefined;
  }

  private portRead(port: number, width: number): number {
    const cam = this.layout.machine.cam && this.cam.takes(port, width);
    if (cam) return this.cam.read(port, width);
    const region = this.ports.find(0, port);
    if (this.wholePort(region, port, width)) {
      if (region === undefined) return ones(width);
      region.memory.read(region.offsetOf(0, port), width, this.data);
      return this.data.lo;
    }
    let value = 0;
    for (let done = 0; done < width;) {
      const piece = pieceAt(port + done, width - done, width);
      const part = port + done > 0xffff ? ones(piece) : this.portRead(port + done, piece);
      value |= part << (done * 8);
      done += piece;
    }
    return value;
  }

  private portWrite(port: number, width: number, value: number): void {
    const cam = this.layout.machine.cam && this.cam.takes(port, width);
    if (cam) {
      this.cam.write(port, width, value);
      return;
    }
    const region = this.ports.find(0, port);
    if (this.wholePort(region, port, width)) {
      region?.memory.write(region.offsetOf(0, port), width, value, 0);
      return;
    }
    for (let done = 0; done < width;) {
      const piece = pieceAt(port + done, width - done, width);
      if (port + done <= 0xffff) this.portWrite(port + done, piece, value >>> (done * 8));
      done += piece;
    }
  }

  /** Whether one region, or none, answers for all bytes of a port access. */
  private wholePort(region: Decoder | undefined, port: number, width: number): boolean {
    if (width === 1) return true;
    const last = port + width - 1;
    if (last > 0xffff) return false;
    if (this.layout.machine.cam && last >= 0xcf8 && port < 0xd00) return false;
    return this.ports.find(0, last) === region && (region === undefined || last <= region.lastLo);
  }

  /** The answer goes into `data`. */
  private memoryRead(hi: number, lo: number, width: number): void {
    const { data } = this;
    const lastLo = lo + width - 1;
    if (lastLo <= 0xffffffff && this.readWhole(hi, lo, lastLo, width)) return;
    // The bytes belong to several: one naturally aligned piece after the other.
    let valueLo = 0;
    let valueHi = 0;
    const piled = this.faulty('config-split-read-buffer-offset') && this.reachesEcam(hi, lo);
    for (let done = 0; done < width;) {
      const piece = pieceAt(lo + done, width - done, width);
      const at = lo + done;
      // Later pieces land on the first.
      if (piled) valueLo &= ~mask(piece);
      if (at > 0xffffffff && hi === 0xffffffff) data.lo = ones(piece);
      else this.memoryRead(at > 0xffffffff ? hi + 1 : hi, at % 2 ** 32, piece);
      const part = data.lo & mask(piece);
      if (done < 4 || piled) valueLo |= part << (piled ? 0 : done * 8);
      if (piled) valueHi = 0;
      else if (done >= 4) valueHi |= part << ((done - 4) * 8);
      else if (done + piece > 4) valueHi |= part >>> ((4 - done) * 8);
      done += piece;
    }
    data.lo = valueLo;
    data.hi = valueHi;
  }

  /** Reads what one claimant answers for as a whole; false: the access has to be cut. */
  private readWhole(hi: number, lo: number, lastLo: number, width: number): boolean {
    const { data } = this;
    for (const window of this.windows) {
      if (!window.covers(hi, lo)) continue;
      const repeated = width === 8 && (lo & 3) === 0 && this.faulty('ecam-width-unvalidated');
      if ((lo & 3) + width > 4 && !repeated) return false;
      data.lo = this.configRead(window.segment, window.requester(hi, lo), window.register(lo), repeated ? 4 : width);
      data.hi = repeated ? data.lo : 0;
      return true;
    }
    const range = this.ram.find(hi, lo);
    if (range !== undefined) {
      if (!notAbove(hi, lastLo, range.lastHi, range.lastLo) || this.reachesEcam(hi, lastLo)) return false;
      data.lo = this.ram.read(hi, lo, width === 8 ? 4 : width);
      data.hi = width === 8 ? this.ram.read(hi, lo + 4, 4) : 0;
      return true;
    }
    const region = this.memory.find(hi, lo);
    if (width > 1 && !this.sameClaim(region, hi, lastLo)) return false;
    if (region === undefined) {
      data.lo = ones(width);
      data.hi = width === 8 ? -1 : 0;
    } else region.memory.read(region.offsetOf(hi, lo), width, data);
    return true;
  }

  private memoryWrite(hi: number, lo: number, width: number, valueLo: number, valueHi: number): void {
    if (this.doorbells.size > 0 && width > 1) this.doorbells.get(`${hi}:${lo}`)?.();
    const lastLo = lo + width - 1;
    if (lastLo <= 0xffffffff && this.writeWhole(hi, lo, lastLo, width, valueLo, valueHi)) return;
    for (let done = 0; done < width;) {
      const piece = pieceAt(lo + done, width - done, width);
      const at = lo + done;
      const value =
        done >= 4
          ? valueHi >>> ((done - 4) * 8)
          : (valueLo >>> (done * 8)) | (done === 0 ? 0 : valueHi << (32 - done * 8));
      if (at <= 0xffffffff) this.memoryWrite(hi, at, piece, value, 0);
      else if (hi < 0xffffffff) this.memoryWrite(hi + 1, at % 2 ** 32, piece, value, 0);
      done += piece;
    }
  }

  private writeWhole(hi: number, lo: number, lastLo: number, width: number, valueLo: number, valueHi: number): boolean {
    for (const window of this.windows) {
      if (!window.covers(hi, lo)) continue;
      if (width === 8 && (lo & 7) === 0 && this.faulty('config-access-over-4-bytes')) {
        const fn = this.route(window.segment, window.requester(hi, lo), lo & 0xfff);
        fn?.config.change((lo & 0xfff) + 4, -1, valueHi);
        fn?.config.write(lo & 0xfff, 4, valueLo);
        return true;
      }
      if ((lo & 3) + width > 4) return false;
      this.configWrite(window.segment, window.requester(hi, lo), window.register(lo), width, valueLo);
      return true;
    }
    const range = this.ram.find(hi, lo);
    if (range !== undefined) {
      if (!notAbove(hi, lastLo, range.lastHi, range.lastLo) || this.reachesEcam(hi, lastLo)) return false;
      this.ram.write(hi, lo, width === 8 ? 4 : width, valueLo);
      if (width === 8) this.ram.write(hi, lo + 4, 4, valueHi);
      return true;
    }
    const region = this.memory.find(hi, lo);
    if (width > 1 && !this.sameClaim(region, hi, lastLo)) return false;
    region?.memory.write(region.offsetOf(hi, lo), width, valueLo, valueHi);
    return true;
  }

  private reachesEcam(hi: number, lo: number): boolean {
    for (const window of this.windows) if (window.covers(hi, lo)) return true;
    return false;
  }

  /** Whether the last byte of an access belongs to whom the first one does; hi is the same for both. */
  private sameClaim(region: Decoder | undefined, hi: number, lastLo: number): boolean {
    if (this.memory.find(hi, lastLo) !== region) return false;
    if (region !== undefined && !notAbove(hi, lastLo, region.lastHi, region.lastLo)) return false;
    return this.ram.find(hi, lastLo) === undefined && !this.reachesEcam(hi, lastLo);
  }
}

const NOTHING: readonly Event[] = [];

function ones(width: number): number {
  return width === 1 ? 0xff : width === 2 ? 0xffff : -1;
}

function mask(width: number): number {
  return width === 1 ? 0xff : width === 2 ? 0xffff : -1;
}

/** The largest naturally aligned piece that begins at an address: at most `left` bytes, and less than the whole. */
function pieceAt(address: number, left: number, width: number): number {
  if (left >= 4 && width > 4 && address % 4 === 0) return 4;
  if (left >= 2 && width > 2 && address % 2 === 0) return 2;
  return 1;
}
