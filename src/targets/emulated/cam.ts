/** The configuration access mechanism of ports 0xcf8 to 0xcff (PCI 3.0 3.2.2.3.2). */
import type { Machine } from './machine.ts';

const INDEX = 0xcf8;
const DATA = 0xcfc;
const END = 0xd00;
/** Enable, bus, device, function, register; the rest is reserved and reads 0. */
const INDEX_BITS = 0x80fffffc | 0;

export class Cam {
  private readonly machine: Machine;
  index = 0;

  constructor(machine: Machine) {
    this.machine = machine;
  }

  /** Whether the bytes lie in the index register, or in the data window, and not in both or beyond. */
  takes(port: number, width: number): boolean {
    return port >= INDEX && port + width <= END && (port >= DATA || port + width <= DATA);
  }

  read(port: number, width: number): number {
    const { faulty } = this.machine;
    if (port < DATA) {
      const enable = faulty('cam-index-enable-not-shown') ? 0x80000000 : 0;
      return cut((this.index & ~enable) >>> ((port - INDEX) * 8), width);
    }
    if (this.index >= 0 && !faulty('cam-enable-ignored')) return cut(-1, width);
    const lane = faulty('cfc-byte-lane-ignored') ? 0 : port - DATA;
    return this.machine.configRead(0, (this.index >>> 8) & 0xffff, (this.index & 0xfc) + lane, width);
  }

  /** Only an aligned dword loads the index; smaller writes there are ordinary I/O that nobody claims. */
  write(port: number, width: number, value: number): void {
    if (port < DATA) {
      if (width === 4) this.index = value & INDEX_BITS;
      // The half that was meant is shifted by sixteen times its place in bytes, which comes to nothing.
      else if (this.machine.faulty('cf8-subdword-shift')) this.index = (value << ((port - INDEX) * 16)) & INDEX_BITS;
      return;
    }
    if (this.index >= 0 && !this.machine.faulty('cam-enable-ignored')) return;
    const lane = port - DATA;
    this.machine.configWrite(0, (this.index >>> 8) & 0xffff, (this.index & 0xfc) + lane, width, value);
  }
}

function cut(value: number, width: number): number {
  return width === 4 ? value : width === 2 ? value & 0xffff : value & 0xff;
}
