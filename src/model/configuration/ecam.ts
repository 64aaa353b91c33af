/** Memory-mapped configuration space (PCIe 7.2.2). */

import type { Access } from '../../access/access.ts';
import type { EcamRange } from '../../access/machine.ts';
import { atMost, differenceLo, sumHi, sumLo } from '../../core/pair.ts';
import { pieces, readCrossing, readPerhaps, readRegister, writeCrossing, writeRegister } from './configuration.ts';
import type { PciFunction } from '../function.ts';
import { EcamShadow } from './shadow.ts';
import { ECAM, SHAPE_CROSSING, shapeOf } from '../state.ts';
import type { MachineState } from '../state.ts';
import { writeAnyPerhaps, writePerhaps } from './write-perhaps.ts';

interface Window extends EcamRange {
  lastHi: number;
  lastLo: number;
}

/** The host bridge whose register 60h places ECAM (Intel 3 Series chipset, PCIEXBAR). */
const INTEL = 0x8086;
const Q35 = 0x29c0;
const PCIEXBAR = 0x60 >>> 2;
const BUSES = [256, 128, 64];

export class EcamWindows {
  private readonly state: MachineState;
  /** Windows of the machine description. */
  private readonly given: readonly Window[];
  /** Window that the guest has placed. */
  private placed: Window | undefined;
  private last: Window | undefined;
  private readonly shadow: EcamShadow;

  constructor(state: MachineState) {
    this.state = state;
    this.shadow = new EcamShadow(state);
    this.given = state.machine.ecam.map((range) => window(range));
    this.tellMap();
  }

  /** Judges or applies an access that lies in a window. Returns whether it does. */
  access(access: Access): boolean {
    const found = this.find(access.addressHi, access.addressLo);
    if (found === undefined) {
      this.placedPerhaps(access);
      return false;
    }
    const { bdf, offset } = reached(found, access);
    const { state } = this;
    const { width, valueLo, valueHi } = access;
    if (this.shadow.access(access, bdf, offset, ECAM)) return true;
    if (width === 8 || (offset & 3) + width > 4) {
      const rule = width === 8 ? 'ECAM-006' : 'ECAM-005';
      if (access.write) writeCrossing(state, bdf, offset, width, valueLo, valueHi, ECAM);
      else readCrossing(state, bdf, offset, width, valueLo, valueHi, rule);
    } else if (access.write) writeRegister(state, bdf, offset, width, valueLo, ECAM);
    else readRegister(state, bdf, offset, width, valueLo, ECAM);
    return true;
  }

  /** Function and register that a memory access reaches; undefined: it lies in no window. */
  reached(access: Access): { bdf: number; offset: number } | undefined {
    const found = this.find(access.addressHi, access.addressLo);
    return found === undefined ? undefined : reached(found, access);
  }

  /** An access at the place that the guest has given to the window, where the machine description names another one. */
  private placedPerhaps(access: Access): void {
    if (this.placed === undefined || !inside(this.placed, access.addressHi, access.addressLo)) return;
    const { bdf, offset } = reached(this.placed, access);
    const { width, valueLo, valueHi } = access;
    if (access.write) writeCrossing(this.state, bdf, offset, width, valueLo, valueHi, ECAM);
    else readPerhaps(this.state, bdf, pieces(offset, width, valueLo, valueHi));
  }

  /** The last bytes of an access that begins below a window may reach the first registers in it. */
  tail({ addressHi: hi, addressLo: lo, width, valueLo, valueHi, write }: Access): void {
    const found = this.find(sumHi(hi, lo, 0, width - 1), sumLo(lo, width - 1));
    if (found === undefined) return;
    const bdf = (found.segment << 16) | (found.firstBus << 8);
    // The access as it would lie if the register were the third one.
    const first = pieces(8 - differenceLo(found.baseLo, lo), width, valueLo, valueHi)
      .filter(({ d }) => d >= 2)
      .map((piece) => ({ ...piece, d: piece.d - 2 }));
    if (!write) readPerhaps(this.state, bdf, first);
    else writeAnyPerhaps(this.state, bdf, first, shapeOf(width, ECAM) | SHAPE_CROSSING);
  }

