/**
 * Which register an access reaches, found out without the model: the bench must not share its mistakes. Ports 0xcf8 and
 * 0xcfc, ECAM at the place that the trace or a q35 host bridge tells, and sources that name function and register.
 */

import { CONFIG, MEMORY, PORT } from '../../src/access/access.ts';
import type { Access } from '../../src/access/access.ts';
import type { MachineDescription } from '../../src/access/machine.ts';

/** A window of memory-mapped configuration space; addresses as exact numbers. */
interface Window {
  base: number;
  buses: number;
  firstBus: number;
  segment: number;
}

export function addressOf(access: Access): number {
  return (access.addressHi >>> 0) * 2 ** 32 + (access.addressLo >>> 0);
}

export class ConfigurationDecoder {
  bdf = 0;
  /** Byte offset in configuration space. */
  offset = 0;
  private index = 0;
  private barLow = 0;
  private barHigh = 0;
  private readonly cam: boolean;
  private readonly given: readonly Window[];
  private placed: Window | undefined;

  constructor(machine: MachineDescription) {
    this.cam = machine.cam;
    this.given = machine.ecam.map((range) => ({
      base: (range.baseHi >>> 0) * 2 ** 32 + (range.baseLo >>> 0),
      buses: range.lastBus - range.firstBus + 1,
      firstBus: range.firstBus,
      segment: range.segment,
    }));
  }

  /** Whether the access is one to configuration space; then `bdf` and `offset` say where. */
  decode(access: Access): boolean {
    const found = this.find(access);
    if (found && access.write) this.followHost(access);
    return found;
  }

  reset(): void {
    this.placed = undefined;
    this.index = 0;
  }

  private find(access: Access): boolean {
    if (access.space === CONFIG) {
      this.bdf = access.addressHi;
      this.offset = access.addressLo;
      return true;
    }
    if (access.space === PORT) return this.cam && this.port(access, access.addressLo);
    return access.space === MEMORY && this.memory(addressOf(access));
  }

  private port(access: Access, port: number): boolean {
    if (port === 0xcf8 && access.width === 4) {
      this.index = access.valueLo;
      return false;
    }
    if (port < 0xcfc || port > 0xcff || this.index >= 0) return false;
    this.bdf = (this.index >>> 8) & 0xffff;
    this.offset = (this.index & 0xfc) | (port & 3);
    return true;
  }

  private memory(address: number): boolean {
    for (const window of this.placed === undefined ? this.given : [this.placed, ...this.given]) {
      const at = address - window.base;
      if (at < 0 || at >= window.buses * 0x100000) continue;
      this.bdf = (window.segment << 16) | ((window.firstBus + (at >>> 20)) << 8) | ((at >>> 12) & 0xff);
      this.offset = at & 0xfff;
      return true;
    }
    return false;
  }

  /** PCIEXBAR of the q35 host bridge; on other machines with these ports nothing is written there. */
  private followHost(access: Access): void {
    if (!this.cam || this.bdf !== 0 || access.width !== 4) return;
    if (this.offset === 0x60) this.barLow = access.valueLo;
    else if (this.offset === 0x64) this.barHigh = access.valueLo;
    else return;
    const buses = [256, 128, 64][(this.barLow >>> 1) & 3];
    this.placed = undefined;
    if ((this.barLow & 1) === 0 || buses === undefined) return;
    const base = (this.barHigh & 0xf) * 2 ** 32 + ((this.barLow & ~(buses * 0x100000 - 1)) >>> 0);
    this.placed = { base, buses, firstBus: 0, segment: 0 };
  }
}