  /**
   * A memory write that nothing explains, while it is not known where the window is: it may have reached a register.
   * The window's base is a multiple of its size, so bits 25:12 of the address tell which function on which buses.
   */
  perhaps(access: Access): void {
    if (this.given.length > 0 || this.placed !== undefined || this.state.powerOn) return;
    const { addressLo: lo, width, valueLo, valueHi } = access;
    for (const f of this.state.routing.functions()) {
      if (f.deviceFunction !== ((lo >>> 12) & 0xff) || (f.bus.number & 0x3f) !== ((lo >>> 20) & 0x3f)) continue;
      for (const { d, mask, data } of pieces(lo & 0xfff, width, valueLo, valueHi)) {
        if (d < 1024) writePerhaps(this.state, f, d, mask, data, shapeOf(width, ECAM));
      }
    }
  }

  /** Looks whether the host bridge now tells where its window is. Called after writes to it. */
  follow(host: PciFunction): void {
    const { config } = host;
    // Firmware that knows its board reads the Device ID alone.
    if (config.peek(2, 2) !== Q35 || (config.peek(0, 2) ?? INTEL) !== INTEL || config.writtenMask[PCIEXBAR] !== -1)
      return;
    const low = config.written[PCIEXBAR]!;
    const buses = BUSES[(low >>> 1) & 3];
    if ((low & 1) === 0 || buses === undefined) {
      this.reset();
      return;
    }
    const baseHi = config.written[PCIEXBAR + 1]! & config.writtenMask[PCIEXBAR + 1]! & 0xf;
    const baseLo = low & ~((buses << 20) - 1);
    this.placed = window({ baseHi, baseLo, firstBus: 0, lastBus: buses - 1, segment: 0 });
    this.last = undefined;
    this.tellMap();
  }

  /** Where the windows are, as far as known. */
  ranges(): EcamRange[] {
    return this.windows.map(({ baseHi, baseLo, firstBus, lastBus, segment }) => ({
      baseHi,
      baseLo,
      firstBus,
      lastBus,
      segment,
    }));
  }

  /** A machine reset switches off what the guest has placed. */
  reset(): void {
    this.placed = undefined;
    this.last = undefined;
    this.tellMap();
  }

  /** The word of the machine description goes first: what the register says may be without effect there. */
  private get windows(): readonly Window[] {
    return this.given.length > 0 || this.placed === undefined ? this.given : [this.placed];
  }

  private tellMap(): void {
    this.state.map.placeEcam(
      this.windows.map(({ baseHi, baseLo, lastHi, lastLo }) => ({
        loHi: baseHi,
        loLo: baseLo,
        hiHi: lastHi,
        hiLo: lastLo,
      })),
    );
  }

  private find(hi: number, lo: number): Window | undefined {
    const { last } = this;
    if (last !== undefined && inside(last, hi, lo)) return last;
    return (this.last = this.windows.find((range) => inside(range, hi, lo)));
  }
}

function window(range: EcamRange): Window {
  const length = (range.lastBus - range.firstBus + 1) * 0x100000 - 1;
  return { ...range, lastLo: sumLo(range.baseLo, length), lastHi: sumHi(range.baseHi, range.baseLo, 0, length) };
}

function inside(range: Window, hi: number, lo: number): boolean {
  return atMost(range.baseHi, range.baseLo, hi, lo) && atMost(hi, lo, range.lastHi, range.lastLo);
}

/** Function and register that an access in a window reaches. */
function reached(range: Window, { addressLo }: Access): { bdf: number; offset: number } {
  const at = differenceLo(addressLo, range.baseLo) >>> 0;
  const bdf = (range.segment << 16) | ((range.firstBus + (at >>> 20)) << 8) | ((at >>> 12) & 0xff);
  return { bdf, offset: at & 0xfff };
}
